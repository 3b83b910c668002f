import type { ServerDuplexStream, handleBidiStreamingCall } from '@grpc/grpc-js';
import type { LoggerLike } from './server.ts';
import { loggerOf, toStatus } from './server.ts';
import { GrpcRefusal } from './status.ts';

const UNANSWERED_MAX = 4_096;
const JOINED_MAX = 256;

/** The answer to one request, in the place that the request has in the stream. */
type Answer<Response> = { settled: { value: Response } | { error: unknown } | null };

export type BidiOptions<Response> = {
  /** One message that says what these say, in their order; called with one or more. */
  readonly join: (responses: readonly Response[]) => Response;
  readonly logger?: LoggerLike;
};

/**
 * Serves a bidirectional stream whose answers come in the order of the requests. Requests are handled
 * as they arrive; answers that are ready together are sent as one message, because a message costs
 * more than what it says. When too many are unanswered, or the peer reads too slowly, no more are
 * read. A handler that fails ends the stream with its status, after the answers before it.
 */
export function bidi<Request, Response>(
  name: string,
  handler: (request: Request) => Promise<Response>,
  options: BidiOptions<Response>,
): handleBidiStreamingCall<Request, Response> {
  return (stream) => {
    const answers: Answer<Response>[] = [];
    let requestsEnded = false;
    let isEnded = false;
    let isFlushing = false;

    const flush = async (): Promise<void> => {
      for (let ready = takeReady(answers); ready.length > 0; ready = takeReady(answers)) {
        const values = valuesOf(ready);
        const isFull = values.length > 0 && !stream.write(options.join(values));
        const failed = ready[values.length]?.settled;
        if (failed && 'error' in failed) {
          isEnded = true;
          return fail(name, stream, failed.error, options.logger);
        }
        if (isFull) await writable(stream);
        if (stream.destroyed) return;
        if (answers.length < UNANSWERED_MAX && stream.isPaused()) stream.resume();
      }
      if (!isOver()) return;
      isEnded = true;
      stream.end();
    };
    const isOver = (): boolean => requestsEnded && !isEnded && answers.length === 0;
    /** At the end of the turn, when all that became ready in it is known. */
    const flushSoon = (): void => {
      if (isFlushing || isEnded) return;
      isFlushing = true;
      setImmediate(() => {
        void flush().finally(() => {
          isFlushing = false;
          if (answers[0]?.settled || isOver()) flushSoon();
        });
      });
    };
    stream.on('data', (request: Request) => {
      const answer: Answer<Response> = { settled: null };
      answers.push(answer);
      if (answers.length >= UNANSWERED_MAX) stream.pause();
      const settle = (settled: NonNullable<Answer<Response>['settled']>): void => {
        answer.settled = settled;
        if (answers[0] === answer) flushSoon();
      };
      handler(request).then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      );
    });
    stream.on('end', () => {
      requestsEnded = true;
      flushSoon();
    });
    // The peer went away; its unanswered requests are decided all the same.
    stream.on('error', () => {});
  };
}

/** Takes the answers at the head that are settled, up to the first failure. */
function takeReady<Response>(answers: Answer<Response>[]): Answer<Response>[] {
  let count = 0;
  while (count < JOINED_MAX && count < answers.length) {
    const settled = answers[count]?.settled;
    if (!settled) break;
    count += 1;
    if ('error' in settled) break;
  }
  return answers.splice(0, count);
}

const valuesOf = <Response>(ready: readonly Answer<Response>[]): Response[] =>
  ready.flatMap(({ settled }) => (settled && 'value' in settled ? [settled.value] : []));

function fail<A, B>(
  name: string,
  stream: ServerDuplexStream<A, B>,
  error: unknown,
  logger: LoggerLike | undefined,
): void {
  const failure = toStatus(error);
  if (!(error instanceof GrpcRefusal)) {
    const log = logger ?? loggerOf(stream);
    log?.error({ err: error, method: name }, 'a stream failed unexpectedly');
  }
  // What was written goes out first. A stream that is destroyed would never tell its status.
  stream.emit('error', Object.assign(new Error(failure.details), failure));
}

/** Resolves when the stream takes data again, or is gone. */
function writable<A, B>(stream: ServerDuplexStream<A, B>): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', done);
      stream.off('cancelled', done);
      resolve();
    };
    stream.once('drain', done).once('close', done).once('cancelled', done);
  });
}
