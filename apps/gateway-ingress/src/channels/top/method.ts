import { refusalOfPeer, settled } from '@astrolabe/door';
import type { Answered } from '@astrolabe/door';
import { TMALL, err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { TopApi, TopError, TopFormat } from '@astrolabe/schemas/top';
import type { ChannelReply, Shape } from '@astrolabe/schemas/wire';
import { USUAL_BODY_BYTES } from '../body-limits.ts';
import type { Caller } from '../caller.ts';

/** Notes are for people; a message may have many lines. */
const NOTES_MAX = 20;

/** How an answer looks: its format, and the id of the request that it names. */
export type Form = { readonly format: TopFormat; readonly requestId: string };

/** A decoded call, ready to run. */
export type Prepared = {
  /** The order that it is about, when it is about one: its channel, and its number there. */
  readonly about: { readonly channel: string; readonly number: string } | null;
  /** The answer as it goes out. Throws NotNow when it cannot be given now. */
  readonly run: (caller: Caller) => Promise<Answered>;
};

/** A method of TOP that the gateway serves, its types hidden. */
export type TopMethod = {
  readonly name: string;
  /** What the business parameters and an answer may hold. */
  readonly shapes: { readonly request: Shape; readonly answer: Shape };
  /** It changes nothing, so it is neither kept nor answered from the record. */
  readonly readOnly: boolean;
  readonly bodyBytesMax: number;
  /** Parameters that are not kept with the request: they are money, or a person. */
  readonly secret: readonly string[];
  readonly prepare: (params: ReadonlyMap<string, string>, form: Form) => Result<Prepared, TopError>;
};

/** One row of TOP's table: a wire method, its rules, and the work that answers it. */
export const topRow = <Request, Answer>(
  wire: TopApi<Request, Answer>,
  method: {
    readonly readOnly?: true;
    readonly bodyBytesMax?: number;
    readonly secret?: readonly string[];
    /** The trade of a request that is about one. */
    readonly tradeOf?: (request: Request) => string;
    /** The channel of that trade; absent: Tmall. */
    readonly channel?: string;
    /** The answer. A refusal is thrown: RefusedHere, or the failure of a peer. */
    readonly work: (request: Request, caller: Caller) => Promise<Answer>;
  },
): TopMethod => ({
  name: wire.method,
  shapes: { request: wire.requestShape, answer: wire.answerShape },
  readOnly: method.readOnly ?? false,
  bodyBytesMax: method.bodyBytesMax ?? USUAL_BODY_BYTES,
  secret: method.secret ?? [],
  prepare: (params, { format, requestId }) => {
    const notes: string[] = [];
    const decoded = wire.decodeRequest(params, notes);
    if (!decoded.ok) return err(decoded.error);
    const request = decoded.value;
    const number = method.tradeOf?.(request);
    return ok({
      about: number === undefined ? null : { channel: method.channel ?? TMALL, number },
      run: async (caller) => {
        const message = notes.slice(0, NOTES_MAX).join('; ');
        const reply = await replyOf(message, () => method.work(request, caller));
        return { body: wire.encodeReply(reply, format, requestId), isDone: reply.ok };
      },
    });
  },
});

async function replyOf<Answer>(
  message: string,
  work: () => Promise<Answer>,
): Promise<ChannelReply<Answer>> {
  try {
    return { ok: true, message, value: await work() };
  } catch (error) {
    return { ok: false, ...settled(refusalOfPeer(error)) };
  }
}
