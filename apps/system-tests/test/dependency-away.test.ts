import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Role } from '@astrolabe/contracts/console';
import { formatShanghai } from '@astrolabe/kernel';
import { spawnService, startMongo } from '@astrolabe/local-servers';
import type { MongoServer, RunningProcess } from '@astrolabe/local-servers';
import { eventually, identityEnv, servers, unanswered } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SELLER, admitCallers, askersOf } from '../src/askers.ts';
import { openSession } from '../src/api-session.ts';
import type { ApiSession } from '../src/api-session.ts';
import { newUser } from '../src/operator.ts';
import { element, post } from '../src/wire.ts';
import type { WireAnswer } from '../src/wire.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TRY_AGAIN = 'isp.service-unavailable';
/**
 * Whoever waits this long hangs: the doors answer after three seconds at the latest, a driver that is left
 * alone only after thirty.
 */
const HANGS_MS = 20_000;
const PAUSE_MS = 1_500;
const FORM = 'application/x-www-form-urlencoded';
/** 系统繁忙 in the answers to distribution orders. */
const BUSY = 1009;

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-away-'));
const services = new Map<string, RunningProcess>();
let mongo: MongoServer;
let operator: ApiSession;

const startDatabase = (port?: number) =>
  startMongo({ dataDir: join(folder, 'mongo'), ...(port === undefined ? {} : { port }) });

async function start(name: string, env: Record<string, string>): Promise<void> {
  const started = await spawnService({
    entry: join(ROOT, 'apps', name, 'src/main.ts'),
    name,
    logFile: join(folder, `${name}.log`),
    env: {
      ...identityEnv(name),
      MONGODB_URI: mongo.uri,
      KAFKA_BROKERS: servers().kafkaBrokers,
      TOPIC_PREFIX: `away.${randomBytes(4).toString('hex')}.`,
      HTTP_PORT: '0',
      HEALTH_PORT: '0',
      SHUTDOWN_PAUSE_MS: String(PAUSE_MS),
      ...unanswered(
        'CATALOG_ADDRESS',
        'INVENTORY_ADDRESS',
        'ORDER_ADDRESS',
        'FULFILLMENT_ADDRESS',
        'SETTLEMENT_ADDRESS',
        'GATEWAY_ADDRESS',
        'CATALOG_ADMIN_ADDRESS',
        'ORDER_ADMIN_ADDRESS',
        'GATEWAY_ADMIN_ADDRESS',
        'FULFILLMENT_ADMIN_ADDRESS',
        'GOVMALL_ADMIN_ADDRESS',
        'SETTLEMENT_ADMIN_ADDRESS',
      ),
      RAW_BODY_KEY: randomBytes(32).toString('base64'),
      CONNECTION_KEY: randomBytes(32).toString('base64'),
      WEB_DIST: import.meta.dirname,
      ...env,
    },
  });
  services.set(name, started);
}

const urlOf = (name: string): string => `http://127.0.0.1:${services.get(name)?.ready.httpPort}`;

async function startGateway(): Promise<void> {
  await start('gateway-ingress', { SPI_ALLOWED_NETWORKS: '127.0.0.0/8' });
  await admitCallers(`127.0.0.1:${services.get('gateway-ingress')?.ready.adminPort}`);
}

beforeAll(async () => {
  mongo = await startDatabase();
  await Promise.all([
    startGateway(),
    start('govmall-adapter', {}),
    start('isv-allocator', {}),
    start('settlement', {}),
    start('fulfillment', {}),
  ]);
  const grpc = (name: string) => `127.0.0.1:${services.get(name)?.ready.grpcPort}`;
  await start('console', {
    SETTLEMENT_ADDRESS: grpc('settlement'),
    FULFILLMENT_ADDRESS: grpc('fulfillment'),
  });
  const admin = `127.0.0.1:${services.get('console')?.ready.adminPort}`;
  const user = await newUser(admin, [{ role: Role.OPERATOR, sellerId: SELLER }]);
  operator = await openSession(urlOf('console'), user);
});
afterAll(async () => {
  mongo.kill('SIGCONT');
  await Promise.all([...services.values()].map((service) => service.stop()));
  await mongo.stop();
  rmSync(folder, { recursive: true, force: true });
});

const ask = askersOf(() => urlOf('gateway-ingress'));

/** A question of operators' pages. */
async function look(path: string): Promise<WireAnswer> {
  const { status, body } = await operator.get(`/api/sellers/${SELLER}/${path}`);
  return { status, text: JSON.stringify(body) };
}

const isAway = (text: string): boolean =>
  (JSON.parse(text) as { code: string }).code === 'SERVICE_UNAVAILABLE';

/** Each form in which a caller may ask, and how it reads that it is to ask again. */
const FORMS: Record<
  string,
  {
    ask: () => Promise<WireAnswer>;
    isTryAgain: (text: string) => boolean;
    status?: number;
  }
> = {
  'TOP in JSON': {
    ask: () => ask.report('json'),
    isTryAgain: (text) => {
      const told = JSON.parse(text) as { error_response?: { sub_code?: string } };
      return told.error_response?.sub_code === TRY_AGAIN;
    },
  },
  'TOP in XML': {
    ask: () => ask.report('xml'),
    isTryAgain: (text) =>
      text.includes('<error_response>') && element(text, 'sub_code') === TRY_AGAIN,
  },
  Qimen: {
    ask: ask.stock,
    isTryAgain: (text) =>
      element(text, 'flag') === 'failure' && element(text, 'code') === TRY_AGAIN,
  },
  'a push of Tmall': {
    ask: ask.push,
    isTryAgain: (text) => (JSON.parse(text) as { code: string }).code === TRY_AGAIN,
  },
  'a message of 1688': {
    ask: ask.message,
    isTryAgain: (text) => text === TRY_AGAIN,
    status: 503,
  },
  'a pre-check of 1688': {
    ask: ask.precheck,
    isTryAgain: (text) => text.includes('SYSTEM_BUSY'),
  },
  'a distribution order': {
    ask: ask.distribution,
    isTryAgain: (text) => (JSON.parse(text) as { code: number }).code === BUSY,
  },
  'the government mall': {
    ask: () =>
      post(
        `${urlOf('govmall-adapter')}/api/auth2/access_token`,
        FORM,
        new URLSearchParams({
          username: 'mall',
          password: 'x',
          timestamp: formatShanghai(new Date()),
          sign: 'A'.repeat(32),
        }).toString(),
      ),
    isTryAgain: (text) => {
      const told = JSON.parse(text) as { success: boolean; desc: string };
      return !told.success && told.desc.includes('系统繁忙');
    },
    status: 503,
  },
  'an SPI of ours': {
    ask: () =>
      post(`${urlOf('isv-allocator')}/spi?method=x&app_key=x&sign=A`, 'application/json', '{}'),
    isTryAgain: (text) => text.includes(`"${TRY_AGAIN}"`),
  },
  'a clerk who signs in': {
    ask: () =>
      post(`${urlOf('console')}/api/login`, 'application/json', '{"login":"a","password":"b"}'),
    isTryAgain: isAway,
    status: 503,
  },
  'an operator who looks at receivables': {
    ask: () => look('settlement/receivables'),
    isTryAgain: isAway,
    status: 503,
  },
};

/** Asks in every form at once; one line for each: its status and what came back. */
async function askAll(): Promise<string[]> {
  const asked = Object.entries(FORMS).map(async ([form, { ask, isTryAgain }]) => {
    const hangs = new AbortController();
    const answer = ask().then(
      ({ status, text }) => `${status} ${isTryAgain(text) ? 'try again' : text}`,
    );
    const silence = delay(HANGS_MS, 'no answer', { signal: hangs.signal, ref: false });
    return `${form}: ${await Promise.race([answer, silence]).finally(() => hangs.abort())}`;
  });
  return await Promise.all(asked);
}

const everybodyTriesAgain = Object.entries(FORMS).map(
  ([form, { status }]) => `${form}: ${status ?? 200} try again`,
);

const succeeds = () =>
  eventually(
    async () => {
      expect((await ask.push()).text).toBe('{"code":"0"}');
    },
    { timeoutMs: 60_000 },
  );

describe('while the database is away, everybody is asked to try again, in the form that was used', () => {
  test('it hangs: answers come in time, and work goes on when it does', async () => {
    await succeeds();
    mongo.kill('SIGSTOP');
    const answers = await askAll().finally(() => mongo.kill('SIGCONT'));
    expect(answers).toEqual(everybodyTriesAgain);
    await succeeds();
  });

  test('it is gone: the same, and its successor is found', async () => {
    const port = Number(new URL(mongo.uri).port);
    mongo.kill('SIGKILL');
    await mongo.exited;
    let answers: string[] = [];
    try {
      answers = await askAll();
    } finally {
      // The tests after this one need a database, whatever was answered without it.
      mongo = await startDatabase(port);
    }
    expect(answers).toEqual(everybodyTriesAgain);
    await succeeds();
  });
});

test('the console: 400 for a page token or a day that is none, 503 for a back end that is away', async () => {
  const answered = async (path: string) => {
    const { status, text } = await look(path);
    return [status, status === 200 ? '' : (JSON.parse(text) as { code: string }).code];
  };
  expect(await answered('settlement/receivables')).toEqual([200, '']);
  expect(await answered('settlement/receivables?token=junk')).toEqual([400, 'INVALID_PAGE_TOKEN']);
  expect(await answered('figures?from=yesterday&to=2026-13-40')).toEqual([400, 'INVALID_PERIOD']);
  // Nothing serves orders here.
  expect(await answered('orders')).toEqual([503, 'SERVICE_UNAVAILABLE']);
});

test('a gateway that is asked to stop under load answers everything that reaches it', async () => {
  const stopping = services.get('gateway-ingress');
  if (!stopping) throw new TypeError('there is no gateway');
  const answers: WireAnswer[] = [];
  const failedAfterMs: number[] = [];
  let stoppedAt = Number.POSITIVE_INFINITY;
  const over = new AbortController();
  const client = async () => {
    while (!over.signal.aborted) {
      try {
        answers.push(await ask.push());
      } catch {
        failedAfterMs.push(performance.now() - stoppedAt);
        return;
      }
    }
  };
  const clients = Array.from({ length: 4 }, client);
  await eventually(() => expect(answers.length).toBeGreaterThan(20), { timeoutMs: 60_000 });
  stoppedAt = performance.now();
  stopping.kill('SIGTERM');
  const { code } = await stopping.exited;
  over.abort();
  await Promise.all(clients);
  expect(code).toBe(0);
  // It served through the pause, and nothing failed in it.
  expect(performance.now() - stoppedAt).toBeGreaterThan(PAUSE_MS);
  for (const ms of failedAfterMs) expect(ms).toBeGreaterThan(PAUSE_MS * 0.9);
  const usable = answers.filter(({ status, text }) => status === 200 && text === '{"code":"0"}');
  expect(answers.filter((answer) => !usable.includes(answer))).toEqual([]);
});
