/** What may not be logged, by the words of a field's name. */
const HIDDEN_WORDS = new Set(
  [
    'secret,secrets,token,tokens,session,sign,signature,password,passwd,pwd,authorization,cookie',
    'credential,credentials,apikey,name,names,nick,phone,tel,mobile,fax,email,address,zip',
    'oaid,contact,consignee,idcard,body,payload,raw',
  ]
    .join(',')
    .split(','),
);

/** The same inside names that the channels write as one word, e.g. `receivermobile`, `sessionkey`. */
const HIDDEN_PARTS =
  /secret|token|session|password|passwd|authoriz|credential|mobile|phone|address|receivername|buyername|contactname|buyernick|rawbody/;

const HIDDEN = '[hidden]';
const DEPTH_MAX = 8;
const ITEMS_MAX = 100;

const hidden = new Map<string, boolean>();
const CACHE_MAX = 2_000;

function isHidden(field: string): boolean {
  const known = hidden.get(field);
  if (known !== undefined) return known;
  const words = field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const decision =
    words.some((word) => HIDDEN_WORDS.has(word)) || HIDDEN_PARTS.test(words.join(''));
  if (hidden.size < CACHE_MAX) hidden.set(field, decision);
  return decision;
}

/** Values of secrets inside texts: query strings, `key=value` pairs and addresses with a password. */
const PAIR = /\b([\w-]*(?:secret|token|session|sign|password|mobile|phone)\w*)=[^&\s"']+/gi;
const LOGIN = /:\/\/[^/\s@]+@/g;

/** A text without the secrets that a query string or an address in it may hold. */
export function hideInText(text: string): string {
  if (!text.includes('=') && !text.includes('@')) return text;
  return text.replaceAll(PAIR, `$1=${HIDDEN}`).replaceAll(LOGIN, `://${HIDDEN}@`);
}

/** A copy without the fields that must not be logged, at any depth, and bounded in size. */
export function hideSensitive(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return hideInText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return describeError(value, depth);
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof URL) return hideInText(value.href);
  if (depth >= DEPTH_MAX) return '[deep]';
  if (value instanceof Map) return hideSensitive(Object.fromEntries(value), depth);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, ITEMS_MAX).map((item) => hideSensitive(item, depth + 1));
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, ITEMS_MAX)
      .map(([key, inner]) => [
        key,
        isHidden(key) && inner !== null && inner !== undefined
          ? HIDDEN
          : hideSensitive(inner, depth + 1),
      ]),
  );
}

/** An error's kind, code, message and stack; none of the fields that drivers hang on it. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: hideInText(error.message),
    stack: error.stack === undefined ? undefined : hideInText(error.stack),
    ...(error.cause instanceof Error && depth < DEPTH_MAX
      ? { cause: describeError(error.cause, depth + 1) }
      : {}),
  };
}
