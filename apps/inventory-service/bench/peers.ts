import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import { createClient } from 'redis';
import type { Load } from './load.ts';

/** What others would take for the job, with the same promise: an answer means that it is on disk. */
export type Peer = {
  readonly name: string;
  readonly hot: Load;
  readonly spread: Load;
  stop(): Promise<void>;
};

const CLIENTS = 64;
const REDIS_IN_FLIGHT = 512;
const SPREAD = 10_000;
const PLENTY = 1_000_000_000;
const READY_ATTEMPTS = 200;
/** PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

let made = 0;
const nextId = (): string => {
  made += 1;
  return String(made);
};
const anyGoods = (): string => `SKU-${Math.floor(Math.random() * SPREAD)}`;

/** The peers that are installed here. */
export async function installedPeers(): Promise<Peer[]> {
  const postgres = programOf('postgres');
  const redis = programOf('redis-server');
  const peers: Peer[] = [];
  if (postgres) peers.push(await startPostgres(postgres));
  if (redis) peers.push(await startRedis(redis));
  return peers;
}

/** One statement that takes the stock if there is some and notes the hold; 64 connections. */
async function startPostgres(program: string): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-postgres-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ('uid' in as) for (const each of [folder, data]) chownSync(each, NOBODY, NOBODY);
  const init = spawn(
    program.replace(/postgres$/, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'b'],
    {
      ...as,
      stdio: 'ignore',
    },
  );
  await ended(init);
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'on',
  };
  const server = spawn(
    program,
    [
      '-D',
      data,
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...as, stdio: 'ignore' },
  );
  const pool = new Pool({ host: '127.0.0.1', port, user: 'b', database: 'postgres', max: CLIENTS });
  await untilAnswers(() => pool.query('SELECT 1'));
  await pool.query('CREATE TABLE stock (id text PRIMARY KEY, available bigint NOT NULL)');
  await pool.query('CREATE TABLE holds (id text PRIMARY KEY, goods text NOT NULL)');
  await pool.query(
    `INSERT INTO stock SELECT 'SKU-' || n, ${PLENTY} FROM generate_series(0, ${SPREAD - 1}) n
     UNION ALL SELECT 'SKU-HOT', ${PLENTY}`,
  );
  const load = (goods: () => string): Load => ({
    send: async () => {
      const text = `WITH taken AS (UPDATE stock SET available = available - 1
        WHERE id = $1 AND available >= 1 RETURNING id) INSERT INTO holds SELECT $2, id FROM taken`;
      await pool.query({ name: 'take', text, values: [goods(), nextId()] });
    },
    weight: 1,
    inFlight: CLIENTS,
  });
  return {
    name: 'PostgreSQL',
    hot: load(() => 'SKU-HOT'),
    spread: load(anyGoods),
    stop: async () => {
      await pool.end();
      await stopServer(server, folder);
    },
  };
}

const TAKE = `if tonumber(redis.call('GET', KEYS[1])) >= 1 then
  redis.call('DECR', KEYS[1]) return 1 else return 0 end`;

/** A script that takes the stock if there is some; every write synced; no holds, no history. */
async function startRedis(program: string): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
  };
  const server = spawn(
    program,
    [
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]),
      '--save',
      '',
    ],
    { stdio: 'ignore' },
  );
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  // It reports each attempt to connect; the last one is awaited.
  client.on('error', () => {});
  await client.connect();
  await client.set('SKU-HOT', String(PLENTY));
  for (let n = 0; n < SPREAD; n += 1) await client.set(`SKU-${n}`, String(PLENTY));
  const script = await client.scriptLoad(TAKE);
  const load = (goods: () => string): Load => ({
    send: async () => {
      await client.evalSha(script, { keys: [goods()] });
    },
    weight: 1,
    inFlight: REDIS_IN_FLIGHT,
  });
  return {
    name: 'Redis',
    hot: load(() => 'SKU-HOT'),
    spread: load(anyGoods),
    stop: async () => {
      await client.close();
      await stopServer(server, folder);
    },
  };
}

/** On PATH, or where Debian keeps the versions of PostgreSQL. */
function programOf(name: string): string | null {
  const versions = '/usr/lib/postgresql';
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...(existsSync(versions)
      ? readdirSync(versions).map((each) => join(versions, each, 'bin'))
      : []),
  ];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.once('exit', () => resolve()));

async function stopServer(server: ChildProcess, folder: string): Promise<void> {
  const gone = ended(server);
  server.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function untilAnswers(ask: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ask();
      return;
    } catch (error) {
      if (attempt === READY_ATTEMPTS) throw error;
      await delay(50);
    }
  }
}
