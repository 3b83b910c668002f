import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { hashOf } from '../../../test/simulation/process.ts';
import { GOODS, SELLER, WH } from '../../../test/partition.ts';
import type { Command } from '../../domain/commands.ts';
import { createDriver } from './driver.ts';
import type { JournalRecord } from '../journal/record.ts';
import { Owner } from '../partition/owner.ts';
import { createReplica } from '../partition/replica.ts';
import type { Journal, Timing } from '../ports.ts';

const NOW_MS = 1_000;
const ORDERS = 600;

/**
 * An owner with a journal whose reads fail as often as a test says, and have to wait for `gate`; time passes
 * only in delays.
 */
function driven(failures: number, gate: Promise<void> = Promise.resolve()) {
  const records = new Map<number, JournalRecord>();
  const reads: number[] = [];
  let [atOnce, most, elapsedMs, left] = [0, 0, 0, failures];
  const journal: Journal = {
    append: async (record) => {
      records.set(record.sequence, record);
      return 'APPENDED';
    },
    read: async (_, sequence) => {
      reads.push(sequence);
      atOnce += 1;
      most = Math.max(most, atOnce);
      await gate;
      atOnce -= 1;
      left -= 1;
      if (left >= 0) throw new Error('no connection');
      return records.get(sequence) ?? null;
    },
    readAfter: () => Promise.reject(new Error('nobody replays here')),
  };
  const timing: Timing = {
    monotonicMs: () => elapsedMs,
    delay: async (ms) => {
      elapsedMs += ms;
    },
    soon: (run) => void setImmediate(run),
  };
  const owner = new Owner(
    createReplica('p0000', 8_192),
    { name: 'owner', epoch: 1 },
    { hashOf, queueLimit: 8_192, sellerQueueLimit: 1_000, isLeased: () => true },
  );
  const ended: unknown[] = [];
  const meters = { appended: () => {} };
  const now = (): number => NOW_MS;
  const driver = createDriver(owner, { journal, timing, meters, now, ended: (e) => ended.push(e) });
  const offer = (commands: readonly Command[]): Promise<string[] | string> =>
    new Promise((resolve) => {
      driver.offer({
        commands,
        deadlineMs: NOW_MS,
        answered: (outcomes) => resolve(outcomes.map(({ outcome }) => outcome.status)),
        undecided: resolve,
      });
    });
  return { offer, reads, records, ended, most: () => most };
}

const command = (operationId: string, body: Command['body']): Command => ({
  operationId,
  sellerId: SELLER,
  actor: '',
  messageId: '',
  body,
});

const initialise = command('fill', {
  verb: 'INITIALISE',
  billScope: 's',
  lines: [
    {
      billNum: 'b',
      goodsId: GOODS,
      quantity: 9_000_000,
      place: WH,
      kind: 'CERTAIN',
      operationTimeMs: null,
    },
  ],
});

const orders = (quantity = 1_000): Command[] =>
  Array.from({ length: ORDERS }, (_, n) => {
    const line = { lineId: 'l', goodsId: GOODS, quantity, place: WH, kind: 'CERTAIN' as const };
    const reserve = { channel: 'tmall', ttlMs: 0, buyerRef: '', lines: [line] };
    return command(`order-${n}`, { verb: 'RESERVE', ref: `order-${n}`, ...reserve });
  });

test('operations asked for again cost one read of each record that they stand in', async () => {
  const { offer, reads, records, most } = driven(0);
  await offer([initialise]);
  const first = await offer(orders());
  expect(new Set(first)).toEqual(new Set(['APPLIED']));
  const [again, other] = await Promise.all([offer(orders()), offer(orders(2_000).slice(0, 300))]);
  expect(again).toEqual(first);
  expect(new Set(other)).toEqual(new Set(['CONFLICT']));
  const written = [...records].filter(([, { operations }]) => operations > 1);
  expect(new Set(reads)).toEqual(new Set(written.map(([sequence]) => sequence)));
  expect(reads.length).toBeLessThanOrEqual(2 * written.length);
  expect(most()).toBeLessThanOrEqual(4);
});

test('a seller whose repetitions wait for the journal has used its share of the queue', async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const { offer, reads } = driven(3, gate);
  await offer([initialise]);
  await offer(orders());
  const again = offer(orders());
  // All of them are out of the queue by then, and wait for what the journal says.
  while (reads.length === 0) await nextTurn();
  const flood = offer(orders());
  open();
  expect(await flood).toBe('OVERLOADED');
  expect(new Set(await again)).toEqual(new Set(['APPLIED']));
  expect(new Set(await offer(orders()))).toEqual(new Set(['APPLIED']));
});

test('a read that fails is tried again, however long the database is away', async () => {
  const briefly = driven(5);
  await briefly.offer([initialise]);
  expect(await briefly.offer([initialise])).toEqual(['APPLIED']);
  expect([briefly.reads.length, briefly.ended]).toEqual([6, []]);
  // With a second between the tries: more than two minutes.
  const long = driven(150);
  await long.offer([initialise]);
  expect(await long.offer([initialise])).toEqual(['APPLIED']);
  expect([long.reads.length, long.ended]).toEqual([151, []]);
});

test('a record that is not there where an answer stands ends the leadership by its name', async () => {
  const { offer, records, ended } = driven(0);
  await offer([initialise]);
  records.clear();
  expect(await offer([initialise])).toBe('NOT_OWNER');
  expect(String(ended[0])).toContain('record missing');
});
