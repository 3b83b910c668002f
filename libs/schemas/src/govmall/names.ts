import { parseJson } from '../json/read.ts';
import type { WireNode } from '../wire/tree.ts';

/**
 * What a mall calls the fields of an interface, by the public family's names of them. `sku.price` is the name of
 * `price` directly inside `sku` alone, and goes before that of `price`.
 */
export type GovNames = ReadonlyMap<string, string>;

/** Of a mall that has no names of its own. */
export const FAMILY_NAMES: GovNames = new Map();

/** Fields that hold structures as the text of their JSON when they come in a form. */
const STRUCTURED: readonly string[] = ['sku', 'skus'];

/** The mall's name of a field inside another one of the family's; '' is the outermost. */
export const ownName = (names: GovNames, parent: string, field: string): string =>
  names.get(`${parent}.${field}`) ?? names.get(field) ?? field;

/** Inside a field, the family's names by the mall's own ones; null when two fields have one name there. */
export function familyNames(names: GovNames, parent: string): ReadonlyMap<string, string> | null {
  const inside = `${parent}.`;
  const fields = new Set(
    [...names.keys()].flatMap((key) => {
      if (key.startsWith(inside)) return [key.slice(inside.length)];
      return key.includes('.') ? [] : [key];
    }),
  );
  const family = new Map([...fields].map((field) => [ownName(names, parent, field), field]));
  return family.size < fields.size ? null : family;
}

/** Parameters in the family's names, at every depth; JSON texts of a form are opened. */
export function inFamilyNames(params: WireNode, names: GovNames, parent = ''): WireNode {
  if (names.size === 0) return params;
  const family = familyNames(names, parent);
  const children = params.children.map((child) => {
    // What stands in a list stands inside the field that the list is.
    if (params.kind === 'list') return inFamilyNames(child, names, parent);
    const name = family?.get(child.name) ?? child.name;
    return inFamilyNames(opened({ ...child, name }), names, name);
  });
  return { ...params, children };
}

/** Members of an answer in the mall's own names, at every depth. */
export function inOwnNames(answer: WireNode, names: GovNames, parent = ''): WireNode {
  if (names.size === 0) return answer;
  const children = answer.children.map((child) =>
    answer.kind === 'list'
      ? inOwnNames(child, names, parent)
      : {
          ...inOwnNames(child, names, child.name),
          name: ownName(names, parent, child.name),
        },
  );
  return { ...answer, children };
}

/** A description in which fields have the mall's own names. */
export const tellInOwnNames = (desc: string, names: GovNames): string =>
  names.size === 0
    ? desc
    : desc.replaceAll(/[A-Za-z_]\w*(?:(?:\[\d+\])?\.[A-Za-z_]\w*)*/g, (path) => {
        const fields = path.split('.');
        return fields
          .map((field, at) => {
            const [, name = '', index = ''] = /^(\w+)(.*)$/.exec(field) ?? [];
            const parent = fields[at - 1]?.replace(/\[.*$/, '') ?? '';
            return ownName(names, parent, name) + index;
          })
          .join('.');
      });

function opened(node: WireNode): WireNode {
  const isStructure = STRUCTURED.includes(node.name) && /^\s*[[{]/.test(node.text);
  if (node.kind !== 'text' || !isStructure) return node;
  const json = parseJson(node.text);
  return json.ok ? { ...json.value, name: node.name } : node;
}
