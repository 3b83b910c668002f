import type { FastifyRequest } from 'fastify';
import { bodyOf, parseMultipart, queryTextOf, typeOf } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { parseForm, topError, topFormat } from '@astrolabe/schemas/top';
import type { FormRefusal, TopError, TopFormat } from '@astrolabe/schemas/top';

const FORM = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';
/** A form under these is a form all the same: signature and content decide. */
const FORM_TYPES: readonly string[] = [FORM, 'text/plain', ''];

/** What a call of TOP says, or why it cannot be read, and the format of the answer in both cases. */
export type TopCall = {
  readonly format: TopFormat;
  readonly params: Result<
    ReadonlyMap<string, string>,
    { verdict: 'MALFORMED' | 'WRONG_CONTENT_TYPE'; error: TopError }
  >;
};

/**
 * The parameters of URL and body together: the official SDK puts the protocol's own into the URL, and
 * a GET has nothing else. One that is sent twice is refused, wherever it stands.
 */
export async function readTopCall(request: FastifyRequest): Promise<TopCall> {
  const url = parseForm(queryTextOf(request));
  const form = await readBody(request);
  const params = together(url, form);
  return { format: params.ok ? topFormat(params.value) : formatAskedFor(request), params };
}

/**
 * The format that a caller asked for whose request is not read, or could not be: what the URL or the
 * bytes of the body, a form or its parts, show of it.
 */
export function formatAskedFor(request: FastifyRequest): TopFormat {
  const url = new URLSearchParams(queryTextOf(request));
  const body = bodyOf(request);
  const shown = (name: string, value: string): boolean =>
    body.includes(`${name}=${value}`) || body.includes(`name="${name}"\r\n\r\n${value}`);
  const asked = new Map(url);
  if (shown('format', 'json')) asked.set('format', 'json');
  if (shown('simplify', 'true')) asked.set('simplify', 'true');
  return topFormat(asked);
}

const isForm = (request: FastifyRequest): boolean => FORM_TYPES.includes(typeOf(request));

type Fields = Result<ReadonlyMap<string, string>, FormRefusal | 'WRONG_CONTENT_TYPE'>;

async function readBody(request: FastifyRequest): Promise<Fields> {
  const body = bodyOf(request);
  if (body.length === 0) return ok(new Map());
  if (isForm(request)) return parseForm(body);
  if (typeOf(request) !== MULTIPART) return err('WRONG_CONTENT_TYPE');
  return await parseMultipart(request.headers['content-type'] ?? '', body);
}

function together(url: Fields, form: Fields): TopCall['params'] {
  if (!form.ok) return err(refusalOf(form.error));
  if (!url.ok) return err(refusalOf(url.error));
  const all = new Map([...url.value, ...form.value]);
  const isDistinct = all.size === url.value.size + form.value.size;
  return isDistinct ? ok(all) : err(refusalOf('FORM_REPEATED_FIELD'));
}

function refusalOf(why: FormRefusal | 'WRONG_CONTENT_TYPE'): {
  verdict: 'MALFORMED' | 'WRONG_CONTENT_TYPE';
  error: TopError;
} {
  if (why !== 'WRONG_CONTENT_TYPE') {
    return { verdict: 'MALFORMED', error: topError('invalidArguments', why) };
  }
  const detail = `the body must be ${FORM} or ${MULTIPART}`;
  return {
    verdict: 'WRONG_CONTENT_TYPE',
    error: topError('invalidFormat', 'isv.invalid-content-type', detail),
  };
}
