#!/usr/bin/env bash
# npm taobao-sdk 2.0.5, the official one: an answer with an empty body (HTTP 200, content-length 0) is
# reported as a success whose answer is that of the call before it, since the parsed body is kept in a
# global variable. And client.get() sends no parameter at all: neither query nor body. Exits non-zero when
# that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts taobao-sdk@2.0.5 >/dev/null 2>&1
cat >probe.cjs <<'EOF'
const http = require('node:http');
const { ApiClient } = require('taobao-sdk');

const seen = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, body });
    response.setHeader('content-type', 'application/json');
    response.end(body.includes('"tid-2"') || body.includes('tid-2') ? '' : '{"trade_get_response":{"tid":"tid-1"}}');
  });
});
server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/router/rest`;
  const client = new ApiClient({ appkey: 'key', appsecret: 'secret', url });
  const call = (how, tid) =>
    new Promise((resolve) =>
      client[how]('taobao.trade.get', { fields: 'tid', tid }, (error, answer) =>
        resolve({ error, answer }),
      ),
    );
  const first = await call('execute', 'tid-1');
  const second = await call('execute', 'tid-2');
  await call('get', 'tid-1');
  const get = seen.at(-1);
  console.log('tid-1 answered with its trade:', JSON.stringify(first));
  console.log('tid-2 answered with nothing:', JSON.stringify(second));
  console.log('get():', get.method, get.url, `body of ${get.body.length} bytes`);
  const ok =
    first.answer.tid === 'tid-1' &&
    !second.error &&
    JSON.stringify(second.answer).includes('tid-1') &&
    get.url === '/router/rest' &&
    get.body === '';
  console.log(ok ? 'as found' : 'changed');
  process.exit(ok ? 0 : 1);
});
EOF
node --no-deprecation probe.cjs
