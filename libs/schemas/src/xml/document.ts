import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import type { Namespaces } from './attributes.ts';
import { readAttributes } from './attributes.ts';
import { readReferences } from './references.ts';
import { stop } from './refusal.ts';

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 10_000;

type OpenElement = {
  readonly name: string;
  readonly namespaces: Namespaces;
  readonly isNil: boolean;
  text: string;
  readonly children: WireNode[];
};

/** Where the scanner is. It jumps from markup to markup: texts are cut out, never walked through. */
type Scan = {
  readonly text: string;
  at: number;
  elements: number;
  root: WireNode | undefined;
  readonly open: OpenElement[];
  /** Names of this document that are well-formed: an upload repeats a dozen of them. */
  readonly names: Set<string>;
};

const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.\d+"|'1\.\d+')(?:\s+encoding\s*=\s*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/;
const NAME =
  /^[:A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}][-.0-9:A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c-\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]*$/u;
/** White space of XML, which is less than what `trim` takes away. */
const XML_BLANK = /^[ \t\n]*$/;
const NO_NAMESPACES: Namespaces = new Map();

/** Reads a document whose characters and line ends have been looked at. Throws `XmlStop`. */
export function scanDocument(text: string): WireNode {
  const scan: Scan = {
    text,
    at: endOfDeclaration(text),
    elements: 0,
    root: undefined,
    open: [],
    names: new Set(),
  };
  for (;;) {
    const start = text.indexOf('<', scan.at);
    addText(scan, text.slice(scan.at, start < 0 ? text.length : start));
    if (start < 0) break;
    scan.at = start;
    readMarkup(scan);
  }
  if (scan.open.length > 0) stop('XML_MALFORMED', `unclosed element ${scan.open.at(-1)?.name}`);
  return scan.root ?? stop('XML_MALFORMED', 'no element');
}

function endOfDeclaration(text: string): number {
  if (!/^<\?xml\s/.test(text)) return 0;
  const match = DECLARATION.exec(text);
  if (!match) stop('XML_MALFORMED', 'XML declaration');
  const encoding = match[1] ?? match[2] ?? 'utf-8';
  if (!/^utf-?8$/i.test(encoding)) stop('XML_NOT_UTF8', 'declared encoding is not UTF-8');
  return match[0].length;
}

function addText(scan: Scan, raw: string): void {
  if (raw === '') return;
  const element = scan.open.at(-1);
  if (!element) {
    if (!XML_BLANK.test(raw)) stop('XML_MALFORMED', 'text outside the root element');
    return;
  }
  if (raw.includes(']]>')) stop('XML_MALFORMED', '"]]>" in a text');
  element.text += readReferences(raw);
}

function readMarkup(scan: Scan): void {
  const { text, at } = scan;
  switch (text.charAt(at + 1)) {
    case '/':
      return readEndTag(scan);
    case '!':
      return text.startsWith('<!--', at) ? skipComment(scan) : readCdata(scan);
    case '?':
      return stop('XML_MALFORMED', 'processing instruction');
    default:
      return readStartTag(scan);
  }
}

function skipComment(scan: Scan): void {
  const end = scan.text.indexOf('--', scan.at + 4);
  if (end < 0 || scan.text.charAt(end + 2) !== '>') stop('XML_MALFORMED', 'comment');
  scan.at = end + 3;
}

function readCdata(scan: Scan): void {
  const element = scan.open.at(-1);
  const end = scan.text.indexOf(']]>', scan.at);
  if (!element || !scan.text.startsWith('<![CDATA[', scan.at) || end < 0) {
    return stop('XML_MALFORMED', 'markup declaration');
  }
  element.text += scan.text.slice(scan.at + '<![CDATA['.length, end);
  scan.at = end + 3;
}

function readEndTag(scan: Scan): void {
  const element = scan.open.at(-1);
  if (element && isEndOf(element.name, scan)) {
    scan.at += element.name.length + 3;
    closeElement(scan);
    return;
  }
  const end = scan.text.indexOf('>', scan.at);
  const name = end < 0 ? '' : scan.text.slice(scan.at + 2, end).replace(/[ \t\n]+$/, '');
  if (name !== element?.name) return stop('XML_MALFORMED', `unexpected close tag ${name}`);
  scan.at = end + 1;
  closeElement(scan);
}

/** Whether the tag is `</name>` to the letter, as nearly every end tag is. */
const isEndOf = (name: string, { text, at }: Scan): boolean =>
  text.charCodeAt(at + 2 + name.length) === 62 && text.startsWith(name, at + 2);

function readStartTag(scan: Scan): void {
  if (scan.open.length === 0 && scan.root) stop('XML_MALFORMED', 'more than one root');
  scan.elements += 1;
  if (scan.elements > MAX_ELEMENTS) stop('XML_TOO_MANY_ELEMENTS', 'too many elements');
  if (scan.open.length >= MAX_DEPTH) stop('XML_TOO_DEEP', 'elements are nested too deeply');
  const nameEnd = endOfName(scan.text, scan.at + 1);
  const name = nameIn(scan, scan.at + 1, nameEnd);
  const outer = scan.open.at(-1)?.namespaces ?? NO_NAMESPACES;
  // Nearly every tag ends with its name.
  if (scan.text.charAt(nameEnd) === '>') {
    scan.open.push({ name, namespaces: outer, isNil: false, text: '', children: [] });
    scan.at = nameEnd + 1;
    return;
  }
  const { end, isClosed, namespaces, isNil } = readAttributes(scan.text, nameEnd, outer);
  scan.open.push({ name, namespaces, isNil, text: '', children: [] });
  scan.at = end;
  if (isClosed) closeElement(scan);
}

/** Offset of the first character behind a tag's name. */
function endOfName(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // Blank, tab, LF, "/", ">", "<": nothing else can follow a name.
    if (code === 62 || code === 47 || code === 60 || code === 32 || code === 10 || code === 9) {
      return at;
    }
  }
  return text.length;
}

function nameIn(scan: Scan, start: number, end: number): string {
  const name = scan.text.slice(start, end);
  if (scan.names.has(name)) return name;
  if (!NAME.test(name)) stop('XML_MALFORMED', 'name of an element');
  scan.names.add(name);
  return name;
}

function closeElement(scan: Scan): void {
  const element = scan.open.pop();
  if (!element) return;
  const node = nodeOf(element);
  const parent = scan.open.at(-1);
  if (parent) parent.children.push(node);
  else scan.root = node;
}

/** An element with elements is an object; between them only white space may stand. */
function nodeOf({ name, text, children, isNil }: OpenElement): WireNode {
  if (isNil) {
    if (children.length > 0 || text.trim() !== '') stop('XML_MALFORMED', 'nil with content');
    return leaf(name, '', 'null');
  }
  if (children.length === 0) return leaf(name, text);
  if (text !== '' && text.trim() !== '') stop('XML_MALFORMED', 'text between elements');
  return objectNode(name, children);
}
