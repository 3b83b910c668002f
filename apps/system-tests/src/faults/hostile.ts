import { leaf, listNode, objectNode } from '@astrolabe/schemas/wire';
import type { Shape, WireNode } from '@astrolabe/schemas/wire';

/** A request that differs from a good one in one place. */
export type Variant = {
  /** Where, as `store.address.city`. */
  readonly path: string;
  /** What stands there. */
  readonly what: string;
  readonly node: WireNode;
};

/** Texts that some program takes for an operator, a number, a path or a command. */
export const HOSTILE_TEXTS: readonly string[] = [
  '{"$ne":""}',
  '{"$gt":""}',
  '{"$where":"1"}',
  '$ne',
  '__proto__',
  'constructor',
  'toString',
  'a.b',
  'a\u0000b',
  '\u0000',
  '1e9',
  '-1',
  '0',
  '0x10',
  '1.5',
  'NaN',
  '9223372036854775808',
  '9'.repeat(40),
  "' OR '1'='1",
  '<x/>',
  ']]>',
  '../../../etc/passwd',
  '%00',
  '${jndi:x}',
  'line\r\nbreak: x',
  '\u202e\ufeff',
  '\ud800',
  '😀'.repeat(20),
  'x'.repeat(5_000),
];

/** Names of members that are operators, prototypes or paths somewhere. */
export const HOSTILE_NAMES: readonly string[] = [
  '$ne',
  '$where',
  '__proto__',
  'constructor',
  'toString',
  'a.b',
];

/** Which values are tried: all of them, or a few for a test of minutes. */
export type Hostility = { readonly texts: readonly string[]; readonly names: readonly string[] };

export const EVERY: Hostility = { texts: HOSTILE_TEXTS, names: HOSTILE_NAMES };
export const A_FEW: Hostility = {
  texts: ['{"$ne":""}', '__proto__', 'a\u0000b', '9'.repeat(40)],
  names: ['$ne', '__proto__'],
};

/** Values that are no text, in the place of one. */
const hostileNodes = (name: string, names: readonly string[]): [string, WireNode][] => [
  ['the number 1e9', leaf(name, '1e9', 'number')],
  ['the number -1', leaf(name, '-1', 'number')],
  ['a number of forty digits', leaf(name, '9'.repeat(40), 'number')],
  ['true', leaf(name, 'true', 'boolean')],
  ['null', leaf(name, '', 'null')],
  ['an empty list', listNode(name, [])],
  ['a list', listNode(name, [leaf('', '1'), leaf('', '1')])],
  ['an empty object', objectNode(name, [])],
  ...names.map((key): [string, WireNode] => [
    `{${key}}`,
    objectNode(name, [objectNode(key, [leaf('polluted', '1')])]),
  ]),
];

/** A good request of a shape: examples of every leaf, but for those that are set by their name. */
export function exampleOf(
  shape: Shape,
  values: Readonly<Record<string, string>>,
  name = '',
): WireNode {
  switch (shape.kind) {
    case 'leaf':
      return leaf(name, values[name] ?? shape.example);
    case 'object':
      return objectNode(
        name,
        shape.members.map((member) => exampleOf(member.shape, values, member.name)),
      );
    case 'list':
      return listNode(name, [exampleOf(shape.item, values, shape.itemName)], shape.itemName);
  }
}

/** Every request that differs from a good one in one place, by each hostile value. */
export function* variantsOf(node: WireNode, hostility: Hostility, path = ''): Generator<Variant> {
  const { texts, names } = hostility;
  for (const text of texts) yield { path, what: text, node: leaf(node.name, text) };
  for (const [what, hostile] of hostileNodes(node.name, names)) yield { path, what, node: hostile };
  if (node.kind !== 'object' && node.kind !== 'list') return;
  const rebuilt = (children: readonly WireNode[]): WireNode => ({ ...node, children });
  for (const [index, child] of node.children.entries()) {
    const at = path === '' ? child.name : `${path}.${child.name}`;
    const others = (next: readonly WireNode[]) =>
      rebuilt([...node.children.slice(0, index), ...next, ...node.children.slice(index + 1)]);
    yield { path: at, what: 'missing', node: others([]) };
    yield { path: at, what: 'twice', node: others([child, child]) };
    for (const variant of variantsOf(child, hostility, at)) {
      yield { ...variant, node: others([variant.node]) };
    }
  }
  if (node.kind !== 'object') return;
  for (const name of names) {
    const what = `with ${name}`;
    yield { path, what, node: rebuilt([...node.children, leaf(name, '1')]) };
    const nested = objectNode(name, [leaf('polluted', '1')]);
    yield { path, what: `${what} nested`, node: rebuilt([...node.children, nested]) };
  }
}

/** A document as it stands: nothing is left out or put right, as a library would. */
export function rawXml(node: WireNode): string {
  const inner = node.kind === 'object' || node.kind === 'list';
  const content = inner
    ? node.children.map((child) => rawXml({ ...child, name: child.name || 'item' })).join('')
    : node.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', ']]&gt;');
  return `<${node.name}>${content}</${node.name}>`;
}

/** The same as JSON; numbers have their digits. */
export function rawJson(node: WireNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.children.map((child) => `${JSON.stringify(child.name)}:${rawJson(child)}`).join(',')}}`;
    case 'list':
      return `[${node.children.map(rawJson).join(',')}]`;
    case 'text':
      return JSON.stringify(node.text);
    case 'null':
      return 'null';
    case 'number':
    case 'boolean':
      return node.text;
  }
}

/** The same as the fields of a form: structures are JSON in one field. */
export function rawForm(node: WireNode): [string, string][] {
  const isPlain = (kind: WireNode['kind']) => kind !== 'object' && kind !== 'list';
  return node.children.map((child) => [
    child.name,
    isPlain(child.kind) ? child.text : rawJson(child),
  ]);
}
