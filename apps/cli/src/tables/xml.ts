import { SaxesParser } from 'saxes';

/** An element by its own name, without the prefix that the writer chose. */
export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** What is told while a text is read. `path` are the names of the open elements, the innermost last. */
export type XmlReader = {
  readonly open?: (element: Element, path: readonly string[]) => void;
  readonly text?: (piece: string, path: readonly string[]) => void;
  readonly close?: (name: string) => void;
};

const CHUNK_BYTES = 1_024 * 1_024;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The attribute of that name under any prefix; empty where it is missing. */
export function attribute({ attributes }: Element, name: string): string {
  const exact = attributes[name];
  if (exact !== undefined) return exact;
  const found = Object.entries(attributes).find(([key]) => local(key) === name);
  return found?.[1] ?? '';
}

/**
 * Reads XML in UTF-8 piece by piece; a part that is missing has nothing to tell. Entities of a document type are not
 * known and so refused.
 *
 * @throws Error where it is not well-formed
 */
export function readXml(part: Uint8Array | undefined, { open, text, close }: XmlReader): void {
  if (!part) return;
  const path: string[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    const element = { name: local(tag.name), attributes: tag.attributes };
    path.push(element.name);
    open?.(element, path);
  });
  if (text) parser.on('text', (piece) => text(piece, path));
  parser.on('closetag', () => {
    const name = path.pop() ?? '';
    close?.(name);
  });
  parser.on('error', (error) => {
    throw error;
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (let at = 0; at < part.length; at += CHUNK_BYTES) {
    parser.write(decoder.decode(part.subarray(at, at + CHUNK_BYTES), { stream: true }));
  }
  parser.close();
}
