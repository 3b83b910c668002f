import type { ConnectionPause, SellerConnections, Standing } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { connectionAdmin, connectionKind } from './connection-admin.ts';

type Shop = { readonly sellerId: string; readonly at: string; readonly secret: string };

/** A kind whose store is a map, and what was told of changes. */
function world(newSecret: (() => string) | null) {
  const kept = new Map<string, Standing<Shop>>();
  const told: object[] = [];
  const usable: string[] = [];
  const change = async (sellerId: string, to: Partial<Standing<Shop>>) => {
    const found = kept.get(sellerId);
    if (found) kept.set(sellerId, { ...found, ...to });
    return found !== undefined;
  };
  const store: SellerConnections<Shop, 'secret'> = {
    create: async (shop) => {
      if (kept.has(shop.sellerId)) return false;
      kept.set(shop.sellerId, shop);
      return true;
    },
    // As the store does it: a secret that comes with settings is none of them.
    change: ({ sellerId, at }) => change(sellerId, { at }),
    replaceSecrets: change,
    setPause: (sellerId, pause: ConnectionPause | null) => change(sellerId, { pause }),
    list: async (limit, after) =>
      [...kept.values()]
        .filter(({ sellerId }) => sellerId > after)
        .toSorted((a, b) => a.sellerId.localeCompare(b.sellerId))
        .slice(0, limit),
    listed: async (sellerId) => kept.get(sellerId) ?? null,
  };
  const kind = connectionKind<Shop, 'secret'>({
    kind: 'pos',
    newSecret,
    store,
    stored: ({ sellerId, url }, { secret }) => ({ sellerId, at: url, secret }),
    secretsOf: ({ secret }) => ({ secret }),
    shown: ({ at }) => ({ url: at }),
    usable: async (sellerId) => void usable.push(sellerId),
  });
  const admin = connectionAdmin({
    kinds: [kind],
    traffic: {
      of: async (names) =>
        names.map((name) =>
          name === 'pos/1'
            ? {
                lastOkAt: null,
                lastFailedAt: null,
                lastCode: '15',
                waitsUntil: null,
                counts: [{ code: '15', count: 2 }],
              }
            : null,
        ),
    },
    urlRule: { allowHttp: false, destinations: { leadsInside: async () => false } },
    clock: () => new Date('2026-12-01T00:00:00Z'),
    changed: (what) => void told.push(what),
  });
  return { admin, kept, told, usable };
}

const CONNECTION = {
  sellerId: '1',
  kind: 'pos',
  url: 'https://pos.example/spi/',
  appKey: '900',
  nick: '',
  lookupPath: '',
  retryCodes: [],
  failCodes: [],
  treatAsPaid: false,
};
const NEW = { connection: CONNECTION, secret: '', session: '', askedBy: 'li' };
const NAMED = { sellerId: '1', kind: 'pos', askedBy: 'li' };

test('a secret that is made here is in the answer that made it alone, and one that is there is not replaced', async () => {
  const { admin, kept, told } = world(() => 'made');
  expect(await admin.create({ ...NEW, secret: 'given' })).toEqual({ secret: 'made' });
  expect(kept.get('1')).toEqual({ sellerId: '1', at: 'https://pos.example/spi', secret: 'made' });
  await expect(admin.create(NEW)).rejects.toMatchObject({ reason: 'CONNECTION_EXISTS' });
  const { connections } = await admin.list({ kind: 'pos', sellerId: '' });
  expect(connections[0]?.calls).toMatchObject({ counts: [{ code: '15', count: 2n }] });
  expect(JSON.stringify({ ...connections[0], calls: null })).not.toContain('made');
  expect(connections).toMatchObject([{ connection: { sellerId: '1', kind: 'pos' } }]);
  expect(told).toEqual([{ action: 'created', kind: 'pos', sellerId: '1', person: 'li' }]);
  expect(JSON.stringify(told)).not.toContain('made');
});

test('a secret of the other side has to be given and is in no answer', async () => {
  const { admin, kept } = world(null);
  await expect(admin.create(NEW)).rejects.toMatchObject({ reason: 'MISSING_FIELD' });
  expect(kept.size).toBe(0);
  expect(await admin.create({ ...NEW, secret: 'given' })).toEqual({ secret: '' });
  expect(await admin.rotate({ ...NAMED, secret: 'next', session: '' })).toEqual({ secret: '' });
  expect(kept.get('1')?.secret).toBe('next');
});

test('an address is changed; the secret and a pause stay, and what waited goes on', async () => {
  const { admin, kept, told, usable } = world(() => 'made');
  const moved = { ...CONNECTION, url: 'https://next.example/' };
  const change = { connection: moved, askedBy: 'li' };
  await expect(admin.change(change)).rejects.toMatchObject({ reason: 'NOT_CONNECTED' });
  await admin.create(NEW);
  await admin.setPaused({ ...NAMED, paused: true, reason: '维护' });
  usable.length = 0;
  await admin.change(change);
  expect(kept.get('1')).toMatchObject({
    at: 'https://next.example',
    secret: 'made',
    pause: { reason: '维护' },
  });
  expect(usable).toEqual(['1']);
  expect(told.at(-1)).toEqual({ action: 'changed', kind: 'pos', sellerId: '1', person: 'li' });
  const bad = { connection: { ...moved, url: 'http://a' }, askedBy: 'li' };
  await expect(admin.change(bad)).rejects.toMatchObject({ reason: 'BAD_URL' });
  await expect(admin.change({ ...change, askedBy: '' })).rejects.toMatchObject({
    reason: 'MISSING_FIELD',
  });
});

test('a pause has a reason and says who; what waited goes on when it ends', async () => {
  const { admin, usable } = world(() => 'made');
  const pause = { ...NAMED, paused: true, reason: '' };
  await expect(admin.setPaused(pause)).rejects.toMatchObject({ reason: 'MISSING_FIELD' });
  await expect(admin.setPaused({ ...pause, reason: 'x' })).rejects.toMatchObject({
    reason: 'NOT_CONNECTED',
  });
  await admin.create(NEW);
  usable.length = 0;
  await admin.setPaused({ ...pause, reason: '维护' });
  expect(usable).toEqual([]);
  const listed = async () => (await admin.list({ kind: 'pos', sellerId: '1' })).connections[0];
  expect((await listed())?.pause).toMatchObject({ reason: '维护', pausedBy: 'li' });
  await admin.setPaused({ ...pause, paused: false });
  expect((await listed())?.pause).toBeUndefined();
  expect(usable).toEqual(['1']);
});

test.each([
  [{ kind: 'fax' }, 'UNKNOWN_KIND'],
  [{ sellerId: '' }, 'MISSING_FIELD'],
  [{ url: '' }, 'MISSING_FIELD'],
  [{ url: 'http://pos.example' }, 'BAD_URL'],
  [{ url: 'https://pos.example/?a=b' }, 'BAD_URL'],
  [{ nick: 'x'.repeat(501) }, 'TOO_LONG'],
  [{ failCodes: Array.from({ length: 51 }, String) }, 'TOO_MANY_CODES'],
])('a connection with %j is refused with %s', async (change, reason) => {
  const { admin, kept } = world(() => 'made');
  const made = admin.create({ ...NEW, connection: { ...CONNECTION, ...change } });
  await expect(made).rejects.toMatchObject({ reason });
  expect(kept.size).toBe(0);
});

test('pages of a list add up to all of it', async () => {
  const { admin } = world(() => 'made');
  for (const sellerId of ['1', '2', '3']) {
    await admin.create({ ...NEW, connection: { ...CONNECTION, sellerId } });
  }
  const seen: string[] = [];
  for (let token = '', turn = 0; turn < 3 && (turn === 0 || token !== ''); turn += 1) {
    const page = await admin.list({ kind: 'pos', sellerId: '', page: { size: 2, token } });
    seen.push(...page.connections.map(({ connection }) => connection?.sellerId ?? ''));
    token = page.nextToken;
  }
  expect(seen).toEqual(['1', '2', '3']);
});
