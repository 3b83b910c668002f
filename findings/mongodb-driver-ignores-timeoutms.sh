#!/usr/bin/env bash
# npm mongodb 7.9.0: `timeoutMS` (the client-side operation timeout of its documentation) has no effect any more, within the
# major version: an operation that is given timeoutMS 500 waits for its server as long as socketTimeoutMS allows. In 7.0.0
# the same call ends after 500 ms with MongoOperationTimeoutError. Given per operation, nothing warns of it.
# Seen with a server of this script's own that answers `hello` and is silent on everything else; socketTimeoutMS is 3000.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > try.mjs <<'JS'
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
const { MongoClient, BSON } = createRequire(import.meta.url)(process.argv[2]);
const HELLO = { ok: 1, isWritablePrimary: true, ismaster: true, helloOk: true, maxWireVersion: 25, minWireVersion: 0,
  maxBsonObjectSize: 16777216, maxMessageSizeBytes: 48000000, maxWriteBatchSize: 100000 };
/** OP_QUERY (2004) is answered with OP_REPLY (1), OP_MSG (2013) with OP_MSG. */
function reply(request, opcode) {
  const document = Buffer.from(BSON.serialize(HELLO));
  const body = opcode === 2004
    ? Buffer.concat([Buffer.from([8, 0, 0, 0]), Buffer.alloc(12), Buffer.from([1, 0, 0, 0]), document])
    : Buffer.concat([Buffer.alloc(5), document]);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length, 0);
  header.writeInt32LE(request.readInt32LE(4), 8);
  header.writeInt32LE(opcode === 2004 ? 1 : 2013, 12);
  return Buffer.concat([header, body]);
}
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.on('data', (request) => {
    const opcode = request.readInt32LE(12);
    const isHello = opcode === 2004 || /hello|ismaster/i.test(request.toString('latin1', 16, 60));
    if (isHello) socket.write(reply(request, opcode));
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const client = new MongoClient(`mongodb://127.0.0.1:${server.address().port}/?directConnection=true`, {
  socketTimeoutMS: 3000, retryReads: false, serverMonitoringMode: 'poll', heartbeatFrequencyMS: 60000 });
await client.connect();
const startedAt = performance.now();
const name = await client.db('test').collection('notes').findOne({}, { timeoutMS: 500 })
  .then(() => 'answered', (error) => error.name);
console.log(`${name} ${performance.now() - startedAt < 2000 ? 'early' : 'late'}`);
process.exit(0);
JS
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts honoured@npm:mongodb@7.0.0 ignored@npm:mongodb@7.9.0
before=$(node try.mjs honoured)
after=$(node try.mjs ignored)
echo "mongodb 7.0.0: $before"
echo "mongodb 7.9.0: $after"
[ "$before" = "MongoOperationTimeoutError early" ] && [ "$after" = "MongoNetworkTimeoutError late" ]
