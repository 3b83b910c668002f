import type { InboundLog, InboundRequest } from './ports.ts';

/**
 * Answers a request once: it is durable before anything is done with it, its answer is recorded, and
 * an exact repeat gets the recorded answer. A repeat of a request that was never answered runs again;
 * everything behind it recognises its own effects by their keys.
 */
export const makeAnswerOnce =
  (log: InboundLog) =>
  async (request: InboundRequest, run: () => Promise<string>): Promise<string> => {
    const recorded = await log.open(request);
    if (recorded !== null) return recorded;
    const answer = await run();
    await log.close(request.id, answer);
    return answer;
  };
