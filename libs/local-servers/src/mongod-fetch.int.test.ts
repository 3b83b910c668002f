import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureMongo } from './index.ts';

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-fetch-'));
const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));
const mirrors: Server[] = [];
let archive: Buffer = Buffer.of();
let broken: Buffer = Buffer.of();

/** An archive as the official one is laid out, around a script. */
function pack(name: string, script: string): Buffer {
  const bin = join(folder, name, 'mongodb-linux-x86_64-8.2.6/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'mongod'), script);
  chmodSync(join(bin, 'mongod'), 0o755);
  const file = join(folder, `${name}.tgz`);
  execFileSync('tar', ['-czf', file, '-C', join(folder, name), 'mongodb-linux-x86_64-8.2.6']);
  return readFileSync(file);
}

beforeAll(async () => {
  const { binary } = await ensureMongo(() => {}, 'secantus');
  archive = pack(
    'good',
    `#!/bin/sh
     if [ "$1" = --version ]; then echo "db version v8.2.6"; exit 0; fi
     while [ $# -gt 0 ]; do
       case "$1" in --dbpath) data=$2;; --port) port=$2;; --replSet) set=$2;; esac
       shift
     done
     [ "$set" = rs0 ] || exit 64
     : > "$data/mongod.lock"
     exec ${binary} --storage-path "$data" --port "$port" --host 127.0.0.1 --log-level WARNING`,
  );
  broken = pack(
    'broken',
    '#!/bin/sh\necho "libcurl.so.4: cannot open shared object file" >&2; exit 127',
  );
});
afterAll(() => {
  for (const mirror of mirrors) mirror.closeAllConnections();
  for (const mirror of mirrors) mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

type Answers = (response: ServerResponse, wanted: 'archive' | 'checksum') => void;

/** A mirror; counts what it was asked for. */
async function startMirror(answers: Answers): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answers(response, request.url?.endsWith('.md5') ? 'checksum' : 'archive');
  });
  mirrors.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mongodb`, asked };
}

const md5 = (data: Buffer): string => createHash('md5').update(data).digest('hex');
const send = (response: ServerResponse, data: Buffer | string): void => {
  response.setHeader('content-length', Buffer.byteLength(data));
  response.end(data);
};
const serving =
  (data: () => Buffer): Answers =>
  (response, wanted) =>
    send(response, wanted === 'archive' ? data() : `${md5(data())}  mongodb-linux.tgz\n`);

/** Runs code in a process that finds no program on its PATH. */
async function run(cache: string, mirror: string, code: string): Promise<string> {
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', code], {
    env: {
      ...process.env,
      ASTROLABE_CACHE: cache,
      MONGOMS_DOWNLOAD_MIRROR: mirror,
      PATH: join(folder, 'no-programs'),
    },
    timeout: 100_000,
  });
  return stdout;
}

const ENSURE = `const m = await import(${index});
  await m.ensureMongo(console.log).then((p) => console.log('got', p.kind), (e) => console.log(e.name, e.message));`;

test('the official mongod comes from the mirror before anything is built, once', async () => {
  const mirror = await startMirror(serving(() => archive));
  const cache = join(folder, 'good-cache');
  const outputs = await Promise.all([
    run(cache, mirror.url, ENSURE),
    run(cache, mirror.url, ENSURE),
  ]);
  for (const output of outputs) expect(output).toMatch(/got mongod\n$/);
  expect(
    mirror.asked.map((path) => path.replace(/^\/mongodb\/\w+\/mongodb-.*-8\.2\.6/, '')),
  ).toEqual(['.tgz', '.tgz.md5']);
  expect(readdirSync(cache)).toEqual(['mongodb-official-8.2.6']);
});

test('it starts as a replica set, and a later start opens its data with it', async () => {
  const mirror = await startMirror(serving(() => archive));
  const dataDir = JSON.stringify(join(folder, 'data'));
  const code = `const m = await import(${index});
    const { MongoClient } = await import('mongodb');
    const kinds = [];
    for (const n of [1, 2]) {
      const server = await m.startMongo({ dataDir: ${dataDir} });
      const client = new MongoClient(server.uri);
      await client.db('t').collection('c').insertOne({ n }, { writeConcern: { w: 'majority' } });
      const hello = await client.db('admin').command({ hello: 1 });
      console.log(m.kindOfData(${dataDir}), typeof hello.setName, await client.db('t').collection('c').countDocuments());
      await client.close();
      await server.stop();
    }`;
  const cache = join(folder, 'start-cache');
  expect(await run(cache, mirror.url, code)).toBe('mongod string 1\nmongod string 2\n');
});

const fallbacks: [string, Answers, RegExp][] = [
  [
    'a wrong checksum',
    (response, wanted) => send(response, wanted === 'archive' ? archive : md5(Buffer.of(1))),
    /MD5 check failed/i,
  ],
  [
    'no checksum',
    (response, wanted) => {
      if (wanted === 'archive') return send(response, archive);
      response.statusCode = 404;
      send(response, '');
    },
    /it is 404/,
  ],
  [
    'no archive',
    (response) => {
      response.statusCode = 404;
      send(response, 'no');
    },
    /it is 404/,
  ],
  ['a mirror that never answers', () => {}, /has not answered for 5 s/],
  [
    'a mirror that stops in the middle',
    (response) => {
      response.setHeader('content-length', archive.length);
      response.write(archive.subarray(0, 10));
    },
    /nothing has come from http:\S+ for 15 s/,
  ],
  [
    'a mirror that hangs up in the middle',
    (response) => {
      response.setHeader('content-length', archive.length);
      response.write(archive.subarray(0, 10), () => response.destroy());
    },
    /aborted|small/,
  ],
  [
    'an archive that is none',
    serving(() => Buffer.from('<html>')),
    /incorrect header|unzip|end of file/i,
  ],
  [
    'a mongod that does not run here',
    serving(() => broken),
    /does not run on this machine: libcurl\.so\.4/,
  ],
];

test.concurrent.each(fallbacks)(
  '%s: the compatible server is built',
  async (name, answers, why) => {
    const mirror = await startMirror(answers);
    const cache = join(folder, name.replaceAll(' ', '-'));
    const output = await run(cache, mirror.url, ENSURE);
    expect(output).toMatch(/MongoDB 8\.2\.6: not fetched \(.*\), so a compatible server is built/);
    expect(output).toMatch(why);
    // The build has begun: it asks for its compiler, which this process cannot find.
    expect(output).toMatch(/MissingPrerequisite cargo is missing/);
    expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
  },
);

test("the other program's data is never opened: what wrote it is asked for", async () => {
  const mirror = await startMirror((response) => {
    response.statusCode = 404;
    send(response, '');
  });
  const code = `const m = await import(${index});
    await m.ensureMongo(console.log, 'mongod').catch((e) => console.log(e.name, e.message));`;
  const output = await run(join(folder, 'other'), mirror.url, code);
  expect(output).toMatch(
    /MissingPrerequisite mongod is missing: it wrote the data.*404.*without --keep/,
  );
});
