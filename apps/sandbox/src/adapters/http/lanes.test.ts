import { expect, test } from 'vitest';
import { createLanes } from './lanes.ts';
import type { Urgency } from './lanes.ts';

/** Lets everything run that is ready to. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what concerns an order in hand overtakes what is new, and no party waits for another', async () => {
  const lanes = createLanes(1_024);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const call = (name: string, urgency: Urgency, party: 'tmall' | 'pos' = 'tmall') =>
    lanes[party].run(urgency, async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    });
  const payments = Array.from({ length: 40 }, (_, n) => call(`paid ${n}`, 'new'));
  await settled();
  const atOnce = begun.length;
  expect(atOnce).toBeLessThan(payments.length);

  const shipped = call('shipped', 'known');
  const answer = call('accepted', 'known', 'pos');
  await settled();
  expect(begun.slice(atOnce)).toEqual(['accepted']);

  ends[0]?.();
  await settled();
  expect(begun.slice(atOnce)).toEqual(['accepted', 'shipped']);
  for (let at = 1; at < payments.length + 2; at += 1) {
    ends[at]?.();
    await settled();
  }
  const told = payments.map((_, n) => `paid ${n}`);
  expect(await Promise.all(payments)).toEqual(told);
  expect(begun.filter((name) => name.startsWith('paid'))).toEqual(told);
  expect(await Promise.all([shipped, answer])).toEqual(['shipped', 'accepted']);
  await lanes.close();
});

test('a run may have more calls under way, and the next has as many as usual', async () => {
  const lanes = createLanes(1_024);
  const ends: (() => void)[] = [];
  const pay = () =>
    lanes.tmall.run('new', () => new Promise<void>((resolve) => ends.push(resolve)));
  lanes.tmall.allow(20);
  const crowd = Array.from({ length: 40 }, pay);
  await settled();
  expect(ends).toHaveLength(20);
  lanes.tmall.allow();
  for (let at = 0; at < 40; at += 1) {
    ends[at]?.();
    await settled();
  }
  await Promise.all(crowd);
  const next = Array.from({ length: 40 }, pay);
  await settled();
  expect(ends.length - 40).toBe(8);
  for (let at = 40; at < 80; at += 1) {
    ends[at]?.();
    await settled();
  }
  await Promise.all(next);
  await lanes.close();
});
