#!/usr/bin/env bash
# npm mongodb-memory-server-core 11.3.0: a download mirror that is plain HTTP and names no port
# (MONGOMS_DOWNLOAD_MIRROR=http://mirror.example, MONGOMS_USE_HTTP=true) is asked on port 443, where
# nothing speaks plain HTTP; naming port 80 does not help, because URL drops a scheme's own port. Exits
# non-zero when that changes. Needs Node 20.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund mongodb-memory-server-core@11.3.0
cat >probe.cjs <<'EOF'
const http = require('node:http');
const { MongoBinaryDownload } = require('mongodb-memory-server-core/lib/util/MongoBinaryDownload');
// The connection itself is the agent's; nothing leaves this machine.
const asked = [];
const server = http.createServer((request, response) => { response.statusCode = 404; response.end(); });
server.listen(0, '127.0.0.1', async () => {
  const create = http.Agent.prototype.createConnection;
  http.globalAgent.createConnection = function (options, callback) {
    asked.push(Number(options.port));
    return create.call(this, { ...options, host: '127.0.0.1', port: server.address().port }, callback);
  };
  for (const mirror of ['http://mirror.example', 'http://mirror.example:80', 'http://mirror.example:8080']) {
    process.env.MONGOMS_DOWNLOAD_MIRROR = mirror;
    const os = { os: 'linux', dist: 'debian', release: '12' };
    const download = new MongoBinaryDownload({ version: '8.2.6', downloadDir: '.', platform: 'linux', arch: 'x64', os });
    await download.startDownload().catch(() => {});
    console.log(`${mirror}: asked on port ${asked.at(-1)}`);
  }
  process.exit(asked.join() === '443,443,8080' ? 0 : 1);
});
EOF
MONGOMS_USE_HTTP=true MONGOMS_MAX_RETRIES=1 node probe.cjs
