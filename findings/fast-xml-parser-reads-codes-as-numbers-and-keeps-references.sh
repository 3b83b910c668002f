#!/usr/bin/env bash
# npm fast-xml-parser 5.12.1, as it is without options: character references (&#20013; in decimal and in hex, which every XML processor has to
# resolve, and which clients write whose output is ASCII) stay in the text as they are, and the builder then writes &amp;#20013;, so what
# was read and written again is another text. And the type of a text depends on its digits: the code 12E5 is 1200000, in CDATA too,
# 0x1F is 31 and 007 is 7, while a trade of 17 digits stays text and one of 15 is a number.
# Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts fast-xml-parser@5.12.1 saxes@6.0.0
cat >probe.cjs <<'JS'
const { isDeepStrictEqual } = require('node:util');
const { XMLBuilder, XMLParser } = require('fast-xml-parser');
const { SaxesParser } = require('saxes');

const xml =
  '<request><name>&#20013;&#x6587;</name><outerId>12E5</outerId><skuId><![CDATA[12E5]]></skuId><billNum>0x1F</billNum>' +
  '<storeId>007</storeId><tid>20045742560739031</tid><oid>200457425607390</oid></request>';

/** The texts as XML has them. */
const texts = {};
let open = '';
const sax = new SaxesParser();
sax.on('opentag', ({ name }) => (open = name));
const add = (text) => (texts[open] = (texts[open] ?? '') + text);
sax.on('text', add);
sax.on('cdata', add);
sax.write(xml).close();

const { request } = new XMLParser().parse(xml);
for (const name of Object.keys(texts)) console.log(`${name}: ${texts[name]} is read as`, request[name]);
const again = new XMLBuilder().build({ name: request.name });
console.log('written again:', again);
const isSame = isDeepStrictEqual(request, {
  name: '&#20013;&#x6587;',
  outerId: 1_200_000,
  skuId: 1_200_000,
  billNum: 31,
  storeId: 7,
  tid: '20045742560739031',
  oid: 200_457_425_607_390,
});
process.exit(isSame && again === '<name>&amp;#20013;&amp;#x6587;</name>' ? 0 : 1);
JS
node probe.cjs
