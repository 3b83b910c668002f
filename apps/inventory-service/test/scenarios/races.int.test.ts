import { setTimeout as delay } from 'node:timers/promises';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, HistoryEntry } from '@astrolabe/contracts/inventory';
import { eventually } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import { fillStock, life, spread } from '../../bench/requests.ts';
import { cellsOf } from '../cells.ts';
import { CERTAIN, GOODS, SELLER, WH, command, initialise, milli, release } from '../commands.ts';
import { environment } from '../service.ts';
import type { Running } from '../service.ts';

/** SCENARIO_SIZE=full: the sizes of the scenarios' table; else small ones that `npm test` has time for. */
const FULL = process.env['SCENARIO_SIZE'] === 'full';
const size = (full: number, small: number): number => (FULL ? full : small);
const figure = (name: string, values: Record<string, unknown>): void =>
  void process.stdout.write(`${name}: ${JSON.stringify(values)}\n`);

const { db, start } = await environment();
let service: Running;
beforeEach(async () => {
  await Promise.all((await db.collections()).map((collection) => collection.deleteMany({})));
  service = await start();
});

const { APPLIED, INSUFFICIENT } = OutcomeStatus;
const CALLERS = 64;
const TTL_MS = 200;
const TEST_MS = 600_000;
const CALL = { deadlineMs: 300_000 };

const order = (holdRef: string, pieces: number, more: { goodsId?: string; ttlMs?: number } = {}) =>
  command({
    $case: 'reserve',
    value: {
      holdRef,
      channel: 'tmall',
      ttlMs: BigInt(more.ttlMs ?? 0),
      buyerRef: '',
      lines: [
        {
          lineId: '1',
          goodsId: more.goodsId ?? GOODS,
          quantityMilli: milli(pieces),
          place: WH,
          kind: CERTAIN,
        },
      ],
    },
  });

const applied = async (each: Command): Promise<boolean> => {
  const { status } = await service.execute(each);
  expect([APPLIED, INSUFFICIENT]).toContain(status);
  return status === APPLIED;
};

/** Callers that take one item after the other, each waiting for its answer. */
async function callers<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (const item of left) await work(item);
    }),
  );
}

const heldOf = async (): Promise<bigint> =>
  (await cellsOf(service.client, [WH]))[0]?.heldMilli ?? 0n;

test(
  'three times the stock is asked for in mixed quantities: every piece is promised once',
  async () => {
    const stock = size(20_000, 500);
    await service.execute(initialise(WH, CERTAIN, stock));
    const demands: number[] = [];
    for (let sum = 0; sum < 3 * stock; sum += demands.at(-1) ?? 0) {
      demands.push(1 + ((demands.length * 7) % 5));
    }
    let promised = 0;
    await callers([...demands.entries()], async ([at, pieces]) => {
      if (await applied(order(`mixed-${at}`, pieces))) promised += pieces;
    });
    expect(promised).toBe(stock);
    expect(await heldOf()).toBe(milli(stock));
    figure('scenario 1', { stock, demands: demands.length, promised, oversold: promised - stock });
  },
  TEST_MS,
);

test(
  'the last piece, asked for by many at once, round after round: one winner each time',
  async () => {
    const [rounds, contenders] = [size(200, 10), size(1_000, 100)];
    const winners = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const goodsId = `last-${round}`;
      const filled = initialise(WH, CERTAIN, 1);
      if (filled.verb?.$case === 'initialise') {
        for (const line of filled.verb.value.lines) line.goodsId = goodsId;
      }
      await service.execute(filled);
      const outcomes = await Promise.all(
        Array.from({ length: contenders }, (_, at) =>
          applied(order(`${goodsId}-${at}`, 1, { goodsId })),
        ),
      );
      winners.add(outcomes.filter(Boolean).length);
    }
    expect([...winners]).toEqual([1]);
    figure('scenario 2', { rounds, contenders, winnersPerRound: [...winners] });
  },
  TEST_MS,
);

async function history(): Promise<HistoryEntry[]> {
  const asked = { sellerId: SELLER, goodsId: GOODS, place: WH, kind: CERTAIN };
  const found: HistoryEntry[] = [];
  for (let token = ''; ;) {
    const page = await service.client.call(
      'listHistory',
      { ...asked, page: { size: 200, token } },
      CALL,
    );
    found.push(...page.entries);
    token = page.nextToken;
    if (!token) return found;
  }
}

test(
  'confirm, release and expiry race for the same holds: each hold has one end',
  async () => {
    const holds = size(10_000, 400);
    await service.execute(initialise(WH, CERTAIN, holds));
    const confirmed = new Set<string>();
    const released = new Set<string>();
    const refs = Array.from({ length: holds }, (_, at) => `raced-${at}`);
    await callers([...refs.entries()], async ([at, holdRef]) => {
      expect(await applied(order(holdRef, 1, { ttlMs: TTL_MS }))).toBe(true);
      // What races is time: the commands come shortly before or after the hold ends by itself.
      await delay(TTL_MS - 60 + ((at * 13) % 80));
      const [confirm, free] = await Promise.all([
        service.execute(command({ $case: 'confirm', value: { holdRef } })),
        service.execute(release(holdRef)),
      ]);
      if (confirm.status === APPLIED) confirmed.add(holdRef);
      if (free.status === APPLIED) released.add(holdRef);
    });
    await eventually(
      async () => {
        const { holds: open } = await service.client.call('listHolds', {
          sellerId: SELLER,
          goodsId: GOODS,
          page: { size: 1, token: '' },
        });
        expect(open).toEqual([]);
      },
      { timeoutMs: 30_000 },
    );
    const ends = new Map<string, number>();
    for (const { heldDeltaMilli, cause } of await history()) {
      if (heldDeltaMilli < 0n) ends.set(cause, (ends.get(cause) ?? 0) + 1);
    }
    expect(ends.size).toBe(holds);
    expect([...new Set(ends.values())]).toEqual([1]);
    expect(await heldOf()).toBe(0n);
    const expired = holds - released.size;
    figure('scenario 9', {
      holds,
      confirmed: confirmed.size,
      released: released.size,
      expired,
      endsPerHold: [...new Set(ends.values())],
    });
  },
  TEST_MS,
);

test(
  'after a soak of whole orders journal, memory, holds and projections agree',
  async () => {
    const lives = size(250_000, 4_000);
    for (const each of fillStock()) await service.execute(each);
    const batches = Array.from({ length: lives / 100 }, (_, at) => at);
    await callers(batches, async () => {
      const commands = Array.from({ length: 100 }, () => life(spread)).flat();
      const { outcomes } = await service.client.call('executeBatch', { commands }, CALL);
      expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([APPLIED]));
    });
    const { operations, differences } = await service.upkeep.call(
      'verify',
      { partition: '' },
      CALL,
    );
    expect(differences).toEqual([]);
    expect(operations).toBeGreaterThan(BigInt(lives * 4));
    figure('scenario 12', { operations: Number(operations), differences: differences.length });
  },
  TEST_MS,
);
