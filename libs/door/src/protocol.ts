import type { OrderRef, Result } from '@astrolabe/kernel';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import type { FastifyRequest } from 'fastify';

/** An answer in the channel's own form, and what became of the request, for the figures. */
export type Told<B extends Body = string> = {
  readonly verdict: string;
  readonly type: string;
  readonly body: B;
};

/** Text, or its bytes in UTF-8 where a channel has printed them so. */
export type Body = Buffer | string;

/** What a request came to: the answer's body, and whether all of it was done. */
export type Answered<B extends Body = string> = {
  readonly body: B;
  readonly isDone: boolean;
  /** Its name in the figures where ANSWERED says too little. */
  readonly verdict?: string;
};

/** A request that is kept before it is worked on, so that its exact repeat gets the same answer. */
export type Kept = { readonly id: string; readonly sellerId: string; readonly rawBody: Buffer };

/** A request that was read, let in and understood. */
export type Prepared<B extends Body = string> = {
  /** The documents' name of what is called: the name of its span, and of the request that is kept. */
  readonly name: string;
  /** The order that it is about: its work is part of that order's trace. */
  readonly order: OrderRef | null;
  /** Whether it is the first that is heard of the order; asked only where the order's trace is kept. */
  readonly isFirst?: () => Promise<boolean>;
  /** Null where it changes nothing, or where its own effect is what recognises a repeat. */
  readonly kept: Kept | null;
  /** The answer as it goes out. Throws NotNow when it cannot be given now. */
  readonly run: () => Promise<Answered<B>>;
  /** A refusal in the form of the method that is called. */
  readonly refuse: (refusal: ChannelRefusal) => string;
};

type Step<T> = Result<T, Told<Body>> | Promise<Result<T, Told<Body>>>;

/**
 * How one channel is spoken over HTTP: where it listens, how a request is read, whom it lets in, what it
 * understands, and how it says no. Each step may end the request with an answer of its own.
 */
export type Protocol<Call, Caller, B extends Body = string> = {
  /** The label of its figures. */
  readonly channel: string;
  /** Verdicts that it may come to, beside those of the door; their series begin at zero. */
  readonly verdicts: readonly string[];
  readonly paths: readonly string[];
  readonly methods: readonly ('GET' | 'HEAD' | 'POST')[];
  /** HTTP status of what cannot be answered now; 200 where clients read no body of another one. */
  readonly notNowStatus?: 503;
  /** HTTP statuses of its own verdicts, where callers read them; 200 for all others. */
  readonly statuses?: Readonly<Partial<Record<string, number>>>;
  readonly read: (request: FastifyRequest) => Step<Call>;
  readonly admit: (call: Call, request: FastifyRequest) => Step<Caller>;
  readonly prepare: (call: Call, caller: Caller, request: FastifyRequest) => Step<Prepared<B>>;
  /** An answer of the work, or of the method's own refusal, in the form that the call asked for. */
  readonly say: (call: Call, verdict: string, body: B | string) => Told<Body>;
  /** A refusal of a request that was never read, or whose work failed. */
  readonly refuse: (request: FastifyRequest, refusal: ChannelRefusal) => Omit<Told, 'verdict'>;
};
