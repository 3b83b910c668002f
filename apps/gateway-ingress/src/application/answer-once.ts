import type { InboundLog, InboundRequest } from './ports.ts';

/** What a request came to: the answer as it goes out, and whether all of it was done. */
export type Answered = { readonly body: string; readonly isDone: boolean };

/**
 * Answers a request once: it is durable before anything is done with it, the answer to what was done is
 * recorded, and an exact repeat gets the recorded answer. A repeat of a request that was refused, or
 * never answered, runs again: the state that refused it may have changed within the second of its
 * signature. Everything behind it recognises its own effects by their keys.
 */
export const makeAnswerOnce =
  (log: InboundLog) =>
  async (request: InboundRequest, run: () => Promise<Answered>): Promise<string> => {
    const recorded = await log.open(request);
    if (recorded !== null) return recorded;
    const { body, isDone } = await run();
    if (isDone) await log.close(request.id, body);
    return body;
  };
