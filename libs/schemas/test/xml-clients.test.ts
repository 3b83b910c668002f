import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialiseItems, queryItems, updateStore } from '../src/qimen/index.ts';
import { leaf, objectNode, parseXml } from '../src/wire/index.ts';
import { readWithSaxes } from './xml-oracle.ts';

const parse = (text: string) => parseXml(Buffer.from(text, 'utf8'));
const codeOf = (text: string) => {
  const read = parse(text);
  return read.ok ? 'accepted' : read.error.code;
};
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const DOT_NET = `<request xmlns:xsi="${XSI}" xmlns:xsd="http://www.w3.org/2001/XMLSchema">`;

describe('what serializers write by themselves', () => {
  test.each([
    ['.NET’s XmlSerializer', `${DOT_NET}<a>1</a><b xsi:nil="true" /></request>`],
    [
      'DataContractSerializer',
      `<request xmlns="http://x/y" xmlns:i='${XSI}'><a>1</a><b i:nil="true"/></request>`,
    ],
    [
      'nil as a digit, with an empty element',
      `${DOT_NET}<a>1</a><b\n xsi:nil = '1'></b></request>`,
    ],
    ['nil without its declaration', '<request><a>1</a><b xsi:nil="true"/></request>'],
    ['types', `${DOT_NET}<a xsi:type="xsd:int">1</a><b xsi:nil="true"/></request>`],
    [
      'a namespace taken back',
      `<request xmlns="http://x"><a xmlns="">1</a><b xsi:nil="true"/></request>`,
    ],
  ])('%s is read, and nil is absent', (_name, document) => {
    const value = objectNode('request', [leaf('a', '1'), leaf('b', '', 'null')]);
    expect(parse(document)).toEqual({ ok: true, value });
  });

  test('nil="false" is a value', () => {
    expect(parse(`${DOT_NET}<a xsi:nil="false">1</a></request>`)).toEqual({
      ok: true,
      value: objectNode('request', [leaf('a', '1')]),
    });
  });

  test.each([
    ['an attribute of the document', '<r a="1"/>'],
    ['an attribute of another namespace', '<r xmlns:x="http://x" x:nil="true"/>'],
    ['a prefix that stands for something else', '<r xmlns:xsi="http://x" xsi:nil="true"/>'],
    ['a prefix of a sibling', `<r><a xmlns:i="${XSI}"/><b i:nil="true"/></r>`],
    ['another attribute of instances', `<r xmlns:xsi="${XSI}" xsi:other="1"/>`],
    ['nil with a value', '<r xsi:nil="true">1</r>'],
    ['nil that is no boolean', '<r xsi:nil="yes"/>'],
    ['an attribute twice', '<r xmlns="a" xmlns="b"/>'],
    ['an attribute without quotes', '<r xmlns=a/>'],
    ['markup in an attribute', '<r xmlns="<"/>'],
    ['an entity in an attribute', '<r xmlns="&x;"/>'],
    ['no blank between attributes', '<r xmlns="a"xmlns:b="b"/>'],
  ])('%s is refused', (_name, document) => {
    expect(codeOf(document)).toBe('XML_MALFORMED');
  });
});

test('the reader decides as a conforming parser does', () => {
  const part = fc.constantFrom(
    '<a>',
    '</a>',
    '<b>',
    '</b>',
    '<b/>',
    '<a >',
    '</a\n>',
    '< a>',
    '</ a>',
    '<a',
    '>',
    '<',
    '/',
    '<!--x-->',
    '<!-- - -->',
    '<!--',
    '-->',
    '--',
    '<![CDATA[',
    ']]>',
    '<![CDATA[<&]]>',
    'x',
    ' ',
    '\n',
    '\r\n',
    '\r',
    '\t',
    '中',
    '\u00a0',
    '\u3000',
    '&amp;',
    '&lt;',
    '&#65;',
    '&#x4e2d;',
    '&#0;',
    '&#xd800;',
    '&#x110000;',
    '&AMP;',
    '&;',
    '&',
    ';',
    '&constructor;',
    '<?xml version="1.0"?>',
    '<?xml version="1.1"?>',
    "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>",
    '<?xml encoding="utf-8"?>',
    '<?x y?>',
    '<a.b-c:d/>',
    '<1/>',
    '<-a/>',
    '<中/>',
    '<a×/>',
    '\ufffe',
    '\u0001',
    '\u007f',
    '\u{1f600}',
    '"',
    "'",
    '<a b="1">',
    '<!a>',
  );
  const shape = fc.array(part, { maxLength: 12 });
  const wrapped = shape.map((parts) => `<r>${parts.join('')}</r>`);
  fc.assert(
    fc.property(
      fc.oneof(
        shape.map((parts) => parts.join('')),
        wrapped,
      ),
      (text) => {
        const ours = parse(text);
        expect(ours.ok ? ours.value : null).toEqual(readWithSaxes(text));
      },
    ),
    { numRuns: 5_000 },
  );
});

const line = (billNum: string) =>
  `<storeInventory><billNum>${billNum}</billNum><itemId>9001</itemId><outerId>A</outerId>` +
  '<inventoryType>UNCERTAINTY</inventoryType><quantity>4</quantity></storeInventory>';
const store = (id: string, lines: string) =>
  `<store><warehouseType>STORE</warehouseType><warehouseId>${id}</warehouseId>${lines}</store>`;
const upload = (stores: string) =>
  Buffer.from(
    '<request><userId>21230</userId><operationTime>2016-09-22 10:00:00</operationTime>' +
      `<stores>${stores}</stores></request>`,
  );
const billNums = (body: Buffer) => {
  const read = initialiseItems.decodeRequest(body);
  return read.ok
    ? read.value.stores.map(({ lines }) => lines.map(({ billNum }) => billNum))
    : read.error;
};

describe('uploads', () => {
  test('extensions beside the entries are passed over, in every list', () => {
    const extra = '<remark>x</remark><extendProps><key>v</key></extendProps>';
    const lines = `<storeInventories>${extra}${line('B-1')}${extra}</storeInventories>${extra}`;
    expect(billNums(upload(extra + store('1342', lines)))).toEqual([['B-1']]);
    const asked = Buffer.from(
      `<request><userId>1</userId><stores>${store('1', '')}${extra}</stores></request>`,
    );
    expect(queryItems.decodeRequest(asked).ok).toBe(true);
    const stranger = `<storeInventories>${line('B-1')}<x/></storeInventories>`;
    expect(billNums(upload(store('1342', stranger)))).toMatchObject({
      code: 'isv.invalid-parameter',
    });
  });

  test.each([
    '<storeInventories/>',
    '<storeInventories> </storeInventories>',
    '',
    '<storeInventories xsi:nil="true"/>',
  ])('a store with "%s" among others has nothing to do', (empty) => {
    const full = `<storeInventories>${line('B-1')}</storeInventories>`;
    expect(billNums(upload(store('1', empty) + store('2', full)))).toEqual([[], ['B-1']]);
    expect(billNums(upload(store('1', empty)))).toEqual({
      code: 'isv.missing-parameter',
      message: 'stores[0].storeInventories is required',
    });
  });

  test('an optional field that is nil is absent, a required one is missing', () => {
    const nil = (name: string) =>
      line('B-1').replace('<outerId>A</outerId>', `<${name} xsi:nil="true"/>`);
    const read = (name: string) => {
      const lines = `<storeInventories>${nil(name)}</storeInventories>`;
      const result = initialiseItems.decodeRequest(upload(store('1', lines)));
      return result.ok ? result.value.stores[0]?.lines[0]?.result : result;
    };
    expect(read('skuId')).toMatchObject({ error: { description: 'outerId is required' } });
    expect(read('outerId')).toMatchObject({ error: { description: 'outerId is required' } });
    const kept = line('B-1').replace('</billNum>', '</billNum><skuId xsi:nil="true"/>');
    const result = initialiseItems.decodeRequest(
      upload(store('1', `<storeInventories>${kept}</storeInventories>`)),
    );
    expect(result.ok && result.value.stores[0]?.lines[0]?.result.ok).toBe(true);
    expect(updateStore.decodeRequest(Buffer.from('<request xsi:nil="true"/>'))).toMatchObject({
      error: { code: 'isv.missing-parameter' },
    });
  });
});
