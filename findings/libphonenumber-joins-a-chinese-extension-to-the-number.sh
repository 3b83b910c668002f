#!/usr/bin/env bash
# npm libphonenumber-js 1.13.16 and google-libphonenumber 3.2.47: a Chinese number with an extension behind a hyphen, as switchboards print it
# (0571-88888888-802) and as platforms write the virtual number of a buyer (18401234567-5678), is read as one number of all its digits,
# without an extension and not valid: +8657188888888802. With 转, the Chinese word for it, there is no number at all. A comma or a # does
# make an extension, so an order's telephone has to be taken apart before it is given to either package.
# Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts libphonenumber-js@1.13.16 google-libphonenumber@3.2.47
cat >probe.cjs <<'JS'
const { parsePhoneNumberFromString } = require('libphonenumber-js');
const { PhoneNumberFormat, PhoneNumberUtil } = require('google-libphonenumber');
const google = PhoneNumberUtil.getInstance();

const shown = (number, extension, isValid) =>
  `${number}${extension ? ` extension ${extension}` : ''}${isValid ? '' : ' (not valid)'}`;
function byPort(text) {
  const read = parsePhoneNumberFromString(text, 'CN');
  return read ? shown(read.number, read.ext, read.isValid()) : 'no number';
}
function byGoogle(text) {
  try {
    const read = google.parse(text, 'CN');
    return shown(google.format(read, PhoneNumberFormat.E164), read.getExtension(), google.isValidNumber(read));
  } catch {
    return 'no number';
  }
}
const wanted = {
  '0571-88888888-802': '+8657188888888802 (not valid)',
  '18401234567-5678': '+86184012345675678 (not valid)',
  '0571-88888888转802': 'no number',
  '18401234567转5678': 'no number',
  // What both do understand.
  '0571-88888888': '+8657188888888',
  '0571-88888888,802': '+8657188888888 extension 802',
  '18401234567#5678': '+8618401234567 extension 5678',
};
let isSame = true;
for (const [text, expected] of Object.entries(wanted)) {
  const seen = [byPort(text), byGoogle(text)];
  console.log(`${text}: ${seen.join(', ')}`);
  isSame &&= seen.every((one) => one === expected);
}
process.exit(isSame ? 0 : 1);
JS
node probe.cjs
