/** What a person does in the console, as the log keeps it. Texts are empty where there is nothing to say. */
export type Deed = {
  /** Whose session it is; empty for a login that nobody has. */
  readonly login: string;
  readonly name: string;
  /** Where it was asked from; of IPv6 the network. */
  readonly address: string;
  readonly sellerId: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  /** JSON. */
  readonly before: string;
  readonly after: string;
  /** Why what was asked for had no effect; empty in an entry that stands before its effect. */
  readonly outcome: string;
  /** The entry that the outcome is of; 0 in an entry that stands before its effect. */
  readonly about: bigint;
};

const NOTHING: Deed = {
  login: '',
  name: '',
  address: '',
  sellerId: '',
  action: '',
  target: '',
  reason: '',
  before: '',
  after: '',
  outcome: '',
  about: 0n,
};

/** A deed that stands before its effect. */
export const deed = (told: Partial<Deed> & Pick<Deed, 'action'>): Deed => ({ ...NOTHING, ...told });

/** The entry that says why an earlier one had no effect. */
export const withoutEffect = (of: Deed, about: bigint, outcome: string): Deed => ({
  ...of,
  reason: '',
  before: '',
  after: '',
  outcome,
  about,
});

/** Names of fields whose values are not for a log: secrets, codes of pick-ups, personal data, where a browser is told. */
const UNTOLD =
  /password|secret|token|csrf|^session$|^code$|receiver|mobile|phone|address|idcard|endpoint|p256dh|^auth$/i;
const HIDDEN = '***';
/** Enough for the names of fifty orders, and a page of three hundred entries fits a message. */
const TEXT_LENGTH_MAX = 3_000;
const REASON_LENGTH_MAX = 500;
const API = '/api/';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as JSON that may stand in a log: without what is not to be told, and not longer than it may be. */
export function toldJson(value: unknown): string {
  const json = JSON.stringify(value, (name, one: unknown) => (UNTOLD.test(name) ? HIDDEN : one));
  return json.length > TEXT_LENGTH_MAX ? `${json.slice(0, TEXT_LENGTH_MAX)}…` : json;
}

/** A call of the API that changes something. */
export type Call = {
  /** As it was declared, e.g. `/api/sellers/:seller/orders/:channel/:number/retry`. */
  readonly path: string;
  readonly params: Readonly<Partial<Record<string, string>>>;
  readonly body: unknown;
  /** The value that it replaces, as it is before; undefined or null where there is none. */
  readonly replaced?: unknown;
};

/**
 * What a call does: the words of its path, and the action that its body names; upon what: the rest of
 * the path; why: the reason or the note of its body; and what is to be, the other fields of it.
 */
export function deedOfCall(
  { path, params, body, replaced = null }: Call,
  who: Pick<Deed, 'login' | 'name' | 'address' | 'sellerId'>,
): Deed {
  const parts = path.slice(API.length).split('/');
  const names = parts.filter((part) => part.startsWith(':')).map((part) => part.slice(1));
  const words = parts.filter((part) => !part.startsWith(':'));
  const { action, reason, note, ...rest } = isObject(body) ? body : {};
  const target = names.filter((name) => name !== 'seller').map((name) => params[name] ?? '');
  const why = [reason, note].find((text) => typeof text === 'string');
  return deed({
    ...who,
    action: [...words, ...(typeof action === 'string' ? [action.slice(0, 40)] : [])].join('.'),
    target: target.join('/'),
    reason: typeof why === 'string' ? why.slice(0, REASON_LENGTH_MAX) : '',
    before: replaced === null ? '' : toldJson(replaced),
    after: Object.keys(rest).length === 0 ? '' : toldJson(rest),
  });
}
