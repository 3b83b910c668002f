import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { parseShanghai } from '@astrolabe/kernel';
import { queryItems } from '@astrolabe/schemas/qimen';
import { verifyQimen } from '@astrolabe/signing';
import { demoSeller } from '@astrolabe/local-stack';
import { expect, test } from 'vitest';
import { nextSteps, stockCall } from './next-steps.ts';

const execute = promisify(execFile);

test('the printed call is signed when it runs, and asks for the stock of the tour', async () => {
  const seen: { url: URL; body: Buffer; type: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://127.0.0.1');
      seen.push({ url, body: Buffer.concat(chunks), type: request.headers['content-type'] });
      response.end('<response/>');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const key = { appKey: '12345678', secret: 'a1b2c3' };
  const call = stockCall(`http://127.0.0.1:${port}/router/qimen/service`, key, '21230');
  const { stdout } = await execute('sh', ['-c', call]);
  server.close();

  expect(stdout).toBe('<response/>');
  expect(call).not.toContain('\n');
  const [{ url, body, type } = { url: new URL('http://none'), body: Buffer.of(), type: '' }] = seen;
  expect(type).toBe('text/xml');
  const query = [...url.searchParams];
  expect(verifyQimen({ query: new Map(query), body, secrets: ['a1b2c3'] })).toBe(true);
  const asked = queryItems.decodeRequest(body);
  expect(asked).toMatchObject({ ok: true, value: { userId: '21230' } });
  const sentAt = parseShanghai(url.searchParams.get('timestamp') ?? '');
  expect(sentAt.ok && Math.abs(sentAt.value.getTime() - Date.now())).toBeLessThan(60_000);
});

test('a page, a login and a call are printed', () => {
  const seller = demoSeller('http://sandbox');
  const lines = nextSteps(seller, {
    qimen: 'http://gate/q',
    console: 'http://console',
  });
  expect(lines).toContain('    http://console/#/sellers/21230/orders');
  const password = seller.clerks[0]?.password;
  expect(lines.join('\n')).toContain(`http://console  login xiaowang, password ${password}`);
  const operator = seller.operators[0];
  expect(lines.join('\n')).toContain(
    `login laozhang, password ${operator?.password} (of seller 21230)`,
  );
  expect(lines.join('\n')).toContain('single sign-on');
  expect(lines.at(-1)).toContain('curl -sS');
});
