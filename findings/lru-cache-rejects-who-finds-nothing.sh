#!/usr/bin/env bash
# npm lru-cache 11.5.3, `fetch` with `ignoreFetchAbort: true` (aborted calls "take the full time to await", says its documentation): a fetchMethod that
# finds nothing, and resolves with undefined, as it may, resolves fetch() with undefined. But where other entries took its place in the full
# cache meanwhile, or it was deleted or set, the same look-up rejects, with a plain Error of the words evicted, deleted or replaced. What finds something
# resolves either way. So a busy cache fails now and then for what does not exist. Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts lru-cache@11.5.3
cat >probe.mjs <<'JS'
import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';

/** How a look-up ends that was answered after something happened in its cache. */
async function told(answer, meanwhile) {
  const { promise, resolve } = Promise.withResolvers();
  const cache = new LRUCache({ max: 2, ignoreFetchAbort: true, fetchMethod: () => promise });
  const asked = cache.fetch('asked').then(
    (value) => `resolves with ${value}`,
    (error) => `rejects: ${error.message}`,
  );
  meanwhile(cache);
  resolve(answer);
  return await asked;
}
const happens = {
  nothing: () => {},
  'others are set': (cache) => ['a', 'b', 'c'].forEach((name) => cache.set(name, name)),
  'it is deleted': (cache) => cache.delete('asked'),
  'it is set': (cache) => cache.set('asked', 'other'),
};
const seen = [];
for (const [what, meanwhile] of Object.entries(happens)) {
  const row = [what, await told('found', meanwhile), await told(undefined, meanwhile)];
  console.log(row.join(' | '));
  seen.push(row.slice(1));
}
const found = 'resolves with found';
const expected = [
  [found, 'resolves with undefined'],
  [found, 'rejects: evicted'],
  [found, 'rejects: deleted'],
  [found, 'rejects: replaced'],
];
process.exit(isDeepStrictEqual(seen, expected) ? 0 : 1);
JS
node probe.mjs
