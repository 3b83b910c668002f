import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { httpUrl, operatorEnvironment } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Actor, OID, TID } from '../src/scenario.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const TEN = { place: 'WH-01', kind: 'CERTAINTY', quantity: '10', billNum: 'B-1' } as const;

let harness: Harness;
let state: string;
let actor: Actor;
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-cli-'));

/** One order that was shipped, and is owed. */
beforeAll(async () => {
  harness = await startHarness({ apps: [...SERVICES, 'console'] });
  // As npm start leaves it for the command line.
  state = join(folder, 'devstack.json');
  writeFileSync(state, JSON.stringify({ operator: operatorEnvironment(harness.stack) }));
  actor = new Actor(harness, await harness.newSeller({ acceptor: 'dianzhanggui' }));
  await actor.initialise([TEN]);
  await actor.pay({ lines: [{ oid: OID, num: 2 }] });
  await actor.order('ALLOCATED');
  await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 2 }] });
  await actor.order('SHIPPED');
  const name = { orderRef: tmallOrder(actor.seller.sellerId, TID) };
  await eventually(async () => {
    const { tasks } = await harness.clients.fulfillment.call('getFulfillment', name);
    expect(tasks[0]?.status).toBe('SHIPPED');
    const { receivable } = await harness.clients.settlement.call('getReceivable', name);
    expect(receivable?.lines).toHaveLength(1);
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

/** Runs a program as an operator does, who has no variable of any service. */
function run(program: string, words: readonly string[], more: Record<string, string> = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, ASTROLABE_STATE: state, ...more };
  return new Promise<{ code: number; rows: unknown[]; out: string; error: string }>((done) => {
    execFile(program, words, { cwd: ROOT, env }, (failure, out, error) => {
      const code = typeof failure?.code === 'number' ? failure.code : failure ? -1 : 0;
      const lines = out.split('\n').filter((line) => line.startsWith('{'));
      done({ code, rows: lines.map((line) => JSON.parse(line) as unknown), out, error });
    });
  });
}

const ASTROLABE = join(ROOT, 'node_modules/.bin/astrolabe');
const astrolabe = (...words: string[]) => run(ASTROLABE, words);

const order = () => orderKey(tmallOrder(actor.seller.sellerId, TID));

test('npx astrolabe finds the running system, and lists its orders as JSON lines or as a table', async () => {
  const { sellerId } = actor.seller;
  const words = ['--no-install', 'astrolabe', 'order', 'list', '--seller', sellerId];
  const listed = await run('npx', words);
  expect(listed).toMatchObject({
    code: 0,
    rows: [{ state: 'SHIPPED', orderRef: { number: TID } }],
  });
  const table = await astrolabe('order', 'list', '--seller', sellerId, '--table');
  expect(table).toMatchObject({ code: 0, rows: [] });
  expect(table.out).toContain(order());
  const wrong = await astrolabe('order', 'lsit');
  expect(wrong.code).toBe(2);
  expect(wrong.error).toContain('Did you mean list?');
});

test('a timeline has every service that knows the order; one that is away is named', async () => {
  // The push to the tables of applications does not run here.
  const { code, rows, error } = await astrolabe('order', 'timeline', order());
  expect(code).toBe(3);
  expect(error).toContain('order-push');
  expect(rows).toContainEqual(expect.objectContaining({ service: 'order-router' }));
  expect(rows).toContainEqual(expect.objectContaining({ service: 'fulfillment', what: 'SHIPPED' }));
  const times = rows.map((row) => (row as { at: string }).at);
  expect(times).toEqual([...times].sort());
});

test('holds, decisions and what is stuck are shown', async () => {
  const { sellerId } = actor.seller;
  const holds = await astrolabe('stock', 'holds', '--seller', sellerId, '--limit', '10');
  expect(holds.code).toBe(0);
  const explained = await astrolabe('route', 'explain', order());
  expect(explained).toMatchObject({ code: 0, rows: [{ decision: { orderRef: { number: TID } } }] });
  for (const kind of ['dispatch', 'till', 'parcel']) {
    const stuck = await astrolabe('outbox', 'list', '--seller', sellerId, '--kind', kind);
    expect(stuck).toMatchObject({ code: 0, rows: [] });
  }
  expect(await astrolabe('inbox', 'list')).toMatchObject({ code: 0 });
  expect(await astrolabe('channel', 'status', '1688')).toMatchObject({ code: 0 });
});

test('several items: a line for each that failed, and what nobody knows is no success', async () => {
  const items = [`parcel#${order()}#P-1`, `till#pos/${actor.seller.sellerId}/7`];
  const retried = await astrolabe('outbox', 'retry', ...items, '--actor', 'li');
  expect(retried.code).toBe(1);
  expect(retried.rows).toMatchObject(items.map((item) => ({ item, ok: false })));
  const planned = await astrolabe('outbox', 'retry', ...items, '--actor', 'li', '--dry-run');
  expect(planned.code).toBe(0);
  expect(planned.rows).toMatchObject([
    { dryRun: true, wouldCall: 'retryParcel' },
    { dryRun: true, wouldCall: 'resolveSale' },
  ]);
});

test('money is explained, matched and exported, and the ledgers add up', async () => {
  const { sellerId } = actor.seller;
  const explained = await astrolabe('settle', 'explain', order());
  expect(explained).toMatchObject({ code: 0, rows: [{ sum: { agrees: true } }] });
  expect(await astrolabe('settle', 'match', '--seller', sellerId)).toMatchObject({ code: 0 });
  const csv = await astrolabe('settle', 'export', '--seller', sellerId, '--format', 'csv');
  const [head = '', line = ''] = csv.out.split('\n');
  expect(head).toBe('orderRef,tradeNo,state,amountFen,postFeeFen,recordedAt');
  expect(line).toContain(order());
  const verified = await astrolabe('ledger', 'verify', sellerId);
  expect(verified.rows).toMatchObject([
    { item: 'stock', ok: true },
    { item: 'audit gateway', ok: true },
    { item: 'audit console', ok: true },
    { item: `money ${sellerId}`, ok: true, receivables: 1 },
  ]);
  expect(verified.code).toBe(0);
});

test('a dry run of a change leaves everything as it is', async () => {
  const { sellerId } = actor.seller;
  const words = ['area', 'create', sellerId, 'X-1', '--name', '西湖', '--places', 'STORE:1342'];
  const planned = await astrolabe(...words, '--dry-run');
  expect(planned).toMatchObject({ code: 0, rows: [{ dryRun: true, wouldCall: 'putArea' }] });
  const areas = async () => (await astrolabe('area', 'list', sellerId)).out;
  expect(await areas()).not.toContain('X-1');
  expect((await astrolabe(...words)).code).toBe(0);
  expect(await areas()).toContain('X-1');
});

test('an order is held and released by its name, once for each request; a dry run shows the plan', async () => {
  const buyer = new Actor(harness, await harness.newSeller({ acceptor: 'dianzhanggui' }));
  await buyer.pay();
  await buyer.order('UNFULFILLABLE');
  const held = orderKey(tmallOrder(buyer.seller.sellerId, TID));
  const hold = ['order', 'hold', held, '--actor', 'li', '--reason', '地址待确认'];
  const planned = await astrolabe(...hold, '--dry-run');
  expect(planned).toMatchObject({ code: 0, rows: [{ dryRun: true, plan: { heldAfter: true } }] });
  expect((await buyer.order('UNFULFILLABLE')).hold).toBeUndefined();
  for (let time = 0; time < 2; time += 1) {
    const done = await astrolabe(...hold, '--request-id', 'R-1');
    expect(done).toMatchObject({ code: 0, rows: [{ item: held, ok: true, outcome: 'HELD' }] });
  }
  const unknown = `tmall/${buyer.seller.sellerId}/1`;
  const both = await astrolabe('order', 'release', held, unknown, '--actor', 'li');
  expect(both).toMatchObject({
    code: 3,
    rows: [
      { item: held, ok: true, outcome: 'RELEASED' },
      { item: unknown, ok: false },
    ],
  });
});

describe('a connection of every kind is made, moved, given another secret, stopped and used again', () => {
  const SECRETS = {
    PLATFORM_SECRET: 'of-1688',
    PLATFORM_REFRESH_TOKEN: 'refresh',
    TMALL_SECRET: 'of-tmall',
    TMALL_SESSION: 'session',
    UPSTREAM_SECRET: 'of-upstream',
    TILL_SECRET: 'of-tills',
    TILL_SESSION: 'session',
  };

  test.each([
    ['1688', ['--name', 'b2b-1'], ['--name', 'b2b-2'], { memberId: 'b2b-2' }],
    ['pos', [], [], {}],
    ['tmall', [], [], {}],
    [
      'distribution',
      ['--name', '星盘', '--lookup', '/list'],
      ['--fail-codes', '1001,1002'],
      { nick: '星盘', lookupPath: '/list', failCodes: ['1001', '1002'] },
    ],
    ['till', ['--paid'], ['--unpaid'], { treatAsPaid: false }],
  ] as const)('%s', async (kind, made, changed, settings) => {
    const sellerId = `c-${kind}-${randomBytes(4).toString('hex')}`;
    const of = (verb: string, ...more: readonly string[]) =>
      run(
        ASTROLABE,
        ['connection', verb, sellerId, '--kind', kind, '--actor', 'li', ...more],
        SECRETS,
      );
    const shown = async () => {
      const { rows, out } = await astrolabe('connection', 'list', '--seller', sellerId);
      expect(out).not.toMatch(/of-\w+|refresh"|"session"/);
      expect(rows).toHaveLength(1);
      return rows[0];
    };
    const url = httpUrl(harness.stack, 'sandbox');
    const address = ['--url', url, '--key', '900'];
    const created = await of('create', ...made, ...address);
    expect(created, created.error).toMatchObject({ code: 0, rows: [{ kind, sellerId, url }] });
    const ours = kind === 'pos' ? /^[0-9a-f]{32,}$/ : /^$/;
    const secretIn = ([row]: readonly unknown[]) => (row as { secret?: string }).secret ?? '';
    expect(secretIn(created.rows)).toMatch(ours);
    // Nothing is replaced by making it again.
    const again = await of('create', ...made, '--url', `${url}/other`, '--key', '901');
    expect(again).toMatchObject({ code: 1 });
    expect(again.error).toContain('CONNECTION_EXISTS');
    expect(await shown()).toMatchObject({ kind, sellerId, url, appKey: '900' });

    expect((await of('disable')).code).toBe(2);
    expect(await of('disable', '--reason', '维护')).toMatchObject({ code: 0 });
    // It moves while it is stopped: it stays stopped, and what is not named stays.
    const next = `${url}/next`;
    const moved = await of('change', ...changed, '--url', `${next}/`);
    expect(moved, moved.error).toMatchObject({ code: 0 });
    const stopped = { state: 'PAUSED', reason: '维护', pausedBy: 'li' };
    expect(await shown()).toMatchObject({ ...stopped, url: next, appKey: '900', ...settings });
    expect((await of('change', '--url', 'ftp://x')).error).toMatch(/BAD_URL|INVALID_CONNECTION/);
    expect(await of('enable')).toMatchObject({ code: 0 });
    const rotated = await of('rotate');
    expect(rotated, rotated.error).toMatchObject({ code: 0, rows: [{ kind, sellerId }] });
    expect(secretIn(rotated.rows)).toMatch(ours);
    // 1688 has no token for a seller that the sandbox does not know, and that shows.
    const state = expect.stringMatching(/^(RUNNING|REFUSED)$/) as string;
    expect(await shown()).toMatchObject({ state, url: next, ...settings });
  });

  test('who has none is told so, and a kind that nobody has', async () => {
    const kinds = ['1688', 'pos', 'tmall', 'distribution', 'till'];
    for (const verb of ['change', 'rotate', 'enable']) {
      const url = verb === 'change' ? ['--url', httpUrl(harness.stack, 'sandbox')] : [];
      const done = kinds.map((kind) => {
        const words = ['connection', verb, 'nobody', '--kind', kind, '--actor', 'li', ...url];
        return run(ASTROLABE, words, SECRETS);
      });
      expect((await Promise.all(done)).map(({ code }) => code)).toEqual(kinds.map(() => 1));
    }
    const fax = await astrolabe('connection', 'rotate', '7', '--kind', 'fax', '--actor', 'li');
    expect(fax).toMatchObject({ code: 2 });
    expect(fax.error).toContain('1688, distribution, pos, till, tmall');
  });
});
