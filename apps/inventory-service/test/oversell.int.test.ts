import { BillType, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, Outcome } from '@astrolabe/contracts/inventory';
import { eventually } from '@astrolabe/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cellsOf, inPieces } from './cells.ts';
import {
  CERTAIN,
  GOODS,
  WH,
  accept,
  adjust,
  command,
  consume,
  giveBack,
  initialise,
  milli,
  release,
  reserve,
} from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

/** Bugs that sold what was not there in other systems, by their class; an issue where one is public. */

const { db, start } = await environment();
let service: Running;
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
  service = await start();
});
// Whatever a test did: journal, memory, holds and projections agree.
afterEach(async () => {
  const { differences } = await service.upkeep.call('verify', { partition: '' });
  expect(differences).toEqual([]);
});

const { APPLIED, ALREADY_DONE, CONFLICT, EXPIRED, INSUFFICIENT, INVALID } = OutcomeStatus;

async function run(...commands: Command[]): Promise<Outcome[]> {
  const { outcomes } = await service.client.call('executeBatch', { commands });
  return outcomes;
}
const statuses = async (...commands: Command[]) => (await run(...commands)).map((o) => o.status);

async function cell(): Promise<string> {
  return (await cellsOf(service.client, [WH])).map(inPieces).join(' ');
}

const line = (lineId: string, quantityMilli: bigint) => ({
  lineId,
  goodsId: GOODS,
  quantityMilli,
  place: undefined,
  kind: CERTAIN,
});
const order = (holdRef: string, lines: ReturnType<typeof line>[], ttlMs = 0n) =>
  command({ $case: 'reserve', value: { holdRef, channel: 'tmall', lines, ttlMs, buyerRef: '' } });

describe('reserving', () => {
  test('check then act: simultaneous orders for the last piece (WooCommerce #44273)', async () => {
    await run(initialise(WH, CERTAIN, 1));
    const orders = Array.from({ length: 50 }, (_, n) => service.execute(reserve(1, `o:${n}`)));
    const won = (await Promise.all(orders)).filter(({ status }) => status === APPLIED);
    expect(won).toHaveLength(1);
    expect(await cell()).toBe('1/1');
  });

  test('lines of one order are each checked against the same number (Medusa #16502)', async () => {
    await run(initialise(WH, CERTAIN, 3));
    const both = order('o', [line('1', milli(2)), line('2', milli(2))]);
    expect(await statuses(both)).toEqual([INSUFFICIENT]);
    expect(await cell()).toBe('3/0');
  });

  test('one line twice in an order', async () => {
    await run(initialise(WH, CERTAIN, 3));
    const twice = order('o', [line('1', milli(1)), line('1', milli(1))]);
    expect((await run(twice))[0]).toMatchObject({ status: INVALID, reason: 'DUPLICATE_LINE' });
  });

  test('a negative or empty quantity makes stock', async () => {
    await run(initialise(WH, CERTAIN, 3));
    const wrong = [-milli(5), 0n].map((quantity, n) => order(`o:${n}`, [line('1', quantity)]));
    expect(await statuses(...wrong)).toEqual([INVALID, INVALID]);
    const offset = order('o', [line('1', milli(5)), line('2', -milli(3))]);
    expect(await statuses(offset)).toEqual([INVALID]);
    expect(await cell()).toBe('3/0');
  });

  test('a quantity overflows its number', async () => {
    await run(initialise(WH, CERTAIN, 3));
    const most = 9_223_372_036_854_775_807n;
    const big = order('o', [line('1', most), line('2', most)]);
    expect((await run(big))[0]).toMatchObject({ status: INVALID, reason: 'QUANTITY_OUT_OF_RANGE' });
    expect(await cell()).toBe('3/0');
  });

  test('a replay under another operation id reserves again', async () => {
    await run(initialise(WH, CERTAIN, 10));
    const [first, second] = [reserve(2, 'o', 'first'), reserve(2, 'o', 'second')];
    expect(await statuses(first, second, first)).toEqual([APPLIED, ALREADY_DONE, APPLIED]);
    expect(await cell()).toBe('10/2');
  });
});

describe('giving back', () => {
  test('a reservation is released twice', async () => {
    await run(initialise(WH, CERTAIN, 10), reserve(2, 'a'), reserve(3, 'b'));
    expect(await statuses(release('a'), release('a'))).toEqual([APPLIED, ALREADY_DONE]);
    expect(await cell()).toBe('10/3');
  });

  test('a cancellation after the sale returns the stock twice', async () => {
    await run(initialise(WH, CERTAIN, 10), reserve(2, 'a'), accept('a'));
    expect(await statuses(release('a'), giveBack('a'), giveBack('a'), release('a'))).toEqual([
      CONFLICT,
      APPLIED,
      ALREADY_DONE,
      CONFLICT,
    ]);
    expect(await cell()).toBe('10/0');
  });

  test('a cancellation after the shipment returns what has left', async () => {
    await run(initialise(WH, CERTAIN, 10), reserve(2, 'a'), consume('a'));
    expect(await statuses(release('a'), giveBack('a'))).toEqual([CONFLICT, CONFLICT]);
    expect(await cell()).toBe('8/0');
  });

  test('a shipment and its cancellation cross: whichever comes first decides', async () => {
    await run(initialise(WH, CERTAIN, 10), reserve(2, 'a'), reserve(2, 'b'));
    expect(await statuses(consume('a'), release('a'))).toEqual([APPLIED, CONFLICT]);
    expect(await statuses(release('b'), consume('b'))).toEqual([APPLIED, CONFLICT]);
    expect(await cell()).toBe('8/0');
  });

  test('an expired hold is consumed although its stock is promised to another', async () => {
    await run(initialise(WH, CERTAIN, 2));
    await run(order('a', [line('2004574256073904', milli(2))], 50n));
    await eventually(async () =>
      expect(await statuses(reserve(2, 'b'))).not.toEqual([INSUFFICIENT]),
    );
    expect(await statuses(consume('a'))).toEqual([EXPIRED]);
    expect(await cell()).toBe('2/2');
  });
});

describe('reports', () => {
  test('a counter loses an update that came meanwhile (Vendure #4930)', async () => {
    await run(initialise(WH, CERTAIN, 1_000));
    const changes = Array.from({ length: 100 }, (_, n) => [
      service.execute(adjust(WH, CERTAIN, BillType.BALANCE, -1, { billNum: `u:${n}` })),
      service.execute(reserve(1, `o:${n}`)),
    ]);
    await Promise.all(changes.flat());
    expect(await cell()).toBe('900/100');
  });

  test('a stock-take overwrites what is reserved', async () => {
    const count = (pieces: number) =>
      adjust(WH, CERTAIN, BillType.BALANCE, pieces, { billNum: `u:${pieces}` });
    await run(initialise(WH, CERTAIN, 5), reserve(4, 'a'), count(-2));
    expect(await cell()).toBe('3/4');
    expect(await statuses(reserve(1, 'b'))).toEqual([INSUFFICIENT]);
    await run(count(2));
    expect(await statuses(reserve(1, 'b'), reserve(1, 'c'))).toEqual([APPLIED, INSUFFICIENT]);
  });

  test('the stock goes between check and payment, and the order is sold all the same (Vendure #1355)', async () => {
    await run(initialise(WH, CERTAIN, 2), reserve(2, 'a'));
    await run(adjust(WH, CERTAIN, BillType.BALANCE, -2));
    expect((await run(accept('a')))[0]).toMatchObject({
      status: INSUFFICIENT,
      reason: 'STOCK_SHORT',
    });
    expect(await cell()).toBe('0/2');
  });
});
