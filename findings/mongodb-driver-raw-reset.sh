#!/usr/bin/env bash
# npm mongodb 7.9.0: a connection that is reset while a long command still waits for its socket to drain ends the operation with
# the socket's own error: `Error` ECONNRESET, which is no MongoError, has no label, and is not retried. The same reset one moment later,
# when the command is written and its answer is awaited, is a MongoNetworkError, and the read is retried once as documented. Who catches
# MongoError, or asks `hasErrorLabel`, takes the first one for a fault of the program.
# Seen with a server of this script's own that answers `hello`; the operation is a find with a filter of 12 MB, below the limit of 16.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > try.mjs <<'JS'
import { createServer } from 'node:net';
import { BSON, MongoClient, MongoError } from 'mongodb';
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
/** `during`: reads the beginning of a command and resets; `after`: reads all of it and resets. */
async function findWith(resets) {
  let attempts = 0;
  const server = createServer((socket) => {
    let missing = 0;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (missing > 0) {
        missing -= chunk.length;
        if (missing <= 0) socket.resetAndDestroy();
        return;
      }
      const opcode = chunk.readInt32LE(12);
      if (opcode === 2004 || /hello|ismaster/i.test(chunk.toString('latin1', 16, 60))) {
        socket.write(reply(chunk, opcode));
        return;
      }
      attempts += 1;
      missing = chunk.readInt32LE(0) - chunk.length;
      if (resets !== 'during') return;
      socket.pause();
      // The rest stays in the buffers of both ends: the driver waits for its socket to drain.
      setTimeout(() => socket.resetAndDestroy(), 500);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new MongoClient(`mongodb://127.0.0.1:${server.address().port}/?directConnection=true`, {
    serverMonitoringMode: 'poll', heartbeatFrequencyMS: 60000, serverSelectionTimeoutMS: 3000 });
  await client.connect();
  const error = await client.db('test').collection('notes').findOne({ content: Buffer.alloc(12_000_000) }).catch((e) => e);
  const labels = error instanceof MongoError ? error.errorLabels.length : 0;
  return `${error.name} ${error.code ?? ''} MongoError=${error instanceof MongoError} labels=${labels} attempts=${attempts}`;
}
console.log(await findWith(process.argv[2]));
process.exit(0);
JS
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts mongodb@7.9.0
during=$(node try.mjs during)
after=$(node try.mjs after)
echo "mongodb 7.9.0, reset while the command is written:    $during"
echo "mongodb 7.9.0, reset while its answer is awaited:     $after"
[ "$during" = "Error ECONNRESET MongoError=false labels=0 attempts=1" ] &&
  [[ "$after" = "MongoNetworkError "*"MongoError=true"*"attempts=2" ]]
