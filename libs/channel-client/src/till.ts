import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { createTillOrder, decodeTopReply } from '@astrolabe/schemas/top';
import type { TillAnswer, TillRequest, TopError } from '@astrolabe/schemas/top';
import { counted, postTop } from './platform.ts';
import type { CallDeps, TopAccess } from './platform.ts';

/**
 * Why a till's trade was not made, or not surely. `refused`: this sale is not to be made. `repeated`: the number was
 * used before, perhaps by an attempt of ours. `blocked`: we are not let in, and nothing was looked at. `busy`:
 * nothing was looked at either, and it may be asked again. `repeatable`: the platform failed, and may have made
 * it. `unknown`: nothing can be read from the answer, or none came.
 */
export type TillFailure = {
  readonly kind: 'refused' | 'repeated' | 'blocked' | 'busy' | 'repeatable' | 'unknown';
  readonly code: string;
  readonly message: string;
};

/** Permission, signature, session, application key, time: the door, not the sale (codes of TOP, 11 to 31). */
const AT_THE_DOOR: readonly number[] = [11, 12, 13, 24, 25, 26, 27, 28, 29, 30, 31];
const CALL_LIMITED = 7;
const ARGUMENTS: readonly number[] = [40, 41];
/** A caller above its rate: in the caller's class by its name, and yet nothing was looked at. */
const LIMITED = /call-limited|flow-?control/;
/** No code of the document says so; whatever says it may be about an attempt of our own (decision T-G3). */
const REPEATED = /duplicat|repeat|重复/i;
const MESSAGE_LENGTH_MAX = 200;

/**
 * What an error of TOP means for a till's sale. The sub code decides before the code: 50 with `isv.` is
 * permanent although its text says "Remote service error", and 15 with `isp.` is not (document 002, C.1.5;
 * developer document 102707). What has no sub code and is no error of the door proves nothing.
 */
export function tillFailureOf({ code, msg, subCode = '', subMsg = '' }: TopError): TillFailure {
  const as = (kind: TillFailure['kind']): TillFailure => ({
    kind,
    code: subCode || String(code),
    message: (subMsg || msg).slice(0, MESSAGE_LENGTH_MAX),
  });
  if (LIMITED.test(subCode)) return as('busy');
  if (subCode.startsWith('isp.')) return as('repeatable');
  if (AT_THE_DOOR.includes(code)) return as('blocked');
  if (code === CALL_LIMITED) return as('busy');
  if (!subCode.startsWith('isv.') && !ARGUMENTS.includes(code)) return as('unknown');
  return REPEATED.test(`${subCode} ${subMsg}`) ? as('repeated') : as('refused');
}

/** The business parameters of a till's sale, as they are signed and sent each time. */
export const tillForm = (request: TillRequest): ReadonlyMap<string, string> =>
  createTillOrder.encodeRequest(request);

/** Makes the trade of a till at a platform; the form must be the same for all attempts of one number. */
export async function createTillTrade(
  deps: CallDeps,
  access: TopAccess,
  form: ReadonlyMap<string, string>,
): Promise<Result<TillAnswer, TillFailure>> {
  let failure: TillFailure | null = null;
  const called = await counted(createTillOrder.method, async () => {
    const answer = await postTop(deps, access, createTillOrder.method, form);
    if (!answer.ok) return answer;
    const read = readTillReply(answer.value);
    if (read.ok) return read;
    failure = read.error;
    const { code, message } = failure;
    return err({ kind: CALL_KINDS[failure.kind], code, message });
  });
  if (called.ok) return called;
  if (failure) return err(failure);
  const { kind, message } = called.error;
  return err({ kind: kind === 'later' ? 'busy' : 'unknown', code: 'UNREACHABLE', message });
}

const CALL_KINDS = {
  refused: 'refused',
  repeated: 'unknown',
  blocked: 'refused',
  busy: 'later',
  repeatable: 'later',
  unknown: 'unknown',
} as const satisfies Record<TillFailure['kind'], 'refused' | 'later' | 'unknown'>;

/** Reads what came back, JSON or XML, by what it is. Only a trade with a number is a trade. */
export function readTillReply(body: Buffer): Result<TillAnswer, TillFailure> {
  const reply = decodeTopReply(createTillOrder.method, body);
  if (!reply.ok) return unreadable(reply.error);
  if (reply.value.kind === 'error') return err(tillFailureOf(reply.value.error));
  const answer = createTillOrder.decodeReply(body);
  if (!answer.ok) return unreadable(answer.error);
  if (!answer.value.ok) return unreadable(answer.value.code);
  return ok(answer.value.value);
}

const unreadable = (why: string): Result<never, TillFailure> =>
  err({ kind: 'unknown', code: 'UNREADABLE', message: why.slice(0, MESSAGE_LENGTH_MAX) });
