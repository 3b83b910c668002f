#!/usr/bin/env bash
# Codes in a CSV file, as the readers of npm give them. exceljs 4.4.0 without options, and csv-parse 7.0.3 with `cast: true`, make numbers of all
# that Number() or parseFloat() takes: the last digits of a trade of 17 digits are others (20045742560739031 is 20045742560739030), 000123
# is 123, 12E5 is 1200000; csv-parse makes 0 of 0x1F, since it asks one function whether a text is a number and another which. xlsx
# 0.18.5 keeps the text beside the number (`w`), but reads 1-2 as the second of January 2001. papaparse 5.7.1 with `dynamicTyping`
# keeps 17 digits and makes 1200000 of 12E5 all the same. Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts exceljs@4.4.0 csv-parse@7.0.3 xlsx@0.18.5 papaparse@5.7.1 2>/dev/null
cat >probe.cjs <<'JS'
const { Readable } = require('node:stream');
const { isDeepStrictEqual } = require('node:util');
const { Workbook } = require('exceljs');
const { parse } = require('csv-parse/sync');
const xlsx = require('xlsx');
const papa = require('papaparse');

const codes = ['20045742560739031', '000123', '12E5', '0x1F', '1-2'];
const csv = `${codes.join('\n')}\n`;

async function main() {
  const sheet = await new Workbook().csv.read(Readable.from([csv]));
  const { Sheets } = xlsx.read(csv, { type: 'string' });
  const seen = {
    exceljs: codes.map((_, at) => sheet.getRow(at + 1).getCell(1).value),
    'csv-parse': parse(csv, { cast: true }).map(([value]) => value),
    xlsx: codes.map((_, at) => Sheets.Sheet1[`A${at + 1}`].v),
    'xlsx, as text': codes.map((_, at) => Sheets.Sheet1[`A${at + 1}`].w),
    papaparse: papa.parse(csv, { dynamicTyping: true, skipEmptyLines: true }).data.map(([value]) => value),
  };
  console.log('codes', codes);
  for (const [name, values] of Object.entries(seen)) console.log(name, values);
  const rounded = 20_045_742_560_739_030;
  const expected = {
    exceljs: [rounded, 123, 1_200_000, 31, '1-2'],
    'csv-parse': [rounded, 123, 1_200_000, 0, '1-2'],
    xlsx: [rounded, 123, 1_200_000, 31, 36_893],
    'xlsx, as text': ['20045742560739031', '000123', '12E5', '0x1F', '1/2/01'],
    papaparse: ['20045742560739031', 123, 1_200_000, '0x1F', '1-2'],
  };
  process.exit(isDeepStrictEqual(seen, expected) ? 0 : 1);
}
void main();
JS
TZ=UTC node probe.cjs
