import { join } from 'node:path';
import { eventually } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createJournal } from '../../src/adapters/mongo/journal.ts';
import { decidedIn } from '../../src/application/journal/unpack.ts';
import { CERTAIN, GOODS, WH, command, initialise, milli } from '../commands.ts';
import { arena, connector } from './processes.ts';

const SHIFTED = { NODE_OPTIONS: `--import=${join(import.meta.dirname, 'shifted-clock.mjs')}` };
const HOUR_MS = 3_600_000;
const TTL_MS = 4_000;
const LATE_MAX_MS = 2_000;

const stage = await arena();
const connect = connector();

const promise = (holdRef: string) =>
  command({
    $case: 'reserve',
    value: {
      holdRef,
      channel: 'tmall',
      ttlMs: BigInt(TTL_MS),
      buyerRef: '',
      lines: [{ lineId: '1', goodsId: GOODS, quantityMilli: milli(1), place: WH, kind: CERTAIN }],
    },
  });

test('clocks that jump, and a successor that is ten minutes behind: no hold ends early or much later', async () => {
  const { db } = await stage.connect('clock');
  const journal = createJournal(db);
  const records = () => journal.readAfter('p0000', 0, 1_000);
  const jumps = { CLOCK_JUMPS_MS: `${HOUR_MS},${-2 * HOUR_MS}` };
  const owner = await stage.start('clock', { ...SHIFTED, ...jumps });
  const client = connect(owner.port);
  await client.call('execute', { command: initialise(WH, CERTAIN, 10) });
  const lateMs: Record<string, number> = {};

  /** When the journal says that something was done to the hold; null while it does not. */
  const timeOf = async (verb: 'RESERVE' | 'EXPIRE', ref: string): Promise<number | null> => {
    for (const record of await records()) {
      for (const { command: done } of decidedIn(record)) {
        if (done.body.verb === verb && done.body.ref === ref) return record.timeMs;
      }
    }
    return null;
  };
  /** Makes a hold for some seconds, disturbs, and waits until the journal says that it is over. */
  const outlives = async (ref: string, disturb: () => Promise<void> | void): Promise<void> => {
    const askedMs = performance.now();
    const { outcome } = await client.call('execute', { command: promise(ref) });
    expect(outcome?.reason).toBe('');
    await disturb();
    const endedMs = await eventually(
      async () => {
        const at = await timeOf('EXPIRE', ref);
        expect(at).not.toBeNull();
        return at ?? 0;
      },
      { timeoutMs: 20_000, intervalMs: 50 },
    );
    // The journal's clock and the one of this process, which nobody has set.
    expect(performance.now() - askedMs).toBeGreaterThanOrEqual(TTL_MS);
    const late = endedMs - ((await timeOf('RESERVE', ref)) ?? 0) - TTL_MS;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(LATE_MAX_MS);
    lateMs[ref] = late;
  };

  await outlives('an hour ahead', () => owner.kill('SIGWINCH'));
  await outlives('an hour behind', () => owner.kill('SIGWINCH'));
  const behind = { ...SHIFTED, CLOCK_AHEAD_MS: '-600000' };
  const successor = await stage.start('clock', behind);
  await outlives('taken over', async () => {
    owner.kill('SIGKILL');
    await owner.exited;
  });
  const { holds } = await connect(successor.port).call('listHolds', {
    sellerId: promise('').sellerId,
    goodsId: '',
    page: undefined,
  });
  expect(holds).toEqual([]);

  const times = (await records()).map(({ timeMs }) => timeMs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(spanMs).toBeLessThan(HOUR_MS / 10);
  process.stdout.write(`clock jumps: ${JSON.stringify({ lateMs, monotone: true })}\n`);
}, 120_000);
