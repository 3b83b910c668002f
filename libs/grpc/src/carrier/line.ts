import { CarrierServiceService } from '@astrolabe/contracts/transport';
import type { CarryRequest, CarryResponse } from '@astrolabe/contracts/transport';
import { Metadata, status } from '@grpc/grpc-js';
import type { Client, ClientDuplexStream, StatusObject } from '@grpc/grpc-js';
import { wasNotHandled } from '../status.ts';
import { failureOf, inBatches } from './ask.ts';
import type { Answer, Ask } from './ask.ts';

/** One call of a line that is not answered yet. */
export type Waiting = { readonly ask: Ask; readonly settle: (answer: Answer) => void };

/** One stream to a server, and the calls on it. */
export type Line = {
  /** False once the server leaves or the stream is over: calls belong into another line. */
  isOpen(): boolean;
  /** False while the peer reads too slowly; `onReady` tells when it reads again. */
  isReady(): boolean;
  send(calls: readonly Waiting[]): void;
  /** Sends no more; what is on its way is answered still. */
  end(): void;
};

export type LineEvents = {
  readonly onReady: () => void;
  /** Nothing is on its way any more. */
  readonly onIdle: () => void;
};

const { carry } = CarrierServiceService;
const LOST = 'Connection dropped';

/**
 * Opens a stream. When it breaks, what was on its way is told as the library tells it of a call by itself: not
 * handled where no connection was there or the server refused the stream, else lost.
 */
export function openLine(client: Client, events: LineEvents): Line {
  const stream: ClientDuplexStream<CarryRequest, CarryResponse> = client.makeBidiStreamRequest(
    carry.path,
    carry.requestSerialize,
    carry.responseDeserialize,
    new Metadata(),
    {},
  );
  /** What is to be told of each call; a call whose time is over hears it no more. */
  const waiting = new Map<number, Waiting['settle']>();
  let [isOpen, isFull, wasReached] = [true, false, false];
  let last = 0;

  const take = (id: number): Waiting['settle'] | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };
  const over = ({ code, details }: Pick<StatusObject, 'code' | 'details'>): void => {
    isOpen = false;
    const left = [...waiting.values()];
    waiting.clear();
    const answer = answerOfEnd(code, details, wasReached);
    for (const settle of left) settle(answer);
    events.onReady();
  };
  stream.on('metadata', () => {
    wasReached = true;
  });
  stream.on('data', ({ answers, leaving }: CarryResponse) => {
    wasReached = true;
    for (const { id, ...answer } of answers) {
      const settle = take(id);
      if (answer.code === status.OK) settle?.({ kind: 'answered', response: answer.response });
      else settle?.({ kind: 'failed', failure: answer });
    }
    if (leaving) end();
    if (waiting.size === 0) events.onIdle();
  });
  stream.on('drain', () => {
    isFull = false;
    events.onReady();
  });
  stream.on('status', over);
  // Told by the status as well.
  stream.on('error', () => {});

  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    stream.end();
    events.onReady();
  };
  return {
    isOpen: () => isOpen,
    isReady: () => !isFull,
    end,
    send: (calls) => {
      const numbered = calls.map(({ ask, settle }) => {
        last += 1;
        waiting.set(last, settle);
        return { id: last, ask };
      });
      for (const batch of inBatches(numbered, ({ ask }) => ask.request.length)) {
        isFull = !stream.write({ calls: batch.map(messageOf) });
      }
    },
  };
}

const messageOf = ({ id, ask }: { readonly id: number; readonly ask: Ask }) => ({
  id,
  path: ask.path,
  timeoutMs: Math.max(1, ask.deadline.getTime() - Date.now()),
  identity: ask.identity,
  actor: ask.actor,
  traceparent: ask.traceparent,
  request: ask.request as Buffer,
});

/** What the end of the stream means for the calls that were on it. */
function answerOfEnd(code: number, details: string, wasReached: boolean): Answer {
  if (code === status.UNIMPLEMENTED && !wasReached) return { kind: 'plain' };
  if (code === status.OK) return failureOf(status.UNAVAILABLE, LOST);
  // A stream that was served once has been read: no word of the library makes its calls safe to repeat.
  if (wasReached && wasNotHandled({ code, details })) return failureOf(code, LOST);
  return failureOf(code, details);
}
