#!/usr/bin/env bash
# npm topsdk 1.0.13, execute(method, params, 'GET'): the request is a GET whose query is empty; every
# parameter and the signature are in a form in its body, which most servers drop with a GET. And a
# parameter that is an object is sent as JSON but signed as the text "[object Object]", so a server that
# signs what arrived refuses it. Both with valid input: `type` and objects are what its README offers.
# Exits non-zero when that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts topsdk@1.0.13 >/dev/null 2>&1
cat >probe.cjs <<'EOF'
const http = require('node:http');
const { createHash } = require('node:crypto');
const TopClient = require('topsdk');

const seen = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    seen.push({ method: request.method, url: request.url, body });
    response.setHeader('content-type', 'application/json');
    response.end('{"trade_fullinfo_get_response":{}}');
  });
});
const signOf = (params) => {
  const names = [...params.keys()].filter((name) => name !== 'sign').sort();
  const text = `secret${names.map((name) => name + params.get(name)).join('')}secret`;
  return createHash('md5').update(text).digest('hex').toUpperCase();
};
server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/router/rest`;
  const client = new TopClient('key', 'secret', url);
  await client.execute('taobao.trade.fullinfo.get', { fields: 'tid', tid: '7' }, 'GET');
  await client.execute('some.method', { list: [{ oid: '1' }], plain: 'x' });
  await client.execute('some.method', { list: '[{"oid":"1"}]', plain: 'x' });
  const [get, object, text] = seen;
  console.log(`GET: ${get.method} ${get.url}, body of ${get.body.length} bytes: ${get.body}`);
  const verifies = ({ body }) => {
    const params = new URLSearchParams(body);
    console.log(`list=${params.get('list')}: sent ${params.get('sign')}, of what arrived ${signOf(params)}`);
    return params.get('sign') === signOf(params);
  };
  const ok = [
    get.method === 'GET' && get.url === '/router/rest' && get.body.includes('sign='),
    !verifies(object) && object.body.includes('list=%5B%7B'),
    verifies(text),
  ];
  console.log(ok.every(Boolean) ? 'as found' : `changed: ${ok}`);
  process.exit(ok.every(Boolean) ? 0 : 1);
});
EOF
node --no-deprecation probe.cjs
