import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { parseForm } from '../top/form.ts';
import { aliased, childOf, record } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';

/**
 * Reads the parameters of a call. The document names no content type; the public family sends
 * forms, so a form is the rule and `application/json` is accepted.
 */
export function decodeGovParams(
  contentType: string | undefined,
  body: Buffer,
): Result<WireNode, ChannelRefusal> {
  if (/^\s*application\/json\b/i.test(contentType ?? '')) {
    const json = parseJson(body);
    if (!json.ok) return json;
    if (json.value.kind === 'object') return json;
    return err({ code: 'JSON_MALFORMED', message: 'body must be an object' });
  }
  const form = parseForm(body);
  if (!form.ok) return err({ code: form.error, message: 'body is not a form' });
  return ok(
    objectNode(
      '',
      [...form.value].map(([name, value]) => leaf(name, value)),
    ),
  );
}

const credential = record({ token: aliased('access_token', ['token'], text(200)) });

/** The token of a call, `access_token` or `token`; undefined when there is none to look up. */
export function accessTokenOf(params: WireNode): string | undefined {
  const result = credential.decode(params, '');
  return result.ok ? result.value.token : undefined;
}

/** A single parameter as text; undefined when absent, blank or a structure. */
export function govParam(params: WireNode, name: string): string | undefined {
  const child = childOf(params, name, '');
  if (!child.ok || child.value === undefined) return undefined;
  return child.value.kind === 'object' || child.value.kind === 'list'
    ? undefined
    : child.value.text;
}
