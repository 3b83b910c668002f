import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Fields, FieldRefusal, Notes, RecordOf } from '../wire/codec.ts';
import { invalid } from '../wire/codec.ts';
import { decodeUtf8 } from '../wire/utf8.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';

/** A record that a TOP form can carry: its members say which of them are structures. */
export type FormRecord<F extends Fields> = Codec<RecordOf<F>> & { readonly fields: F };

/**
 * Reads business parameters from form fields. Lists and structures travel as JSON text in one
 * field (TOP convention). `notes` receives what tolerant fields have left out.
 */
export function decodeTopForm<F extends Fields>(
  codec: FormRecord<F>,
  params: ReadonlyMap<string, string>,
  notes?: Notes,
): Result<RecordOf<F>, FieldRefusal> {
  const structured = structuredOf(codec.fields);
  const members: WireNode[] = [];
  for (const [name, value] of params) {
    if (!structured.has(name) || value === '') {
      members.push(leaf(name, value));
      continue;
    }
    const json = parseJson(value);
    if (!json.ok) return err(invalid(name, 'must be JSON'));
    members.push({ ...json.value, name });
  }
  return codec.decode(objectNode('', members), '', notes);
}

/** Names of the fields whose value is an object or a list. */
const structuredOf = (fields: Fields): ReadonlySet<string> =>
  new Set(
    Object.values(fields).flatMap(({ members }) =>
      members.filter(({ shape }) => shape.kind !== 'leaf').map(({ name }) => name),
    ),
  );

/** Writes business parameters as form fields. */
export function encodeTopForm<F extends Fields>(
  codec: FormRecord<F>,
  value: RecordOf<F>,
): ReadonlyMap<string, string> {
  return new Map(
    codec
      .encode('', value)
      .children.map((child) => [
        child.name,
        child.kind === 'object' || child.kind === 'list' ? printJson(child) : child.text,
      ]),
  );
}

/** Most fields of a form; TOP's methods have a few dozen. Each is sorted and signed. */
export const FORM_FIELDS_MAX = 1_000;

/** Why a form is not read. */
export type FormRefusal = 'FORM_REPEATED_FIELD' | 'FORM_MALFORMED' | 'FORM_TOO_MANY_FIELDS';

/** Parses `application/x-www-form-urlencoded`; a name sent twice is refused as ambiguous. */
export function parseForm(body: Buffer | string): Result<ReadonlyMap<string, string>, FormRefusal> {
  const raw = typeof body === 'string' ? body : decodeUtf8(body);
  if (raw === null) return err('FORM_MALFORMED');
  const fields = new Map<string, string>();
  for (const pair of raw.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decodePart(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? '' : decodePart(pair.slice(at + 1));
    if (name === null || value === null) return err('FORM_MALFORMED');
    if (fields.has(name)) return err('FORM_REPEATED_FIELD');
    if (fields.size === FORM_FIELDS_MAX) return err('FORM_TOO_MANY_FIELDS');
    fields.set(name, value);
  }
  return ok(fields);
}

/** Prints form fields. */
export const printForm = (fields: ReadonlyMap<string, string>): string =>
  new URLSearchParams([...fields]).toString();

/** Percent-decoded UTF-8; null when it is malformed, for a lenient reader would sign other bytes. */
function decodePart(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
