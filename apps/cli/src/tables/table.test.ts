import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { printCsv, readTable } from './table.ts';

const HEADING = ['商品编码', '商品名称'];

describe('a text', () => {
  const text = '商品编码,商品名称\r\n00123,"打印机, ""大"""\r\n\r\n12345678901234567,"两\n行"\r\n';
  const rows = [HEADING, ['00123', '打印机, "大"'], [''], ['12345678901234567', '两\n行']];
  /** 商品编码,商品名称 and 00123,打印机 in GBK. */
  const gbk = 'c9ccc6b7b1e0c2eb2cc9ccc6b7c3fbb3c60a30303132332cb4f2d3a1bbfa0a';

  test.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 with its mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['tabs', Buffer.from(text.replaceAll(/(编码|123|567),/g, '$1\t'))],
    ['semicolons', Buffer.from(text.replaceAll(/(编码|123|567),/g, '$1;'))],
  ])('in %s', (_, bytes) => {
    expect(readTable(bytes)).toEqual(rows);
  });

  test('in GBK', () => {
    expect(readTable(Buffer.from(gbk, 'hex'))).toEqual([HEADING, ['00123', '打印机']]);
  });

  test('is printed as CSV that reads the same', () => {
    const cells = [HEADING, ['a"b,c', ' \n'], ['=1', '']];
    expect(readTable(Buffer.from(printCsv(cells)))).toEqual(cells);
  });

  test.each([
    ['a quote that is not closed', Buffer.from('sku\n"1'), /Quote/],
    ['bytes of no writing', Buffer.from([0x61, 0xff, 0x80, 0xff]), /neither a workbook nor a text/],
    ['a workbook of old', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), /save it as \.xlsx/],
    [
      'an archive of something else',
      Buffer.from(zipSync({ 'a.txt': strToU8('a') })),
      /no workbook/,
    ],
  ])('with %s is refused', (_, bytes, message) => {
    expect(() => readTable(bytes)).toThrow(message);
  });
});

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (...rows: readonly (readonly [string, string, string])[]): string =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${rows
    .map(
      ([id, type, target]) =>
        `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`,
    )
    .join('')}</Relationships>`;
const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

/** A workbook as Excel writes one, with these rows on its second sheet; the first one is hidden. */
const workbook = (rows: string, prefix = '', properties = ''): Buffer =>
  Buffer.from(
    zipSync({
      '_rels/.rels': strToU8(relations(['rId1', 'officeDocument', 'xl/workbook.xml'])),
      'xl/workbook.xml': strToU8(
        `<workbook ${MAIN} xmlns:r="${OFFICE}">${properties}<sheets><sheet name="_" sheetId="1" state="hidden" r:id="rId1"/>` +
          '<sheet name="商品" sheetId="2" r:id="rId2"/></sheets></workbook>',
      ),
      'xl/_rels/workbook.xml.rels': strToU8(
        relations(
          ['rId1', 'worksheet', 'worksheets/sheet1.xml'],
          ['rId2', 'worksheet', '/xl/worksheets/sheet2.xml'],
          ['rId3', 'sharedStrings', 'sharedStrings.xml'],
          ['rId4', 'styles', 'styles.xml'],
        ),
      ),
      'xl/worksheets/sheet1.xml': strToU8(`<worksheet ${MAIN}><sheetData/></worksheet>`),
      'xl/worksheets/sheet2.xml': strToU8(
        prefix === ''
          ? `<worksheet ${MAIN}><sheetData>${rows}</sheetData></worksheet>`
          : `<x:worksheet ${MAIN.replace('xmlns', 'xmlns:x')}><x:sheetData>${rows}</x:sheetData></x:worksheet>`,
      ),
      'xl/sharedStrings.xml': strToU8(
        `<sst ${MAIN}><si><t>商品编码</t></si><si><r><t>商品</t></r><r><t xml:space="preserve">名称</t></r><rPh><t>shang</t></rPh></si>` +
          '<si><t>00123</t></si><si><t>两_x000D_\n行 &amp; 更多</t></si></sst>',
      ),
      'xl/styles.xml': strToU8(
        `<styleSheet ${MAIN}><numFmts><numFmt numFmtId="164" formatCode="000000"/>` +
          '<numFmt numFmtId="165" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\\ hh:mm;@"/>' +
          '<numFmt numFmtId="166" formatCode="&quot;days &quot;0.0_);[Red]\\(0.0\\)"/></numFmts>' +
          '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="9"/>' +
          '<xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>',
      ),
    }),
  );

describe('a workbook', () => {
  test('keeps texts, leading zeros and percent as they are shown, and says where a number has lost digits', () => {
    const rows = [
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
      '<row r="3"><c r="A3" t="s"><v>2</v></c><c r="C3" t="s"><v>3</v></c></row>',
      '<row r="4"><c r="A4" s="1"><v>123</v></c><c r="B4" s="2"><v>0.13</v></c><c r="C4"><v>1999.9900000000002</v></c></row>',
      '<row r="5"><c r="A5"><v>12345678901234567</v></c><c r="B5"><v>1.23456789012345E+16</v></c><c r="C5"><v>123456789012345</v></c></row>',
      '<row><c t="inlineStr"><is><t>007</t></is></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="str"><f>A1</f><v>x</v></c></row>',
    ].join('');
    expect(readTable(workbook(rows))).toEqual([
      HEADING,
      [],
      ['00123', '', '两\r\n行 & 更多'],
      ['000123', '13%', '1999.99'],
      ['1.2345678901234568E+16', '1.23456789012345E+16', '123456789012345'],
      ['007', 'true', '#N/A', 'x'],
    ]);
  });

  const date = (column: string, style: number, days: string): string =>
    `<c r="${column}1" s="${style}"><v>${days}</v></c>`;

  test('has dates as dates, whatever format shows them, and other numbers as numbers', () => {
    const cells = [
      date('A', 3, '46355'),
      date('B', 3, '46355.999'),
      date('C', 4, '46355'),
      date('D', 5, '46355.416666666664'),
      date('E', 6, '46355.5'),
      date('F', 4, '0.5'),
      date('G', 3, '1E15'),
    ].join('');
    expect(readTable(workbook(`<row r="1">${cells}</row>`))).toEqual([
      [
        '2026-11-29',
        '2026-11-29 23:58:34',
        '2026-11-29 00:00:00',
        '2026-11-29 10:00:00',
        '46355.5',
        '0.5',
        '1E+15',
      ],
    ]);
  });

  test('may count its days from 1904', () => {
    const row = `<row r="1">${date('A', 4, '44893.25')}</row>`;
    const old = workbook(row, '', '<workbookPr date1904="1"/>');
    expect(readTable(old)).toEqual([['2026-11-29 06:00:00']]);
  });

  test('may have any prefix', () => {
    const row = '<x:row r="1"><x:c r="B1" t="s"><x:v>2</x:v></x:c></x:row>';
    expect(readTable(workbook(row, 'x'))).toEqual([['', '00123']]);
  });

  test('with a document type of its own is refused', () => {
    expect(() => readTable(workbook('&lol;'))).toThrow(/entity/);
  });
});
