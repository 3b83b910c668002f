import type { ClientDuplexStream } from '@grpc/grpc-js';

export type PipelineOptions<Item, Answer, Request, Response> = {
  /** One message that asks for these, in their order. */
  readonly request: (items: Item[]) => Request;
  /** What a message answers, in order. */
  readonly answers: (response: Response) => readonly Answer[];
  /** Most items of one message. */
  readonly itemsMax: number;
};

export type Pipeline<Item, Answer> = {
  /** Resolves with the item's answer; rejects when the stream broke before it came. */
  send(item: Item): Promise<Answer>;
  /** Sends no more, and resolves when all that was sent is answered. */
  end(): Promise<void>;
};

type Waiting<Answer> = {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Many small questions over one bidirectional stream whose answers come in order: what is asked in
 * one turn of the event loop goes as one message. Once the stream has broken it refuses everything,
 * and what was unanswered may or may not have happened; the caller opens another one.
 */
export function createPipeline<Item, Answer, Request, Response>(
  stream: ClientDuplexStream<Request, Response>,
  options: PipelineOptions<Item, Answer, Request, Response>,
): Pipeline<Item, Answer> {
  let unsent: Item[] = [];
  let waiting: Waiting<Answer>[] = [];
  let answered = 0;
  let broken: { error: unknown } | null = null;
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();

  const breakWith = (error: unknown): void => {
    if (broken) return;
    broken = { error };
    for (const { reject } of waiting.splice(answered)) reject(error);
    finish();
  };
  const sendAll = (): void => {
    const items = unsent;
    unsent = [];
    if (broken) return;
    for (let from = 0; from < items.length; from += options.itemsMax) {
      stream.write(options.request(items.slice(from, from + options.itemsMax)));
    }
  };
  stream.on('data', (response: Response) => {
    for (const answer of options.answers(response)) {
      waiting[answered]?.resolve(answer);
      answered += 1;
    }
    if (answered < waiting.length && answered < SWEEP_AT) return;
    waiting = waiting.slice(answered);
    answered = 0;
  });
  stream.on('error', breakWith);
  stream.on('end', () => breakWith(new Error('the stream was ended')));

  return {
    send: (item) => {
      if (broken) return Promise.reject(broken.error);
      if (unsent.push(item) === 1) setImmediate(sendAll);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    end: () => {
      setImmediate(() => stream.end());
      return finished;
    },
  };
}

const SWEEP_AT = 1_024;
