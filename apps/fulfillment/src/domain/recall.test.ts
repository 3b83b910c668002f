import { tmallOrder } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import type { Allocation } from './allocate.ts';
import { changeTasks } from './fulfilment.ts';
import type { Fulfilment } from './fulfilment.ts';
import { openNotification } from './notify.ts';
import { recall } from './recall.ts';
import type { FlowStatus } from './status.ts';

const AT = new Date('2016-09-22T02:00:00Z');
const SUBS = ['1', '2'];

const allocation = (number: number, storeId: string): Allocation => ({
  orderRef: tmallOrder('21230', '2004574256073903'),
  allocation: number,
  flow: 'SHIP',
  allocatedAt: AT,
  notify: true,
  lines: SUBS.map((subOrderId) => ({
    subOrderId,
    place: { type: 'STORE', id: storeId },
    placeName: '',
    itemId: 'item',
    skuId: 'sku',
    outerId: '',
    quantity: 1_000n,
  })),
});

const offered = (): Fulfilment => allocate(null, allocation(1, '1342'), AT).fulfilment;
const standsAt = (status: FlowStatus, of: readonly string[] = SUBS): Fulfilment =>
  changeTasks(offered(), of, (task) => ({ ...task, status }));
const wanted = (change: Partial<Parameters<typeof recall>[1]> = {}) => ({
  subOrderIds: SUBS,
  allocation: 1,
  acceptedToo: false,
  ...change,
});

function done(fulfilment: Fulfilment, change = {}) {
  const result = recall(fulfilment, wanted(change));
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('an allocator takes sub-orders back', () => {
  test('what was offered stands nowhere, nobody is told of it, and the next allocation is given', () => {
    const { fulfilment, standing } = done(offered());
    expect(standing).toBeNull();
    expect(fulfilment.tasks.map(({ place, status }) => [place, status])).toEqual([
      [null, null],
      [null, null],
    ]);
    expect(openNotification(fulfilment)).toBeNull();
    const next = allocate(fulfilment, allocation(2, '123'), AT);
    expect(next.given.map(({ place }) => place?.id)).toEqual(['123', '123']);
    expect(next.fulfilment.tasks[0]?.history.map(({ withdrawn = false }) => withdrawn)).toEqual([
      true,
      false,
    ]);
  });

  test('again it changes nothing', () => {
    const { fulfilment } = done(offered());
    expect(done(fulfilment)).toEqual({ fulfilment, standing: null });
  });

  test.each<FlowStatus>(['ACCEPTED', 'REFUSED', 'SHIPPED', 'CANCEL_ASKED', 'READY'])(
    '%s of one sub-order keeps all of them',
    (status) => {
      const before = standsAt(status, ['2']);
      expect(done(before)).toEqual({ fulfilment: before, standing: status });
    },
  );

  test('what was accepted only where that is wanted too, and never what has left', () => {
    expect(done(standsAt('ACCEPTED'), { acceptedToo: true }).standing).toBeNull();
    expect(done(standsAt('SHIPPED'), { acceptedToo: true }).standing).toBe('SHIPPED');
  });

  test('an allocation that is not here yet is waited for; an older one is stale', () => {
    expect(recall(offered(), wanted({ allocation: 2 }))).toMatchObject({ error: 'NOT_KNOWN_YET' });
    expect(recall(null, wanted())).toMatchObject({ error: 'NOT_KNOWN_YET' });
    const moved = allocate(offered(), allocation(2, '123'), AT).fulfilment;
    expect(done(moved).standing).toBe('STALE');
  });
});
