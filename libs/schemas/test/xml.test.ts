import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireNode } from '../src/wire/index.ts';
import { XML_MAX_BYTES, leaf, objectNode, parseXml, printXml } from '../src/wire/index.ts';

const parse = (text: string) => parseXml(Buffer.from(text, 'utf8'));

const codeOf = (bytes: Buffer | string): string => {
  const result = parseXml(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
  return result.ok ? 'accepted' : result.error.code;
};

describe('reading', () => {
  test('keeps every text as it stands', () => {
    const result = parse(
      '<?xml version="1.0" encoding="UTF-8"?>\n<r>\n <id>007</id><p>1.10</p><t>41171611600046273</t>' +
        '<e/><n>a&amp;b &lt;&#x4e2d;&#25991;</n><c><![CDATA[<raw> & ]]></c></r>',
    );
    expect(result).toEqual({
      ok: true,
      value: objectNode('r', [
        leaf('id', '007'),
        leaf('p', '1.10'),
        leaf('t', '41171611600046273'),
        leaf('e', ''),
        leaf('n', 'a&b <中文'),
        leaf('c', '<raw> & '),
      ]),
    });
  });

  test('takes a UTF-8 byte order mark', () => {
    expect(codeOf('\ufeff<r/>')).toBe('accepted');
  });
});

const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? '' : i};`.repeat(10)}">`,
).join('')}]><lolz>&lol9;</lolz>`;
const quadratic = `<!DOCTYPE r [<!ENTITY a "${'a'.repeat(50_000)}">]><r>${'&a;'.repeat(20_000)}</r>`;

describe('hostile documents are refused with a stable code', () => {
  const fits = (text: string) => text.padEnd(XML_MAX_BYTES - 1, ' ');
  test.each<[string, Buffer | string, string]>([
    ['billion laughs', laughs, 'XML_DOCTYPE'],
    ['quadratic blow-up', quadratic, 'XML_DOCTYPE'],
    [
      'external entity',
      '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
      'XML_DOCTYPE',
    ],
    ['repeated DOCTYPE', `${'<!DOCTYPE r []>'.repeat(1_000)}<r/>`, 'XML_DOCTYPE'],
    ['lower-case doctype', '<!doctype r><r/>', 'XML_DOCTYPE'],
    ['DOCTYPE after the root', '<r/><!DOCTYPE r []>', 'XML_DOCTYPE'],
    ['undeclared entity', '<r>&x;</r>', 'XML_MALFORMED'],
    ['one million numeric references', `<r>${'&#65;'.repeat(1_000_000)}</r>`, 'XML_TOO_LARGE'],
    [
      'UTF-16 with a byte order mark',
      Buffer.from('\ufeff<!DOCTYPE r><r/>', 'utf16le'),
      'XML_NOT_UTF8',
    ],
    ['UTF-16 without a byte order mark', Buffer.from('<r/>', 'utf16le'), 'XML_NOT_UTF8'],
    ['10,001 references', `<r>${'&#65;'.repeat(10_001)}</r>`, 'XML_TOO_MANY_ELEMENTS'],
    ['another declared encoding', '<?xml version="1.0" encoding="UTF-16"?><r/>', 'XML_NOT_UTF8'],
    [
      'invalid UTF-8',
      Buffer.from([0x3c, 0x72, 0x3e, 0xff, 0x3c, 0x2f, 0x72, 0x3e]),
      'XML_NOT_UTF8',
    ],
    ['depth 10,000', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`, 'XML_TOO_DEEP'],
    ['depth 33', `${'<a>'.repeat(33)}${'</a>'.repeat(33)}`, 'XML_TOO_DEEP'],
    ['10,001 elements', `<r>${'<a/>'.repeat(10_000)}</r>`, 'XML_TOO_MANY_ELEMENTS'],
    ['more than 256 KiB', `${fits('<r/>')}  `, 'XML_TOO_LARGE'],
    ['processing instruction', '<r><?php x?></r>', 'XML_MALFORMED'],
    ['attribute', '<r a="1"/>', 'XML_MALFORMED'],
    ['mixed content', '<r>text<a/></r>', 'XML_MALFORMED'],
    ['two roots', '<r/><r/>', 'XML_MALFORMED'],
    ['unclosed element', '<r><a></r>', 'XML_MALFORMED'],
    ['text after the root', '<r/>x', 'XML_MALFORMED'],
    ['nothing', '', 'XML_MALFORMED'],
    ['a control character by reference', '<?xml version="1.1"?><r>&#1;</r>', 'XML_MALFORMED'],
  ])('%s', (_, document, code) => {
    expect(codeOf(document)).toBe(code);
  });

  test('the limits themselves are allowed', () => {
    expect(codeOf(`${'<a>'.repeat(32)}${'</a>'.repeat(32)}`)).toBe('accepted');
    expect(codeOf(`<r>${'<a/>'.repeat(9_999)}</r>`)).toBe('accepted');
    expect(codeOf(fits('<r/>'))).toBe('accepted');
    expect(codeOf(`<r>${'&#65;'.repeat(10_000)}</r>`)).toBe('accepted');
  });
});

describe('writing', () => {
  test('escapes markup, keeps line ends, replaces what XML forbids', () => {
    const text = `<a href="x">'&]]>\r\n\t\u0000\u001b\ud800`;
    expect(printXml(leaf('r', text))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><r>&lt;a href=&quot;x&quot;&gt;&apos;&amp;]]&gt;&#13;\n\t\ufffd\ufffd\ufffd</r>',
    );
  });

  const name = fc.constantFrom('storeId', 'itemId', 'x', 'a-b', '商品');
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom('007', ']]>', '&amp;', '\r\n', '\r', '\n ', '<![CDATA['),
  );
  const node: fc.Arbitrary<WireNode> = fc.letrec<{ node: WireNode }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      fc.tuple(name, text).map(([n, t]) => leaf(n, t)),
      fc
        .tuple(name, fc.array(tie('node'), { minLength: 1, maxLength: 4 }))
        .map(([n, children]) => objectNode(n, children)),
    ),
  })).node;

  test('what is written reads back as it was', () => {
    fc.assert(
      fc.property(node, (tree) => {
        expect(parse(printXml(tree))).toEqual({ ok: true, value: tree });
      }),
    );
  });

  test('no bytes make the reader throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseXml(Buffer.from(bytes));
      }),
    );
    const markup = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      '!',
      '?',
      '&',
      ';',
      '[',
      ']',
      '-',
      '"',
      ' ',
      '#',
    );
    fc.assert(
      fc.property(fc.array(markup, { maxLength: 40 }), (parts) => {
        parse(parts.join(''));
      }),
      { numRuns: 2_000 },
    );
  });
});
