#!/usr/bin/env bash
# npm nzh 1.0.14, amounts of money in capital characters, as an invoice has them: an amount of whole yuan has to end in 整 (or 正), so that nobody can add
# to it (支付结算办法, annex 1). toMoney('10') does so; toMoney('10.00') does not, and two decimals are how amounts are printed. An
# amount below a yuan loses half a fen and is then an open 人民币零元. Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts nzh@1.0.14
cat >probe.cjs <<'JS'
const { isDeepStrictEqual } = require('node:util');
const nzh = require('nzh');
const wanted = {
  '10': '人民币壹拾元整',
  '10.00': '人民币壹拾元',
  '200002.00': '人民币贰拾万零贰元',
  '100.05': '人民币壹佰元零伍分',
  '0.00': '人民币零元',
};
const seen = Object.fromEntries(Object.keys(wanted).map((amount) => [amount, nzh.cn.toMoney(amount)]));
for (const [amount, words] of Object.entries(seen)) console.log(`${amount}: ${words}`);
process.exit(isDeepStrictEqual(seen, wanted) ? 0 : 1);
JS
node probe.cjs
