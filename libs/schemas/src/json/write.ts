import { assertNever, invariant } from '@astrolabe/kernel';
import type { WireNode } from '../wire/tree.ts';

/**
 * Prints a node as one line of JSON; the name of the node itself is not printed. With `named` lists an
 * array lies under the name of its elements, `orders: {order: [...]}`, as TOP prints every list.
 */
export function printJson(node: WireNode, lists: 'bare' | 'named' = 'bare'): string {
  switch (node.kind) {
    case 'object':
      return `{${node.children
        .map((child) => `${JSON.stringify(child.name)}:${printJson(child, lists)}`)
        .join(',')}}`;
    case 'list': {
      const array = `[${node.children.map((child) => printJson(child, lists)).join(',')}]`;
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
