import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatShanghai } from '@astrolabe/kernel';
import type { OrderRef, Result } from '@astrolabe/kernel';
import { startMariadb } from '@astrolabe/local-servers';
import type { MariadbServer } from '@astrolabe/local-servers';
import { encodeJdpRefund, encodeJdpTrade } from '@astrolabe/schemas/jdp';
import { createConnection } from 'mysql2/promise';
import type { Connection as Sql } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTables } from '../src/adapters/mysql/tables.ts';
import { makeReadRefunds, makeReadTable } from '../src/application/read-tables.ts';
import type { Allocation } from '../src/domain/allocation.ts';
import { PAGES_MAX, PAGE_ROWS } from '../src/domain/cursor.ts';
import type { Cursor } from '../src/domain/cursor.ts';

const APP = '123543';
const SELLER = '21230';
const DATABASE = 'app_123543';
const OVERLAP_MS = 60_000;
const START = new Date('2016-09-22T02:00:00Z');
/** Long: neighbours are one number when they are read as doubles. */
const FIRST_TID = 41_171_611_600_046_273n;

const dataDir = mkdtempSync(join(tmpdir(), 'astrolabe-isv-tables-'));
let server: MariadbServer;
let sql: Sql;
let tables: ReturnType<typeof createTables>;
beforeAll(async () => {
  server = await startMariadb({ dataDir });
  sql = await createConnection({ uri: server.url('') });
  await sql.query(`CREATE DATABASE ${DATABASE}`);
  await sql.query(`USE ${DATABASE}`);
});
afterAll(async () => {
  await sql.end();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

let kept: Map<string, Allocation>;
let cursor: Cursor | null;
let refundCursor: Cursor | null;
let woken: string[];
let writes: number;
let bad: string[];
beforeEach(async () => {
  tables = createTables({
    connections: new Map([[APP, server.url(DATABASE)]]),
    connectTimeoutMs: 2_000,
    queryTimeoutMs: 5_000,
  });
  kept = new Map();
  cursor = null;
  refundCursor = null;
  woken = [];
  writes = 0;
  bad = [];
  await sql.query('DROP TABLE IF EXISTS jdp_tb_trade, jdp_tb_refund');
});
afterEach(() => tables.close());

/** The public form of the table, as order push makes it. */
const createTable = () =>
  sql.query(`CREATE TABLE jdp_tb_trade (
    tid bigint NOT NULL PRIMARY KEY, status varchar(64) NOT NULL, seller_nick varchar(64) NOT NULL,
    modified datetime NOT NULL, jdp_response mediumtext NOT NULL, jdp_modified datetime NOT NULL,
    KEY ind_modified (jdp_modified)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);

type RowValues = {
  tid: string;
  at?: Date;
  modified?: Date;
  status?: string;
  omni?: boolean;
  refundStatus?: string;
  param?: string;
  response?: string;
};

const valuesOf = (row: RowValues): string[] => {
  const { tid, at = START, status = 'WAIT_SELLER_SEND_GOODS' } = row;
  const modified = row.modified ?? at;
  const trade = {
    tradeId: tid,
    sellerId: SELLER,
    sellerNick: '甘其食旗舰店',
    status,
    payment: 20_000n,
    postFee: 0n,
    modifiedAt: modified,
    lines: [
      {
        subOrderId: `${tid}1`,
        itemId: '9001',
        quantity: 2_000n,
        price: 10_000n,
        payment: 20_000n,
        status,
        refundStatus: row.refundStatus ?? 'NO_REFUND',
        omni: row.omni ?? true,
      },
    ],
  };
  const response = row.response ?? encodeJdpTrade(trade, row.param ?? '');
  return [tid, status, '甘其食旗舰店', formatShanghai(modified), response, formatShanghai(at)];
};

const put = async (...rows: RowValues[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += 500) {
    const values = rows.slice(from, from + 500).map(valuesOf);
    const names = 'tid, status, seller_nick, modified, jdp_response, jdp_modified';
    await sql.query(`REPLACE INTO jdp_tb_trade (${names}) VALUES ?`, [values]);
  }
};

const tids = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => String(FIRST_TID + BigInt(n)));

const KEY = { appKey: APP, secret: 's' };
const connection = {
  sellerId: SELLER,
  spi: KEY,
  qimen: KEY,
  top: KEY,
  platformUrl: 'http://platform',
  tmall: null,
};

const readerDeps = (options: { failAt?: number } = {}): Parameters<typeof makeReadTable>[0] => ({
  tables,
  cursors: {
    find: async (name) => (name === APP ? cursor : refundCursor),
    put: async (name, next) => {
      if (name === APP) cursor = next;
      else refundCursor = next;
    },
  },
  allocations: {
    load: async ({ number }) => kept.get(number) ?? null,
    change: async <E>(
      { number }: OrderRef,
      decide: (s: Allocation | null) => Result<Allocation, E>,
    ) => {
      if (writes === options.failAt) throw new Error('the database is away');
      const next = decide(kept.get(number) ?? null);
      if (!next.ok) return next;
      writes += 1;
      kept.set(number, next.value);
      return next;
    },
  },
  connections: { find: async (sellerId) => (sellerId === SELLER ? connection : null) },
  clock: () => START,
  overlapMs: OVERLAP_MS,
  wake: ({ number }) => woken.push(number),
  onBadRow: (_appKey, row) => bad.push(row.tradeId),
});

const reader = (options: { failAt?: number } = {}) => makeReadTable(readerDeps(options));

const readRefunds = () => makeReadRefunds(readerDeps())(APP);

const read = () => reader()(APP);

test('a table that nobody has made yet is empty', async () => {
  await read();
  expect(kept.size).toBe(0);
  expect(cursor?.ended).toBe(true);
});

test('an order that waits is to be allocated; read again it changes nothing', async () => {
  await createTable();
  const [first = '', shipped = '', plain = ''] = tids(3);
  await put(
    { tid: first },
    { tid: shipped, status: 'WAIT_BUYER_CONFIRM_GOODS' },
    { tid: plain, omni: false },
  );
  await read();
  expect(woken).toEqual([first]);
  expect(kept.get(first)).toMatchObject({ round: 1, decision: { cause: 'ASKED' } });
  await read();
  await read();
  expect(writes).toBe(1);
  expect([...kept.keys()]).toEqual([first]);
});

test('hundreds of rows of one second: every one once, over pages, with every digit', async () => {
  await createTable();
  const all = tids(PAGE_ROWS * 2 + 50);
  await put(...all.map((tid) => ({ tid })));
  await read();
  expect(woken).toEqual(all);
  expect(cursor).toEqual({ at: START, tradeId: '0', ended: true });
});

test('a reading is bounded, and the next one goes on where it was', async () => {
  await createTable();
  const all = tids(PAGE_ROWS * PAGES_MAX + 3);
  await put(...all.map((tid) => ({ tid })));
  await read();
  expect(woken).toHaveLength(PAGE_ROWS * PAGES_MAX);
  expect(cursor?.ended).toBe(false);
  await read();
  expect(woken).toEqual(all);
});

test('a failure in the middle of a page: the cursor stays, nothing is lost or done twice', async () => {
  await createTable();
  const all = tids(10);
  await put(...all.map((tid) => ({ tid })));
  await expect(reader({ failAt: 4 })(APP)).rejects.toThrow('away');
  expect(cursor).toBeNull();
  await read();
  expect(woken).toEqual(all);
  expect(writes).toBe(10);
});

test('a row whose transaction was committed late is found within the overlap', async () => {
  await createTable();
  const [first = '', late = ''] = tids(2);
  await put({ tid: first });
  await read();
  await put({ tid: late, at: new Date(START.getTime() - OVERLAP_MS + 1_000) });
  await read();
  expect(woken).toEqual([first, late]);
});

test('a row of the future does not carry the reading past those that are to come', async () => {
  await createTable();
  const [future = '', next = ''] = tids(2);
  await put({ tid: future, at: new Date('2099-01-01T00:00:00Z') });
  await read();
  await put({ tid: next, at: new Date() });
  await read();
  expect(woken).toEqual([future, next]);
});

test('a row that cannot be understood is left out and told; the others are read', async () => {
  await createTable();
  const [broken = '', garbled = '', fine = ''] = tids(3);
  await put({ tid: broken, response: '{"x":' }, { tid: garbled, param: 'no colon' }, { tid: fine });
  await read();
  expect(bad).toEqual([broken]);
  // An omnichannel_param in free text says nothing about places; the trade is read all the same.
  expect(woken).toEqual([garbled, fine]);
});

test('shipment, closing, refund and refusal are read; an older version of a row is not', async () => {
  await createTable();
  const [shipped = '', closed = '', refunded = '', refused = ''] = tids(4);
  const all = [shipped, closed, refunded, refused];
  await put(...all.map((tid) => ({ tid })));
  await read();
  for (const tid of all) {
    const state = kept.get(tid);
    if (!state) throw new Error('no allocation');
    // As after a decision that the platform has taken.
    const place = { type: 'STORE', id: '1342' } as const;
    const line = {
      subOrderId: `${tid}1`,
      goods: { itemId: '9001', skuId: '', outerId: '' },
      quantityMilli: 2_000n,
      deducted: place,
      place,
      kind: 'SHARED',
      told: true,
      refusedBy: [],
      missed: [],
    } as const;
    kept.set(tid, { ...state, status: 'ALLOCATED', decision: null, dueAt: null, lines: [line] });
  }
  const later = new Date(START.getTime() + 2_000);
  const denied =
    `orderType:STORE_DELIVER,acceptExpirationTime:2017/07/31-15:07:35,targetCode:1342,` +
    `subOrderCode:${refused}1,targetType:STORE,orderState:X_SHOP_DENY;`;
  await put(
    { tid: shipped, at: later, status: 'WAIT_BUYER_CONFIRM_GOODS' },
    { tid: closed, at: later, status: 'TRADE_CLOSED' },
    { tid: refunded, at: later, refundStatus: 'WAIT_SELLER_AGREE' },
    { tid: refused, at: later, param: denied },
  );
  await read();
  expect(kept.get(shipped)?.progress).toBe('SHIPPED');
  expect(kept.get(closed)?.progress).toBe('RELEASED');
  expect(kept.get(refunded)).toMatchObject({ progress: 'RELEASED', refunded: [`${refunded}1`] });
  expect(kept.get(refused)).toMatchObject({ round: 2, decision: { cause: 'REFUSED' } });

  const before = writes;
  await put({ tid: refused, at: new Date(later.getTime() + 1_000), modified: START });
  await read();
  expect(writes).toBe(before);
});

/** The public form of the refund table, as order push makes it. */
const createRefundTable = () =>
  sql.query(`CREATE TABLE jdp_tb_refund (
    refund_id bigint NOT NULL PRIMARY KEY, tid bigint NOT NULL, oid bigint NOT NULL,
    status varchar(64) NOT NULL, modified datetime NOT NULL, jdp_response mediumtext NOT NULL,
    jdp_modified datetime NOT NULL, KEY ind_tid (tid), KEY ind_modified (jdp_modified)
  ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`);

async function putRefund(tid: string, status: string, at = START, refundId = '7001') {
  const response = encodeJdpRefund({
    refundId,
    tradeId: tid,
    subOrderId: `${tid}1`,
    sellerNick: '甘其食旗舰店',
    status,
    refundFee: 20_000n,
    createdAt: START,
    modifiedAt: at,
  });
  const time = formatShanghai(at);
  await sql.query('REPLACE INTO jdp_tb_refund VALUES (?, ?, ?, ?, ?, ?, ?)', [
    refundId,
    tid,
    `${tid}1`,
    status,
    time,
    response,
    time,
  ]);
}

const refundsOf = (tid: string) =>
  kept.get(tid)?.refunds?.map(({ refundId, state }) => [refundId, state]);

test('a refund is read, its withdrawal lets the order go on, and older versions change nothing', async () => {
  await createTable();
  await createRefundTable();
  const [tid = ''] = tids(1);
  await put({ tid });
  await read();
  await putRefund(tid, 'WAIT_SELLER_AGREE');
  await readRefunds();
  expect(refundsOf(tid)).toEqual([['7001', 'AGREED']]);
  expect(kept.get(tid)).toMatchObject({ progress: 'OPEN', refunded: [`${tid}1`] });
  const before = writes;
  await readRefunds();
  expect(writes).toBe(before);
  await putRefund(tid, 'CLOSED', new Date(START.getTime() + 5_000));
  await readRefunds();
  expect(refundsOf(tid)).toEqual([['7001', 'WITHDRAWN']]);
  expect(kept.get(tid)).toMatchObject({ refunded: [] });
  await putRefund(tid, 'WAIT_SELLER_AGREE', new Date(START.getTime() + 1_000));
  await readRefunds();
  expect(refundsOf(tid)).toEqual([['7001', 'WITHDRAWN']]);
});

test('a refund that is there before its trade is taken with the trade', async () => {
  await createTable();
  await createRefundTable();
  const [tid = ''] = tids(1);
  await putRefund(tid, 'WAIT_SELLER_AGREE');
  await readRefunds();
  expect(kept.size).toBe(0);
  expect(bad).toEqual([]);
  await put({ tid });
  await read();
  expect(refundsOf(tid)).toEqual([['7001', 'AGREED']]);
  expect(kept.get(tid)).toMatchObject({ refunded: [`${tid}1`] });
});

test('a refund that cannot be understood is left out and told', async () => {
  await createTable();
  await createRefundTable();
  const [tid = ''] = tids(1);
  await put({ tid });
  await read();
  await putRefund(tid, 'WAIT_SELLER_AGREE');
  await sql.query("UPDATE jdp_tb_refund SET jdp_response = '{'");
  await readRefunds();
  expect(bad).toEqual(['7001']);
});
