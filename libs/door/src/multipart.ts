import { Busboy } from '@fastify/busboy';
import type { BusboyHeaders, BusboyInstance } from '@fastify/busboy';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { FORM_FIELDS_MAX } from '@astrolabe/schemas/top';
import type { FormRefusal } from '@astrolabe/schemas/top';

/** Longest field that is read: the whole body, which the door has bounded already. */
const fieldBytesMax = (body: Buffer): number => body.length + 1;

/**
 * Reads `multipart/form-data` with the rules of a form: a name sent twice is refused, and there are at
 * most `FORM_FIELDS_MAX` parts. TOP signs no files and no method here takes one, so the content of
 * files is dropped; a name that is both a file and a field is refused all the same.
 */
export async function parseMultipart(
  contentType: string,
  body: Buffer,
): Promise<Result<ReadonlyMap<string, string>, FormRefusal>> {
  const parser = makeParser({ 'content-type': contentType }, fieldBytesMax(body));
  if (!parser) return err('FORM_MALFORMED');
  const { parts, refuse, take } = collector();
  parser.on('field', take);
  parser.on('file', (name, stream) => {
    take(name, null);
    stream.resume();
  });
  parser.on('partsLimit', () => refuse('FORM_TOO_MANY_FIELDS'));
  await new Promise<void>((resolve) => {
    parser.once('finish', resolve);
    parser.once('error', () => {
      refuse('FORM_MALFORMED');
      resolve();
    });
    parser.end(body);
  });
  return parts();
}

/** Takes parts as they come; the first fault decides. The content of a file is null. */
function collector() {
  const taken = new Map<string, string | null>();
  const refusals: FormRefusal[] = [];
  const refuse = (why: FormRefusal): void => void refusals.push(why);
  return {
    refuse,
    take: (name: string | undefined, value: string | null): void => {
      if (name === undefined) return refuse('FORM_MALFORMED');
      if (taken.has(name)) return refuse('FORM_REPEATED_FIELD');
      taken.set(name, value);
    },
    parts: (): Result<ReadonlyMap<string, string>, FormRefusal> => {
      const [first] = refusals;
      if (first) return err(first);
      return ok(
        new Map([...taken].flatMap(([name, value]) => (value === null ? [] : [[name, value]]))),
      );
    },
  };
}

/** Null when the content type names no boundary. */
function makeParser(headers: BusboyHeaders, fieldSize: number): BusboyInstance | null {
  try {
    return new Busboy({ headers, limits: { parts: FORM_FIELDS_MAX, fieldSize } });
  } catch {
    return null;
  }
}
