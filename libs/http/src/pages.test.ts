import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createLogger } from '@astrolabe/service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from './index.ts';
import type { HttpServer } from './index.ts';
import { registerPages } from './pages.ts';

const INDEX = '<!doctype html><title>pages</title>';
const SCRIPT = 'export const answer = 42;\n'.repeat(400);

let root: string;
let http: HttpServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'astrolabe-pages-'));
  mkdirSync(join(root, 'assets'));
  writeFileSync(join(root, 'index.html'), INDEX);
  for (const name of ['index-By3v9Agq.js', 'plain.js']) {
    writeFileSync(join(root, 'assets', name), SCRIPT);
    writeFileSync(join(root, 'assets', `${name}.br`), brotliCompressSync(SCRIPT));
    writeFileSync(join(root, 'assets', `${name}.gz`), gzipSync(SCRIPT));
  }
  http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
  });
  await registerPages(http.app, root);
  http.app.get('/api/list', async () => ({ rows: 'x'.repeat(5_000) }));
  await http.component.start();
});
afterAll(async () => {
  await http.component.stop();
  rmSync(root, { recursive: true, force: true });
});

/** The bytes as they were sent: `fetch` would unpack them. */
async function get(path: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request(`${http.address()}${path}`, { headers }, resolve).on('error', reject).end();
  });
  const body = Buffer.concat(await Array.fromAsync<Buffer>(response));
  return { status: response.statusCode, headers: response.headers, body };
}

test('a built file is sent as the build has compressed it, and kept for good', async () => {
  const { headers, body } = await get('/assets/index-By3v9Agq.js', {
    'accept-encoding': 'gzip, deflate, br, zstd',
  });
  expect(headers).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringContaining('javascript'),
    'cache-control': 'public, max-age=31536000, immutable',
    vary: expect.stringMatching(/accept-encoding/i),
  });
  expect(body.length).toBeLessThan(SCRIPT.length / 10);
  expect(brotliDecompressSync(body).toString()).toBe(SCRIPT);
});

test.each([
  ['gzip', 'gzip'],
  ['', undefined],
  ['br;q=0, gzip;q=0', undefined],
])('a client that accepts "%s" gets %s', async (accepted, encoding) => {
  const { headers, body } = await get('/assets/index-By3v9Agq.js', { 'accept-encoding': accepted });
  expect(headers['content-encoding']).toBe(encoding);
  expect((encoding === 'gzip' ? gunzipSync(body) : body).toString()).toBe(SCRIPT);
});

test.each(['/', '/assets/plain.js'])('%s is asked for with its ETag', async (path) => {
  const first = await get(path);
  expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
  const again = await get(path, { 'if-none-match': String(first.headers.etag) });
  expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
});

test('an answer of the API is compressed and not kept', async () => {
  const { headers, body } = await get('/api/list', { 'accept-encoding': 'br' });
  expect(headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'no-store' });
  expect(JSON.parse(brotliDecompressSync(body).toString())).toEqual({ rows: 'x'.repeat(5_000) });
});

test('a name that leads out of the folder, or to no file, is not found', async () => {
  expect((await get('/assets/index-00000000.js')).status).toBe(404);
  expect((await get('/%2e%2e/etc/passwd')).status).toBeGreaterThanOrEqual(400);
});

test('a parameter that is sent twice is refused: the routes read one text', async () => {
  const { status, body } = await get('/api/list?token=1&token=2');
  expect([status, (JSON.parse(body.toString()) as { code: string }).code]).toEqual([
    400,
    'BAD_REQUEST',
  ]);
  expect((await get('/api/list?token=1&other=2')).status).toBe(200);
});
