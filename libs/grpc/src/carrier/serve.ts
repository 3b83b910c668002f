import { CarrierServiceService } from '@astrolabe/contracts/transport';
import type {
  CarriedAnswer,
  CarriedCall,
  CarrierServiceServer,
  CarryRequest,
  CarryResponse,
} from '@astrolabe/contracts/transport';
import { Metadata, status } from '@grpc/grpc-js';
import type {
  MethodDefinition,
  ServerDuplexStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { REQUEST_MS } from '../awaited-request.ts';
import { failureIn, metadataOf } from '../call-metadata.ts';
import { callerOf } from '../tied.ts';
import { inBatches } from './ask.ts';

type Stream = ServerDuplexStream<CarryRequest, CarryResponse>;

type Failed = Parameters<typeof failureIn>[0];

/** A unary method as a server has it: its codecs, and what handles a call and tells its outcome. */
type Unary = {
  readonly definition: MethodDefinition<unknown, unknown>;
  readonly handle: (call: object, done: (error: Failed | null, value?: unknown) => void) => void;
};

export type Served = readonly (readonly [ServiceDefinition, UntypedServiceImplementation])[];

export type CarrierServer = {
  readonly service: readonly [typeof CarrierServiceService, CarrierServiceServer];
  /** Asks the callers to send no more; each stream ends when what came on it is answered. */
  leave(): void;
};

/** Calls of one stream that are under way: with more, none is read. */
const UNANSWERED_MAX = 1_000;
/** How often calls are looked for whose time is over. */
const FORGET_MS = 100;

/**
 * Serves the unary methods of these contracts to who carries calls. A handler sees what it sees of a call
 * by itself: the request, the metadata with the caller's proof, and the deadline.
 */
export function createCarrierServer(served: Served, maxBytes: number): CarrierServer {
  const methods = methodsOf(served);
  const open = new Set<Stream>();
  let isLeaving = false;
  const carry = (stream: Stream): void => {
    open.add(stream);
    const gone = (): void => void open.delete(stream);
    stream.once('close', gone).once('cancelled', gone);
    serveStream(stream, methods, maxBytes);
    if (isLeaving) stream.write({ answers: [], leaving: true });
  };
  return {
    service: [CarrierServiceService, { carry }],
    leave: () => {
      isLeaving = true;
      for (const stream of open) stream.write({ answers: [], leaving: true });
    },
  };
}

function methodsOf(served: Served): ReadonlyMap<string, Unary> {
  const methods = new Map<string, Unary>();
  for (const [service, implementation] of served) {
    for (const [name, definition] of Object.entries(service)) {
      if (definition.requestStream || definition.responseStream) continue;
      const handle = implementation[name] as Unary['handle'] | undefined;
      if (handle) methods.set(definition.path, { definition, handle });
    }
  }
  return methods;
}

function serveStream(stream: Stream, methods: ReadonlyMap<string, Unary>, maxBytes: number): void {
  let hasEnded = false;
  const isOver = (): boolean => hasEnded && open.size() === 0;
  const answers = answersOn(stream, isOver);
  const open = openCalls({
    waits: () => !isGone(stream) && (stream.isPaused() || hasEnded),
    onFewer: () => {
      if (open.size() < UNANSWERED_MAX && stream.isPaused()) stream.resume();
      if (isOver()) answers.flushSoon();
    },
  });
  const settle = (answer: CarriedAnswer): void => {
    if (open.end(answer.id)) answers.add(answer);
  };
  const callsOfNobody = setTimeout(() => endUnnamed(stream), REQUEST_MS);
  const named = (): void => clearTimeout(callsOfNobody);
  stream.once('close', named).once('cancelled', named);
  // The caller learns that it was reached, before anything is answered.
  stream.sendMetadata(new Metadata());
  stream.on('data', ({ calls }: CarryRequest) => {
    const now = Date.now();
    for (const { id, timeoutMs } of calls) open.begin(id, now + timeoutMs);
    for (const call of calls) serveCall(call, methods.get(call.path), { settle, named, maxBytes });
    if (open.size() >= UNANSWERED_MAX) stream.pause();
    open.watch();
  });
  stream.on('end', () => {
    hasEnded = true;
    answers.flushSoon();
    open.watch();
  });
  // The caller went away; what it asked for is decided all the same.
  stream.on('error', () => {});
}

/** Sends what became ready in a turn together; ends the stream when all is said. */
function answersOn(stream: Stream, isOver: () => boolean) {
  let ready: CarriedAnswer[] = [];
  let [isScheduled, isFull] = [false, false];
  const flush = (): void => {
    isScheduled = false;
    if (isFull || isGone(stream)) return;
    const answers = ready;
    ready = [];
    for (const batch of inBatches(answers, ({ response }) => response.length)) {
      isFull = !stream.write({ answers: batch, leaving: false });
    }
    if (isOver()) stream.end();
  };
  const flushSoon = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };
  stream.on('drain', () => {
    isFull = false;
    flushSoon();
  });
  return {
    flushSoon,
    add: (answer: CarriedAnswer): void => {
      ready.push(answer);
      flushSoon();
    },
  };
}

type Crowd = {
  /** Whether anything waits for calls to end: only then are those forgotten whose time is over. */
  readonly waits: () => boolean;
  readonly onFewer: () => void;
};

/** Calls under way. Nobody waits any more for what is out of time: neither does a stream that is full of it, or has ended. */
function openCalls({ waits, onFewer }: Crowd) {
  /** Until when their callers wait, in milliseconds since 1970. */
  const until = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  const watch = (): void => {
    if (until.size > 0 && waits()) timer ??= setTimeout(forgetLate, FORGET_MS);
  };
  const forgetLate = (): void => {
    timer = undefined;
    const now = Date.now();
    for (const [id, end] of until) if (end < now) until.delete(id);
    onFewer();
    watch();
  };
  return {
    watch,
    size: () => until.size,
    begin: (id: number, end: number): void => void until.set(id, end),
    /** False for one that was forgotten. */
    end: (id: number): boolean => {
      const isKnown = until.delete(id);
      if (isKnown && waits()) onFewer();
      return isKnown;
    },
  };
}

const isGone = (stream: Stream): boolean => stream.destroyed || stream.cancelled;

/** A stream on which no service has proved its name in time is nobody's, and is not kept for it. */
function endUnnamed(stream: Stream): void {
  const details = 'No call on the stream proves who makes it';
  const refusal = { code: status.UNAUTHENTICATED, details };
  if (!isGone(stream)) stream.emit('error', Object.assign(new Error(details), refusal));
}

type Serving = {
  readonly settle: (answer: CarriedAnswer) => void;
  /** Told when a call was let through: its caller has proved who it is. */
  readonly named: () => void;
  readonly maxBytes: number;
};

function serveCall(
  call: CarriedCall,
  method: Unary | undefined,
  { settle, named, maxBytes }: Serving,
): void {
  const { id } = call;
  if (!method) {
    settle(refusal(id, status.UNIMPLEMENTED, `The server does not implement ${call.path}`));
    return;
  }
  const { definition, handle } = method;
  let request: unknown;
  try {
    request = definition.requestDeserialize(call.request);
  } catch {
    settle(refusal(id, status.INTERNAL, 'The request cannot be read'));
    return;
  }
  const deadline = new Date(Date.now() + call.timeoutMs);
  const carried = { request, metadata: metadataOf(call), getDeadline: () => deadline };
  handle(carried, (error, value) => {
    if (error) {
      settle({ ...refusal(id, status.UNKNOWN, ''), ...failureIn(error) });
      return;
    }
    const response = definition.responseSerialize(value);
    const isTooLarge = response.length > maxBytes;
    const details = `The answer has ${response.length} bytes, of ${maxBytes} at most`;
    settle(
      isTooLarge
        ? refusal(id, status.RESOURCE_EXHAUSTED, details)
        : { ...refusal(id, status.OK, ''), response },
    );
  });
  if (callerOf(carried) !== '') named();
}

const NOTHING = Buffer.alloc(0);

const refusal = (id: number, code: number, details: string): CarriedAnswer => ({
  id,
  response: NOTHING,
  code,
  details,
  reason: '',
  owner: '',
  retryAfterMs: 0,
});
