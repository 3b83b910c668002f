/**
 * What a message is made of, whatever the transport. Every leaf is text, so that ids keep every
 * digit and `007` stays `007`. `number` and `boolean` say how JSON writes the leaf, nothing more;
 * XML has texts only.
 */
export type WireNode = {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'null' | 'object' | 'list';
  /** Text of a leaf; empty for objects and lists. */
  readonly text: string;
  readonly children: readonly WireNode[];
  /** Of a list that is written: the name of its elements, which XML and TOP's JSON print. */
  readonly itemName?: string;
};

type LeafKind = 'text' | 'number' | 'boolean' | 'null';

export const leaf = (name: string, text: string, kind: LeafKind = 'text'): WireNode => ({
  name,
  kind,
  text,
  children: [],
});

export const objectNode = (name: string, children: readonly WireNode[]): WireNode => ({
  name,
  kind: 'object',
  text: '',
  children,
});

export const listNode = (
  name: string,
  children: readonly WireNode[],
  itemName?: string,
): WireNode => ({
  name,
  kind: 'list',
  text: '',
  children,
  ...(itemName === undefined ? {} : { itemName }),
});

/** Whether the node carries nothing: JSON null, or a leaf of white space such as `<storeId/>`. */
export const isBlank = (node: WireNode): boolean =>
  node.kind === 'null' || (node.kind === 'text' && node.text.trim() === '');
