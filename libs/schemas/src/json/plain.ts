import type { WireNode } from '../wire/tree.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';

/** What a document may be, counted while it is read. */
type PlainLimits = { readonly depth: number; readonly values: number };

/** A document that is not plain: whoever reads all of JSON has to say what it is. */
class NotPlain extends Error {}

type Scan = { readonly text: string; readonly limits: PlainLimits; at: number; values: number };

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Control characters and escapes: a string without them is as it stands. */
// oxlint-disable-next-line no-control-regex -- these are the characters that JSON escapes
const NOT_AS_IT_STANDS = /[\u0000-\u001f\\]/;
/** Members that an object sorts before all others, and those that it inherits. */
const SPECIAL_KEY = /^(?:\d|__proto__$|constructor$|prototype$)/;
/** Up to so many members it is quicker to look through them. */
const FEW = 16;

/**
 * Reads the JSON that systems send: within the limits, without names that occur twice, begin with a digit or belong to
 * every object. Null for anything else, right or wrong. One pass that makes the nodes and nothing beside
 * them.
 */
export function readPlainJson(text: string, limits: PlainLimits): WireNode | null {
  const scan: Scan = { text, limits, at: 0, values: 1 };
  try {
    const node = valueOf(scan, '', 0);
    return afterBlanks(scan) === scan.text.length ? node : null;
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

function stop(): never {
  // Where it stopped is nobody's question.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    throw new NotPlain();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Moves to the next character that is no white space. */
function afterBlanks(scan: Scan): number {
  for (;;) {
    const code = scan.text.charCodeAt(scan.at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return scan.at;
    scan.at += 1;
  }
}

function valueOf(scan: Scan, name: string, depth: number): WireNode {
  const start = afterBlanks(scan);
  switch (scan.text.charAt(start)) {
    case '"':
      return leaf(name, stringOf(scan));
    case '{':
      return membersOf(scan, name, depth + 1);
    case '[':
      return elementsOf(scan, name, depth + 1);
    case 't':
      return wordOf(scan, 'true', leaf(name, 'true', 'boolean'));
    case 'f':
      return wordOf(scan, 'false', leaf(name, 'false', 'boolean'));
    case 'n':
      return wordOf(scan, 'null', leaf(name, '', 'null'));
    default:
      return leaf(name, numberOf(scan), 'number');
  }
}

function wordOf(scan: Scan, word: string, node: WireNode): WireNode {
  if (!scan.text.startsWith(word, scan.at)) stop();
  scan.at += word.length;
  return node;
}

function numberOf(scan: Scan): string {
  NUMBER.lastIndex = scan.at;
  const [digits] = NUMBER.exec(scan.text) ?? stop();
  scan.at += digits.length;
  return digits;
}

function stringOf(scan: Scan): string {
  const start = scan.at + 1;
  let end = scan.text.indexOf('"', start);
  while (end >= 0 && isEscaped(scan.text, end)) end = scan.text.indexOf('"', end + 1);
  if (end < 0) stop();
  scan.at = end + 1;
  const raw = scan.text.slice(start, end);
  return NOT_AS_IT_STANDS.test(raw) ? unescaped(raw) : raw;
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === 92) before -= 1;
  return (at - before) % 2 === 0;
}

function unescaped(raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return stop();
  }
}

/** Opens an object or a list; true when it is closed at once. */
function isEmpty(scan: Scan, depth: number, closing: number): boolean {
  if (depth > scan.limits.depth) stop();
  count(scan);
  scan.at += 1;
  if (scan.text.charCodeAt(afterBlanks(scan)) !== closing) return false;
  scan.at += 1;
  return true;
}

/** Behind a value: true at the closing bracket, false at a comma. */
function isLast(scan: Scan, closing: number): boolean {
  const code = scan.text.charCodeAt(afterBlanks(scan));
  scan.at += 1;
  if (code === closing) return true;
  if (code !== 44) stop();
  count(scan);
  return false;
}

function count(scan: Scan): void {
  scan.values += 1;
  if (scan.values > scan.limits.values) stop();
}

function elementsOf(scan: Scan, name: string, depth: number): WireNode {
  const children: WireNode[] = [];
  if (isEmpty(scan, depth, 93)) return listNode(name, children);
  do {
    children.push(valueOf(scan, '', depth));
  } while (!isLast(scan, 93));
  return listNode(name, children);
}

function membersOf(scan: Scan, name: string, depth: number): WireNode {
  const children: WireNode[] = [];
  if (isEmpty(scan, depth, 125)) return objectNode(name, children);
  let names: Set<string> | null = null;
  do {
    if (scan.text.charCodeAt(afterBlanks(scan)) !== 34) stop();
    const key = stringOf(scan);
    if (SPECIAL_KEY.test(key)) stop();
    if (children.length === FEW) names = new Set(children.map((child) => child.name));
    if (names ? names.has(key) : children.some((child) => child.name === key)) stop();
    names?.add(key);
    if (scan.text.charCodeAt(afterBlanks(scan)) !== 58) stop();
    scan.at += 1;
    children.push(valueOf(scan, key, depth));
  } while (!isLast(scan, 125));
  return objectNode(name, children);
}
