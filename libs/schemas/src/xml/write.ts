import type { WireNode } from '../wire/tree.ts';

const PROLOG = '<?xml version="1.0" encoding="utf-8"?>';

/** Prints a document; what XML cannot carry (control characters, lone surrogates) becomes U+FFFD. */
export const printXml = (root: WireNode): string => PROLOG + element(root);

function element(node: WireNode): string {
  let content = '';
  if (node.kind === 'object' || node.kind === 'list') {
    for (const child of node.children) content += element(child);
  } else content = escapeXml(node.text);
  return content === '' ? `<${node.name}/>` : `<${node.name}>${content}</${node.name}>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A reader turns bare line ends into LF; a reference keeps them.
  '\r': '&#13;',
};

/** What is not printed as it stands: what XML 1.0 forbids, lone surrogates among it, and what it reads as markup. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const SPECIAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff&<>"'\r]/;

const escapeXml = (text: string): string => (SPECIAL.test(text) ? escaped(text) : text);

const escaped = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- the characters that XML 1.0 forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r]/g, (character) => ESCAPES[character] ?? character);
