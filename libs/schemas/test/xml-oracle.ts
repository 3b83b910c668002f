import { SaxesParser } from 'saxes';
import type { WireNode } from '../src/wire/index.ts';
import { leaf, objectNode } from '../src/wire/index.ts';

type OpenElement = { name: string; text: string; children: WireNode[] };

/**
 * The same document by an independent, conforming parser: the tree, or null where it is not
 * well-formed or holds what the channels have not (attributes, instructions, mixed content).
 */
export function readWithSaxes(text: string): WireNode | null {
  const parser = new SaxesParser({
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  const open: OpenElement[] = [];
  const found: { root: WireNode | null; bad: boolean } = { root: null, bad: false };
  const bad = (): void => {
    found.bad = true;
  };
  parser.on('error', bad);
  parser.on('doctype', bad);
  parser.on('processinginstruction', bad);
  parser.on('attribute', bad);
  const add = (part: string): void => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('opentagstart', ({ name }) => void open.push({ name, text: '', children: [] }));
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    const isMixed = element.children.length > 0 && element.text.trim() !== '';
    if (isMixed) bad();
    const node =
      element.children.length > 0
        ? objectNode(element.name, element.children)
        : leaf(element.name, element.text);
    const parent = open.at(-1);
    if (parent) parent.children.push(node);
    else found.root = node;
  });
  parser.write(text).close();
  return found.bad ? null : found.root;
}
