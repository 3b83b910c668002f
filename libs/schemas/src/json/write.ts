import { assertNever, invariant } from '@astrolabe/kernel';
import type { WireNode } from '../wire/tree.ts';

/**
 * Prints a node as one line of JSON; the name of the node itself is not printed. With `named` lists an
 * array lies under the name of its elements, `orders: {order: [...]}`, as TOP prints every list.
 */
export function printJson(node: WireNode, lists: 'bare' | 'named' = 'bare'): string {
  switch (node.kind) {
    case 'object':
      return `{${joined(node, lists, true)}}`;
    case 'list': {
      const array = `[${joined(node, lists, false)}]`;
      const isNamed = lists === 'named' && node.itemName !== undefined;
      return isNamed ? `{${JSON.stringify(node.itemName)}:${array}}` : array;
    }
    case 'number':
      // The digits go out as they are: a double would lose the end of a long id.
      invariant(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(node.text), 'not a JSON number');
      return node.text;
    case 'boolean':
      invariant(node.text === 'true' || node.text === 'false', 'not a JSON boolean');
      return node.text;
    case 'null':
      return 'null';
    case 'text':
      return JSON.stringify(node.text);
    default:
      return assertNever(node.kind, 'kind of a wire node');
  }
}

/** A name that JSON writes as it stands. */
const PLAIN_NAME = /^\w*$/;

/** Its children with commas between them. Lists of a mall have thousands: nothing is made but the text. */
function joined({ children }: WireNode, lists: 'bare' | 'named', withNames: boolean): string {
  let text = '';
  for (const child of children) {
    if (text !== '') text += ',';
    if (withNames)
      text += PLAIN_NAME.test(child.name) ? `"${child.name}":` : `${JSON.stringify(child.name)}:`;
    text += printJson(child, lists);
  }
  return text;
}
