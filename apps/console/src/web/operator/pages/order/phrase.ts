/** What stands in a service's note about an order, part by part. */
export type Part =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'place'; readonly type: 'STORE' | 'WAREHOUSE'; readonly text: string };

/** A note with who did it and why taken apart. */
export type Phrase = {
  readonly parts: readonly Part[];
  readonly person: string;
  readonly reason: string;
};

const TOKEN = /(STORE|WAREHOUSE):([\w.-]+)|\b(?:[A-Z][A-Z_]{2,}|paid|at|look|asked|is)\b/g;
const BY = /(?:^|\s)by (.+?)(?:: ([\s\S]*))?$/;

/** Reads a note of the timeline: places and codes are found in it, and the person at its end. */
export function phraseOf(detail: string): Phrase {
  const by = BY.exec(detail);
  const rest = by ? detail.slice(0, by.index) : detail;
  const parts: Part[] = [];
  let from = 0;
  for (const found of rest.matchAll(TOKEN)) {
    if (found.index > from) parts.push({ kind: 'text', text: rest.slice(from, found.index) });
    const [text, type, id] = found;
    if (id !== undefined && (type === 'STORE' || type === 'WAREHOUSE')) {
      parts.push({ kind: 'place', type, text: id });
    } else parts.push({ kind: 'code', text });
    from = found.index + text.length;
  }
  if (from < rest.length) parts.push({ kind: 'text', text: rest.slice(from) });
  return { parts, person: by?.[1] ?? '', reason: by?.[2] ?? '' };
}
