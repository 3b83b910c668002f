import { assertNever, invariant } from '@astrolabe/kernel';
import type { WireNode } from '../wire/tree.ts';

/** Prints a node as one line of JSON; the name of the node itself is not printed. */
export function printJson(node: WireNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.children
        .map((child) => `${JSON.stringify(child.name)}:${printJson(child)}`)
        .join(',')}}`;
    case 'list':
      return `[${node.children.map(printJson).join(',')}]`;
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
