/** A document that nobody honest sends, and what is wrong with it. */
export type HostileDocument = { readonly what: string; readonly body: Buffer };

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const inStore = (inner: string): string => `<request><storeCode>${inner}</storeCode></request>`;
const KIB = 1_024;

/**
 * The classes of attack on readers of XML, each as small as its class allows: what declares an entity is
 * refused for the declaration, so its entities need not grow.
 */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  ['entities inside entities', declaring('<!ENTITY a "x"><!ENTITY b "&a;&a;">', '&b;')],
  ['an external entity', declaring('<!ENTITY a SYSTEM "file:///nowhere">', '&a;')],
  [
    'an external entity of another host',
    declaring('<!ENTITY a SYSTEM "http://127.0.0.1:1/">', '&a;'),
  ],
  ['an external document type', `<!DOCTYPE r SYSTEM "file:///nowhere">${inStore('1')}`],
  ['a long entity, many times', declaring(`<!ENTITY a "${'x'.repeat(100)}">`, '&a;'.repeat(100))],
  ['a parameter entity', declaring('<!ENTITY % a "x"> %a;', '1')],
  ['document types again and again', '<!DOCTYPE r>'.repeat(100) + inStore('1')],
  ['a document type in small letters', `<!doctype r>${inStore('1')}`],
  ['an entity that is declared nowhere', inStore('&a;')],
  ['as many references as fit', inStore('&#65;'.repeat(50_000))],
  ['a reference to no character', inStore('&#0;&#xD800;&#x110000;')],
  ['ten thousand levels', '<a>'.repeat(10_000) + '</a>'.repeat(10_000)],
  ['ten thousand levels that never close', '<a>'.repeat(10_000)],
  ['as many elements as fit', `<request>${'<a/>'.repeat(60_000)}</request>`],
  ['as many attributes as fit', `<request ${'a="1" '.repeat(40_000)}/>`],
  ['attributes of different names', `<request ${attributes(15_000)}/>`],
  ['namespaces of different names', `<request ${attributes(9_000, 'xmlns:')}/>`],
  ['a name as long as fits', `<${'a'.repeat(250 * KIB)}/>`],
  ['a comment as long as fits', `<!--${'-x'.repeat(120 * KIB)}-->${inStore('1')}`],
  ['a comment that never ends', `<request><!--${'x'.repeat(200 * KIB)}`],
  ['sections of text, many', inStore('<![CDATA[x]]>'.repeat(19_000))],
  ['a section of text that never ends', `<request><![CDATA[${'x'.repeat(200 * KIB)}`],
  ['a text that is cut off', '<request><storeCode>1'],
  ['instructions', `${'<?a b?>'.repeat(10_000)}${inStore('1')}`],
  ['a style sheet', `<?xml-stylesheet href="http://127.0.0.1:1/"?>${inStore('1')}`],
  [
    'a part to include',
    '<request xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="file:///nowhere"/></request>',
  ],
  ['two roots', inStore('1') + inStore('1')],
  ['an empty document', ''],
  ['brackets alone', '<'.repeat(200 * KIB)],
  ['the claim of another encoding', `<?xml version="1.0" encoding="UTF-16"?>${inStore('1')}`],
  ['the claim of a Chinese encoding', `<?xml version="1.0" encoding="GB18030"?>${inStore('1')}`],
  [
    'the claim of no encoding',
    `<?xml version="1.0" encoding="${'x'.repeat(10_000)}"?>${inStore('1')}`,
  ],
  ['forbidden characters', inStore('\u0001\ufffe')],
  ['a NUL', inStore('\0')],
].map(([what = '', text = '']) => ({ what, body: utf8(text) }));

/** The same where the bytes are what is wrong. */
export const HOSTILE_BYTES: readonly HostileDocument[] = [
  { what: 'UTF-16 with its mark', body: Buffer.from(`\ufeff${inStore('1')}`, 'utf16le') },
  { what: 'UTF-16 without its mark', body: Buffer.from(inStore('1'), 'utf16le') },
  { what: 'an overlong NUL', body: around(0xc0, 0x80) },
  { what: 'an overlong bracket', body: around(0xc0, 0xbc) },
  { what: 'half of a pair', body: around(0xed, 0xa0, 0x80) },
  { what: 'a character that is cut off', body: around(0xe4, 0xbd) },
  { what: 'more than a body may have', body: Buffer.alloc(300 * KIB, 'x') },
];

function around(...bytes: number[]): Buffer {
  const [before = '', after = ''] = inStore('@').split('@');
  return Buffer.concat([utf8(before), Buffer.from(bytes), utf8(after)]);
}

function declaring(declarations: string, inner: string): string {
  return `<!DOCTYPE request [${declarations}]>${inStore(inner)}`;
}

function attributes(count: number, prefix = ''): string {
  return Array.from({ length: count }, (_, n) => `${prefix}a${n}="1"`).join(' ');
}
