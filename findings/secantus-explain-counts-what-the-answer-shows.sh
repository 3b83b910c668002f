#!/usr/bin/env bash
# crate secantus-mdb 0.5.3-beta.196, a server with MongoDB's protocol: explain("executionStats") of a first page says IXSCAN, LIMIT and
# 20 documents examined, however many the seller has. The query itself takes a time that grows with all of them: the range of the
# index is read to its end, and cut afterwards. `_id: {$ne: ...}` beside a field with an index does the same to a look-up that finds
# nothing (0 examined). So its explain shows which index is meant and never what is done; a list's cost has to be measured at two sizes.
# Seen through npm mongodb 7.9.0. Sixteen times as many documents must take at least four times as long, with the same counts. Needs cargo, cc, cmake; the build takes minutes.
set -euo pipefail
folder=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT
cd "$folder"
CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 cargo install --quiet --locked --ignore-rust-version \
  --root "$folder/built" --version 0.5.3-beta.196 secantus-mdb >build.log 2>&1 || { tail -n 5 build.log; exit 1; }
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts mongodb@7.9.0
mkdir data
port=$(node -e "const s=require('node:net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})")
"$folder/built/bin/secantusd-rs" --storage-path data --host 127.0.0.1 --port "$port" --cache-size 1G --log-level WARNING >server.log 2>&1 &
server=$!
cat > try.mjs <<'JS'
import { MongoClient } from 'mongodb';
const client = new MongoClient(`mongodb://127.0.0.1:${process.argv[2]}/?directConnection=true`, { serverSelectionTimeoutMS: 20000 });
await client.connect();
const orders = client.db('test').collection('orders');
await orders.createIndex({ seller: 1, at: -1, _id: -1 });
await orders.createIndex({ seller: 1, number: 1 });
const asked = {
  'first page': () => orders.find({ seller: 's' }).sort({ at: -1, _id: -1 }).limit(20),
  'another id': () => orders.find({ seller: 's', number: 'none', _id: { $ne: 'x' } }).limit(2),
  'by number': () => orders.find({ seller: 's', number: 'none' }).limit(2),
};
const seen = {};
let count = 0;
for (const size of [1000, 16000]) {
  for (; count < size; count += 500) {
    await orders.insertMany(Array.from({ length: 500 }, (_, at) => ({ _id: `o-${count + at}`, seller: 's', number: `n-${count + at}`, at: new Date(1e12 + count + at) })));
  }
  for (const [name, query] of Object.entries(asked)) {
    const { totalDocsExamined, totalKeysExamined } = (await query().explain('executionStats')).executionStats;
    const took = [];
    for (let time = 0; time < 15; time += 1) {
      const before = performance.now();
      await query().toArray();
      took.push(performance.now() - before);
    }
    const fastest = Math.min(...took);
    (seen[name] ??= []).push({ keys: totalKeysExamined, documents: totalDocsExamined, fastest });
    console.log(`${size} orders, ${name}: ${totalKeysExamined} keys and ${totalDocsExamined} documents examined, ${fastest.toFixed(2)} ms`);
  }
}
const grows = ([small, large]) => large.fastest > 4 * small.fastest;
const same = ([small, large]) => small.keys === large.keys && small.documents === large.documents;
await client.close();
process.exit(Object.values(seen).every(same) && grows(seen['first page']) && grows(seen['another id']) && !grows(seen['by number']) ? 0 : 1);
JS
node try.mjs "$port"
