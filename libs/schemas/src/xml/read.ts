import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { SaxesParser } from 'saxes';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { decodeUtf8 } from '../wire/utf8.ts';

/** Largest document that is looked at. */
export const XML_MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;
/** References to characters and to the five predefined entities; each is one call of the parser. */
const MAX_REFERENCES = 10_000;

export type XmlRefusal = {
  readonly code:
    | 'XML_TOO_LARGE'
    | 'XML_NOT_UTF8'
    | 'XML_DOCTYPE'
    | 'XML_TOO_DEEP'
    | 'XML_TOO_MANY_ELEMENTS'
    | 'XML_MALFORMED';
  readonly message: string;
};

type XmlRefusalCode = XmlRefusal['code'];

/** Ends the parser at the first refusal; never leaves this file. */
class Stop extends Error {
  readonly refusal: XmlRefusal;
  constructor(code: XmlRefusalCode, message: string) {
    super(message);
    this.refusal = { code, message };
  }
}

type OpenElement = { name: string; text: string; children: WireNode[] };

/**
 * Reads an XML document of elements and text. Refuses what the channels never send and attackers
 * do: document types, entity declarations, processing instructions, attributes, text between
 * elements, other encodings than UTF-8, and anything beyond the limits of size, depth and count.
 * The declaration's claim is checked, not believed.
 */
export function parseXml(bytes: Buffer): Result<WireNode, XmlRefusal> {
  if (bytes.length > XML_MAX_BYTES) return refuse('XML_TOO_LARGE', 'document is too large');
  const text = decodeUtf8(bytes);
  if (text === null || text.includes('\0')) return refuse('XML_NOT_UTF8', 'document is not UTF-8');
  // Before the parser sees it, so that no rule about entities needs to be trusted.
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    return refuse('XML_DOCTYPE', 'document types and entities are not accepted');
  }
  if (text.split('&', MAX_REFERENCES + 2).length > MAX_REFERENCES + 1) {
    return refuse('XML_TOO_MANY_ELEMENTS', 'too many references');
  }
  try {
    return ok(build(text));
  } catch (error) {
    if (error instanceof Stop) return err(error.refusal);
    throw error;
  }
}

const refuse = (code: XmlRefusalCode, message: string): Result<never, XmlRefusal> =>
  err({ code, message });

function build(text: string): WireNode {
  const parser = new SaxesParser({
    position: false,
    // 1.1 would let control characters in by reference.
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
  });
  const open: OpenElement[] = [];
  let root: WireNode | undefined;
  let elements = 0;
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element) element.text += part;
  };

  parser.on('error', (error) => stop('XML_MALFORMED', error.message));
  parser.on('doctype', () => stop('XML_DOCTYPE', 'document types are not accepted'));
  parser.on('processinginstruction', () => stop('XML_MALFORMED', 'processing instruction'));
  parser.on('xmldecl', (declaration) => {
    const encoding = declaration.encoding ?? 'utf-8';
    if (!/^utf-?8$/i.test(encoding)) stop('XML_NOT_UTF8', 'declared encoding is not UTF-8');
  });
  parser.on('attribute', () => stop('XML_MALFORMED', 'attributes are not accepted'));
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentagstart', (tag) => {
    elements += 1;
    if (elements > MAX_ELEMENTS) stop('XML_TOO_MANY_ELEMENTS', 'too many elements');
    if (open.length >= MAX_DEPTH) stop('XML_TOO_DEEP', 'elements are nested too deeply');
    open.push({ name: tag.name, text: '', children: [] });
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    const node = close(element);
    const parent = open.at(-1);
    if (parent) parent.children.push(node);
    else root = node;
  });

  parser.write(text).close();
  return root ?? stop('XML_MALFORMED', 'no element');
}

/** An element with elements is an object; between them only white space may stand. */
function close(element: OpenElement): WireNode {
  if (element.children.length === 0) return leaf(element.name, element.text);
  if (element.text.trim() !== '') stop('XML_MALFORMED', 'text between elements');
  return objectNode(element.name, element.children);
}

function stop(code: XmlRefusalCode, message: string): never {
  throw new Stop(code, message.slice(0, 200));
}
