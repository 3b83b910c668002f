import { stop } from './refusal.ts';

const REFERENCE = /&(?:([a-z]+)|#(\d+)|#x([0-9a-fA-F]+));|&/g;

const PREDEFINED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  apos: "'",
  quot: '"',
};

/** A text with its references replaced; any other than the five predefined and characters stops. */
export function readReferences(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replaceAll(
    REFERENCE,
    (_whole, name?: string, decimal?: string, hex?: string): string => {
      if (name !== undefined) return predefined(name);
      if (decimal !== undefined) return character(Number.parseInt(decimal, 10));
      if (hex !== undefined) return character(Number.parseInt(hex, 16));
      return stop('XML_MALFORMED', 'incomplete reference');
    },
  );
}

const predefined = (name: string): string =>
  (Object.hasOwn(PREDEFINED, name) ? PREDEFINED[name] : undefined) ??
  stop('XML_MALFORMED', `undefined entity ${name}`);

/** The characters of XML 1.0. */
function character(code: number): string {
  const isCharacter =
    code === 9 ||
    code === 10 ||
    code === 13 ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff);
  return isCharacter ? String.fromCodePoint(code) : stop('XML_MALFORMED', 'malformed reference');
}
