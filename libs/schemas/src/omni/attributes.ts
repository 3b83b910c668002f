import { err, leftOut, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Notes } from '../wire/codec.ts';
import { invalid } from '../wire/codec.ts';
import type { WireNode } from '../wire/tree.ts';
import { isBlank, leaf, listNode, objectNode } from '../wire/tree.ts';

/** Extension fields of an allocated sub-order: texts by name. */
export type Attributes = Readonly<Record<string, string>>;

/** The white paper gives no limits; these bound what an order carries along. */
const ATTRIBUTES_MAX = 50;
const NAME_MAX = 64;
const TEXT_MAX = 2_000;

/**
 * Extension fields such as gifts and batches (white paper 2.4, 6.6.2: a `struct` without definition).
 * A single value is its text, a list or a structure is its JSON text. The whole may also be a list of
 * such structures, or JSON in a text; a name that then occurs several times has the list of its values.
 * Nobody's allocation depends on them: what does not fit is left out, with a note.
 */
export const attributesCodec: Codec<Attributes> = {
  shape: { kind: 'object', members: [] },
  decode: (node, path, notes) => {
    const members = membersOf(node, path, notes);
    const byName = new Map<string, WireNode[]>();
    for (const member of members) {
      if (isBlank(member)) continue;
      byName.set(member.name, [...(byName.get(member.name) ?? []), member]);
    }
    const values: [string, string][] = [];
    for (const [name, nodes] of byName) {
      const text = textOf(nodes);
      const problem = problemOf(name, text, values.length);
      if (problem) notes?.push(leftOut(`${path}.${name.slice(0, NAME_MAX)}`, problem));
      else values.push([name, text]);
    }
    return ok(Object.fromEntries(values));
  },
  encode: (name, value) =>
    objectNode(
      name,
      Object.entries(value).map(([key, member]): WireNode => leaf(key, member)),
    ),
};

function membersOf(node: WireNode, path: string, notes?: Notes): readonly WireNode[] {
  if (node.kind === 'object') return node.children;
  if (node.kind === 'list') {
    return node.children.flatMap((child, index) =>
      child.kind === 'object' ? child.children : left(invalidNode(`${path}[${index}]`), notes),
    );
  }
  const json = node.kind === 'text' ? parseJson(Buffer.from(node.text, 'utf8')) : err(null);
  const isStructure = json.ok && (json.value.kind === 'object' || json.value.kind === 'list');
  return isStructure ? membersOf(json.value, path, notes) : left(invalidNode(path), notes);
}

const invalidNode = (path: string) => invalid(path, 'must be an object');

function left({ field, reason }: ReturnType<typeof invalidNode>, notes?: Notes): [] {
  notes?.push(leftOut(field, reason));
  return [];
}

function textOf(nodes: readonly WireNode[]): string {
  const [only, ...more] = nodes;
  if (!only || more.length > 0) return printJson(listNode('', nodes));
  return only.kind === 'object' || only.kind === 'list' ? printJson(only) : only.text;
}

function problemOf(name: string, text: string, count: number): string | null {
  if (name.trim() === '') return 'has no name';
  if (name.length > NAME_MAX) return `has a name of more than ${NAME_MAX} characters`;
  if (text.length > TEXT_MAX) return `is longer than ${TEXT_MAX} characters`;
  return count >= ATTRIBUTES_MAX ? `is beyond ${ATTRIBUTES_MAX} attributes` : null;
}
