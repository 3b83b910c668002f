import { describe, expect, test } from 'vitest';
import { allocate, seeShipped } from '../src/domain/allocate.ts';
import type { Fulfilment } from '../src/domain/fulfilment.ts';
import { askRefund } from '../src/domain/refund.ts';
import { report } from '../src/domain/report.ts';
import { shipWarehouses } from '../src/domain/tmall-shipment.ts';
import { MODELS, NOW, SUB, SUB_2, allocation, at, line } from './orders.ts';

const WH = { type: 'WAREHOUSE', id: 'WH-01' } as const;

/** One sub-order at the warehouse, and another at a store where the order is split. */
function atWarehouse(split = false): Fulfilment {
  const given = allocation(1, '1342');
  const lines = [
    { ...line(), place: WH, placeName: 'WH-01' },
    ...(split
      ? [{ ...line(SUB_2), place: { type: 'STORE', id: '1342' } as const, placeName: '余杭店' }]
      : []),
  ];
  return allocate(null, { ...given, lines }, NOW).fulfilment;
}

const shipped = (fulfilment: Fulfilment, allocator: 'ISV' | 'ASTROLABE' = 'ASTROLABE') =>
  shipWarehouses(seeShipped(fulfilment, [SUB, SUB_2]), allocator, at(3), NOW);

const statuses = (fulfilment: Fulfilment, subOrderId = SUB) =>
  fulfilment.tasks
    .find((task) => task.subOrderId === subOrderId)
    ?.history.map((entry) => `${entry.status} ${entry.operator}`);

describe("Tmall's shipment", () => {
  test('is the shipment of the warehouse, and not that of a store', () => {
    const { fulfilment, shipped: tasks } = shipped(atWarehouse(true));
    expect(tasks.map(({ subOrderId }) => subOrderId)).toEqual([SUB]);
    expect(statuses(fulfilment)).toEqual(['OFFERED astrolabe', 'SHIPPED tmall']);
    expect(statuses(fulfilment, SUB_2)).toEqual(['OFFERED astrolabe']);
    expect(fulfilment.tasks[0]?.history.at(-1)).toMatchObject({ happenedAt: at(3), place: WH });
  });

  test('counts once', () => {
    const { fulfilment } = shipped(atWarehouse());
    const again = shipped(fulfilment);
    expect(again.shipped).toEqual([]);
    expect(statuses(again.fulfilment)).toEqual(statuses(fulfilment));
  });

  test("is told to the seller's router where there is one", () => {
    const kinds = (allocator: 'ISV' | 'ASTROLABE') =>
      shipped(atWarehouse(), allocator).fulfilment.notifications.map(({ kind }) => kind);
    expect(kinds('ISV')).toContain('CONSIGNED');
    expect(kinds('ASTROLABE')).not.toContain('CONSIGNED');
  });

  test('answers a refund that was asked of the warehouse: the goods are out', () => {
    const wanted = [{ subOrderId: SUB, refundId: '7', feeFen: 1n }];
    const asked = askRefund(atWarehouse(), wanted, NOW).fulfilment;
    expect(statuses(shipped(asked).fulfilment)?.slice(1)).toEqual([
      'CANCEL_ASKED astrolabe',
      'CANCEL_DENIED tmall',
      'SHIPPED tmall',
    ]);
  });

  test('ships nothing that is closed, refused or not allocated', () => {
    const closed = atWarehouse();
    const tasks = closed.tasks.map((task) => ({ ...task, closed: true }));
    expect(shipped({ ...closed, tasks }).shipped).toEqual([]);
    const refused = closed.tasks.map((task) => ({ ...task, status: 'REFUSED' as const }));
    expect(shipped({ ...closed, tasks: refused }).shipped).toEqual([]);
    const nowhere = closed.tasks.map((task) => ({ ...task, status: null, place: null }));
    expect(shipped({ ...closed, tasks: nowhere }).shipped).toEqual([]);
  });

  test('an acceptance that the warehouse reports afterwards was before it', () => {
    const { fulfilment } = shipped(atWarehouse());
    const sent = {
      subOrderIds: [SUB],
      status: 'ACCEPTED',
      channel: 'OMNIORDER' as const,
      place: WH,
      flow: 'SHIP' as const,
      operator: '小王',
      happenedAt: NOW,
      logistics: null,
    };
    const taken = report(fulfilment, sent, MODELS.C, NOW);
    expect(taken.ok && statuses(taken.value.fulfilment)).toEqual([
      'OFFERED astrolabe',
      'ACCEPTED 小王',
      'SHIPPED tmall',
    ]);
    expect(taken.ok && taken.value.fulfilment.tasks[0]?.status).toBe('SHIPPED');
    const refused = report(fulfilment, { ...sent, status: 'REFUSED' }, MODELS.C, NOW);
    expect(refused).toEqual({ ok: false, error: 'ILLEGAL_TRANSITION' });
  });
});
