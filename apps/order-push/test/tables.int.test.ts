import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaleState } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { startMariadb } from '@astrolabe/local-servers';
import type { MariadbServer } from '@astrolabe/local-servers';
import { channelLine, channelOrder } from '@astrolabe/testing';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTables } from '../src/adapters/mysql/tables.ts';
import { newPushedOrder } from '../src/domain/pushed-order.ts';
import type { Persons } from '../src/application/ports.ts';
import type { PushedOrder } from '../src/domain/pushed-order.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'astrolabe-tables-'));
const DATABASE = 'app_123543';
const TID = '41171611600046273';
const START = new Date('2016-09-22T02:00:00Z');
const LIMITS = { connectTimeoutMs: 500, queryTimeoutMs: 2_000 };

let server: MariadbServer;
let reader: Connection;
let tables: ReturnType<typeof createTables>;
beforeAll(async () => {
  server = await startMariadb({ dataDir });
  reader = await createConnection({
    uri: server.url(''),
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });
  await reader.query(`CREATE DATABASE ${DATABASE}`);
  tables = createTables({ connections: new Map([['123543', server.url(DATABASE)]]), ...LIMITS });
});
afterAll(async () => {
  await tables.close();
  await reader.end();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const order = (revision: number, state: SaleState): PushedOrder => {
  const orderRef = tmallOrder('21230', TID);
  const goods = { quantityMilli: 2_000n, priceFen: 10_000n, paymentFen: 20_000n };
  const lines = [channelLine('41171611600046274', { ...goods, itemId: '9001', state })];
  const shown = channelOrder(orderRef, {
    sellerNick: '甘其食旗舰店',
    state,
    paidAt: START,
    lines,
  });
  return {
    ...newPushedOrder(orderRef, START),
    revision,
    modifiedAt: new Date(START.getTime() + revision * 1_000),
    order: { ...shown, publishedAt: START },
  };
};

const PERSONS: Persons = {
  buyerNick: 'b**r',
  name: '张**',
  mobile: '138****0000',
  province: '浙江省',
  city: '杭州市',
  area: '西湖区',
  town: '',
  address: '文一*****',
};

type Row = Record<string, string>;

async function rows(table = 'jdp_tb_trade'): Promise<Row[]> {
  const [found] = await reader.query(`SELECT * FROM ${DATABASE}.${table}`);
  return found as Row[];
}

test('a row has the public form, with every digit of the id and times of Shanghai', async () => {
  expect(await tables.write('123543', order(1, 'PAID'), PERSONS)).toEqual({
    kind: 'succeeded',
  });
  const [row] = await rows();
  expect(row).toMatchObject({
    tid: TID,
    status: 'WAIT_SELLER_SEND_GOODS',
    seller_nick: '甘其食旗舰店',
    buyer_nick: 'b**r',
    created: '2016-09-22 10:00:00',
    modified: '2016-09-22 10:00:01',
  });
  expect(row?.['jdp_hashcode']).toMatch(/^[0-9a-f]{32}$/);
  expect(row?.['jdp_response']).toContain(`"tid":${TID},`);
});

test('the same again changes nothing, an older revision neither; jdp_modified never goes back', async () => {
  const [first] = await rows();
  await tables.write('123543', order(1, 'PAID'), PERSONS);
  expect(await rows()).toEqual([first]);

  // A reader's clock that runs ahead must not be fallen behind.
  await reader.query(`UPDATE ${DATABASE}.jdp_tb_trade SET jdp_modified = '2099-01-01 00:00:00'`);
  await tables.write('123543', order(3, 'SHIPPED'), PERSONS);
  const [newest] = await rows();
  expect(newest).toMatchObject({
    status: 'WAIT_BUYER_CONFIRM_GOODS',
    modified: '2016-09-22 10:00:03',
    jdp_modified: '2099-01-01 00:00:00',
    jdp_created: first?.['jdp_created'],
  });
  await tables.write('123543', order(2, 'UNPAID'), PERSONS);
  expect(await rows()).toEqual([newest]);
});

test('a row without its receiver is completed at the same revision, and a late part of it has no effect', async () => {
  const part = {
    ...order(20, 'PARTLY_SHIPPED'),
    orderRef: tmallOrder('21230', '41171611600046999'),
  };
  const own = async () => (await rows()).find(({ tid }) => tid === part.orderRef.number);
  await tables.write('123543', part, null);
  const first = await own();
  expect(first?.['jdp_response']).toContain('"receiver_city":"杭州市"');
  expect(first?.['jdp_response']).not.toContain('receiver_name');
  await tables.write('123543', part, PERSONS);
  const whole = await own();
  expect(whole).toMatchObject({ buyer_nick: 'b**r' });
  expect(whole?.['jdp_response']).toContain('"receiver_name":"张**"');
  expect(whole?.['jdp_hashcode']).not.toBe(first?.['jdp_hashcode']);
  await tables.write('123543', part, null);
  expect(await own()).toEqual(whole);
  await reader.query(`DELETE FROM ${DATABASE}.jdp_tb_trade WHERE tid = ${part.orderRef.number}`);
});

test('many writers of one order at once: the newest revision stands', async () => {
  const states: readonly SaleState[] = [
    'PAID',
    'SHIPPED',
    'COMPLETED',
    'DELIVERED',
    'CLOSED',
    'UNPAID',
  ];
  const revisions = [7, 4, 9, 5, 8, 6].map((revision, index) =>
    order(revision, states[index] ?? 'OTHER'),
  );
  const wrote = await Promise.all(
    revisions.map((revision) => tables.write('123543', revision, PERSONS)),
  );
  // A deadlock is a failed try, never a lost row: the pusher tries again.
  for (const [index, outcome] of wrote.entries()) {
    const revision = revisions[index];
    if (outcome.kind !== 'succeeded' && revision) await tables.write('123543', revision, PERSONS);
  }
  expect((await rows()).map((row) => row['status'])).toEqual(['TRADE_FINISHED']);
});

test('refunds have a table of their own, and an older version of one has no effect', async () => {
  const refund = {
    refundId: '7001',
    subOrderId: '41171611600046274',
    state: 'ASKED' as const,
    refundFeeFen: 20_000n,
    created: START,
    modified: new Date(START.getTime() + 5_000),
  };
  await tables.write('123543', { ...order(10, 'PAID'), refunds: [refund] }, PERSONS);
  const older = { ...refund, state: 'REFUSED' as const, modified: START };
  await tables.write('123543', { ...order(11, 'PAID'), refunds: [older] }, PERSONS);
  const found = await rows('jdp_tb_refund');
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ refund_id: '7001', tid: TID, status: 'WAIT_SELLER_AGREE' });
  expect(found[0]?.['jdp_response']).toContain('"refund_fee":"200.00"');
});

test('a database that is away is a failed try that tells no secret', async () => {
  const password = randomBytes(8).toString('hex');
  const away = createTables({
    connections: new Map([['1', `mysql://root:${password}@127.0.0.1:9/none`]]),
    ...LIMITS,
  });
  const outcome = await away.write('1', order(1, 'PAID'), PERSONS);
  expect(outcome.kind).toBe('unknown');
  expect(JSON.stringify(outcome)).not.toContain(password);
  expect(await away.write('2', order(1, 'PAID'), PERSONS)).toMatchObject({ kind: 'unanswered' });
  await away.close();
});

/** Values that need escaping: an integrator reads them as they were sent. */
test.each(['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'])(
  'rows are exactly as sent where sql_mode is "%s"',
  async (mode) => {
    await reader.query('SET GLOBAL sql_mode = ?', [mode]);
    const tid = String(41_171_611_600_050_000n + BigInt(mode.length));
    const nick = `o'neill "甘其食" \\ 旗舰店`;
    const push = order(1, 'PAID');
    const own = createTables({
      connections: new Map([['123543', server.url(DATABASE)]]),
      ...LIMITS,
    });
    try {
      const { order: shown } = push;
      if (!shown) throw new Error('no order');
      const sent = {
        ...push,
        orderRef: tmallOrder('21230', tid),
        order: { ...shown, sellerNick: nick },
      };
      expect(await own.write('123543', sent, PERSONS)).toEqual({ kind: 'succeeded' });
      const [rows] = await reader.query(
        `SELECT seller_nick, jdp_response FROM ${DATABASE}.jdp_tb_trade WHERE tid = ${tid}`,
      );
      const [row] = rows as { seller_nick: string; jdp_response: string }[];
      expect(row?.seller_nick).toBe(nick);
      const response = JSON.parse(row?.jdp_response ?? '') as {
        trade_fullinfo_get_response: { trade: { seller_nick: string } };
      };
      expect(response.trade_fullinfo_get_response.trade.seller_nick).toBe(nick);
    } finally {
      await own.close();
      await reader.query('SET GLOBAL sql_mode = DEFAULT');
    }
  },
);
