import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command } from '@astrolabe/contracts/inventory';
import { beforeEach, expect, test } from 'vitest';
import { cellsOf } from './cells.ts';
import { CERTAIN, GOODS, SELLER, WH, command, initialise, milli, release } from './commands.ts';
import { environment } from './service.ts';
import type { Running } from './service.ts';

/** The stock side of what several channels do to the same goods; the channels themselves are apart. */
const ROUNDS = 200;
const CHANNELS = ['1688', 'govmall', 'pos'] as const;
const { APPLIED, INSUFFICIENT } = OutcomeStatus;

const { db, start } = await environment();
let service: Running;
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
  service = await start();
});

/** A hold of certain stock at the warehouse, as every channel but Tmall names its place. */
const hold = (channel: string, holdRef: string, pieces: number): Command => {
  const quantityMilli = milli(pieces);
  const line = { lineId: '1', goodsId: GOODS, quantityMilli, place: WH, kind: CERTAIN };
  return command({
    $case: 'reserve',
    value: { holdRef, channel, ttlMs: 0n, buyerRef: '', lines: [line] },
  });
};

const ship = (holdRef: string, pieces: number): Command =>
  command({
    $case: 'consume',
    value: {
      holdRef,
      lines: [{ lineId: '1', quantityMilli: milli(pieces) }],
      shipmentRef: `${holdRef}:1`,
    },
  });

/** The warehouse's certain stock in pieces: what stands there and what is held of it. */
async function stands(): Promise<{ quantity: number; held: number }> {
  const [cell] = await cellsOf(service.client, [WH]);
  return {
    quantity: Number((cell?.quantityMilli ?? 0n) / 1000n),
    held: Number((cell?.heldMilli ?? 0n) / 1000n),
  };
}

async function sellable(channel: string): Promise<bigint | undefined> {
  const asked = { sellerId: SELLER, goodsIds: [GOODS], places: [], channel };
  return (await service.client.call('getSellable', asked)).sellable[0]?.sellableMilli;
}

const verified = async () =>
  (await service.upkeep.call('verify', { partition: '' }, { deadlineMs: 10_000 })).differences;

test('[X-A01: the stock side] 10 pieces: a requisition of 4, a government order of 3 and a till sale of 2 leave 1 to all', async () => {
  await service.execute(initialise(WH, CERTAIN, 10));
  expect((await service.execute(hold('1688', '1688:r1', 4))).status).toBe(APPLIED);
  expect((await service.execute(hold('govmall', 'govmall:g1', 3))).status).toBe(APPLIED);
  expect((await service.execute(hold('pos', 'pos:s1', 2))).status).toBe(APPLIED);
  expect((await service.execute(ship('pos:s1', 2))).status).toBe(APPLIED);
  expect(await stands()).toEqual({ quantity: 8, held: 7 });
  for (const channel of [...CHANNELS, 'tmall', '']) expect(await sellable(channel)).toBe(milli(1));
  expect((await service.execute(hold('1688', '1688:r2', 2))).status).toBe(INSUFFICIENT);
  expect((await service.execute(hold('1688', '1688:r3', 1))).status).toBe(APPLIED);
});

test('[X-A02: the stock side] the last piece, fired at by three channels together 200 times: one winner each time', async () => {
  await service.execute(initialise(WH, CERTAIN, 1));
  const winners: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcomes = await Promise.all(
      CHANNELS.map((channel) => service.execute(hold(channel, `${channel}:${round}`, 1))),
    );
    const statuses = outcomes.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([APPLIED, INSUFFICIENT, INSUFFICIENT].toSorted((a, b) => a - b));
    const winner = outcomes.findIndex(({ status }) => status === APPLIED);
    winners.push(winner);
    expect(await stands()).toEqual({ quantity: 1, held: 1 });
    await service.execute(release(`${CHANNELS[winner]}:${round}`));
  }
  expect(winners).toHaveLength(ROUNDS);
  expect(await stands()).toEqual({ quantity: 1, held: 0 });
  expect(await verified()).toEqual([]);
}, 180_000);

test('[X-A03: the stock side] a requisition of 4 that is given up leaves all 10 pieces to a government order', async () => {
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(hold('1688', '1688:r1', 4));
  expect((await service.execute(hold('govmall', 'govmall:g1', 10))).status).toBe(INSUFFICIENT);
  expect((await service.execute(release('1688:r1'))).status).toBe(APPLIED);
  expect((await service.execute(hold('govmall', 'govmall:g1', 10))).status).toBe(APPLIED);
  expect(await stands()).toEqual({ quantity: 10, held: 10 });
});

test('[X-A15: the stock side] a purchase order cancelled while it ships: consumed and released add up to the hold', async () => {
  await service.execute(initialise(WH, CERTAIN, 10));
  await service.execute(hold('1688', '1688:shipped-first', 4));
  expect((await service.execute(ship('1688:shipped-first', 3))).status).toBe(APPLIED);
  expect((await service.execute(release('1688:shipped-first'))).status).toBe(APPLIED);
  expect(await stands()).toEqual({ quantity: 7, held: 0 });

  await service.execute(hold('1688', '1688:cancelled-first', 4));
  expect((await service.execute(release('1688:cancelled-first'))).status).toBe(APPLIED);
  expect((await service.execute(ship('1688:cancelled-first', 3))).status).not.toBe(APPLIED);
  expect(await stands()).toEqual({ quantity: 7, held: 0 });

  await service.execute(hold('1688', '1688:together', 4));
  const [shipped, cancelled] = await Promise.all([
    service.execute(ship('1688:together', 3)),
    service.execute(release('1688:together')),
  ]);
  expect(cancelled.status).toBe(APPLIED);
  const consumed = shipped.status === APPLIED ? 3 : 0;
  expect(await stands()).toEqual({ quantity: 7 - consumed, held: 0 });
  expect(await verified()).toEqual([]);
});
