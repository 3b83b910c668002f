import type { Place } from '@astrolabe/kernel';
import { describe, expect, test } from 'vitest';
import { allocate, seeShipped } from '../src/domain/allocate.ts';
import type { Fulfilment } from '../src/domain/fulfilment.ts';
import { report } from '../src/domain/report.ts';
import type { Report } from '../src/domain/rules.ts';
import { shipWarehouses } from '../src/domain/tmall-shipment.ts';
import { MODELS, NOW, SUB, allocation, line } from './orders.ts';

/** What the open interface makes of an id without a type. */
const asStore = (id: string): Place => ({ type: 'STORE', id });

const sent = (change: Partial<Report> = {}): Report => ({
  subOrderIds: [SUB],
  status: 'ACCEPTED',
  channel: 'STATUS_SYNC',
  place: asStore('WH-01'),
  flow: 'SHIP',
  operator: '小王',
  happenedAt: NOW,
  logistics: null,
  ...change,
});

const at = (place: Place): Fulfilment =>
  allocate(null, { ...allocation(1, '1342'), lines: [{ ...line(), place, placeName: '' }] }, NOW)
    .fulfilment;

const WH: Place = { type: 'WAREHOUSE', id: 'WH-01' };

const outcome = (...args: Parameters<typeof report>): string => {
  const done = report(...args);
  return done.ok ? (done.value.fulfilment.tasks[0]?.status ?? 'none') : done.error;
};

describe('orderStatus.* names an id without a type', () => {
  test.each([
    ['B', 'STATUS_SYNC'],
    ['C', 'STATUS_UPDATE'],
    ['D', 'STATUS_SYNC'],
  ] as const)('model %s, %s: the place that has the sub-order is meant', (model, channel) => {
    for (const place of [WH, { type: 'WAREHOUSE', id: '1342' } as const]) {
      const told = sent({ channel, place: asStore(place.id) });
      expect(outcome(at(place), told, MODELS[model], NOW)).toBe('ACCEPTED');
    }
  });

  test('no other place than that one', () => {
    const told = sent({ place: asStore('WH-02') });
    expect(outcome(at(WH), told, MODELS.D, NOW)).toBe('WRONG_PLACE');
    expect(outcome(at(WH), told, MODELS.B, NOW)).toBe('WRONG_SETTER');
  });

  test('of a store the ISV of model B has nothing to say', () => {
    const told = sent({ place: asStore('1342') });
    expect(outcome(at(asStore('1342')), told, MODELS.B, NOW)).toBe('WRONG_SETTER');
  });

  test('the interfaces stay those of the models', () => {
    expect(outcome(at(WH), sent(), MODELS.A, NOW)).toBe('OUT_OF_SCOPE');
    expect(outcome(at(WH), sent(), MODELS.C, NOW)).toBe('OUT_OF_SCOPE');
    for (const model of [MODELS.A, MODELS.B]) {
      const told = sent({ channel: 'OMNIORDER', place: WH });
      expect(outcome(at(WH), told, model, NOW)).toBe('OUT_OF_SCOPE');
    }
  });
});

test('a warehouse ships after Tmall has the shipment, in every model', () => {
  const accepted = report(at(WH), sent(), MODELS.B, NOW);
  if (!accepted.ok) throw new Error(accepted.error);
  const told = sent({ status: 'SHIPPED' });
  expect(outcome(accepted.value.fulfilment, told, MODELS.B, NOW)).toBe('TRADE_NOT_SHIPPED');
});

test('a waybill that follows the shipment is kept, and nothing else changes', () => {
  const { fulfilment } = shipWarehouses(seeShipped(at(WH), [SUB]), 'ASTROLABE', NOW, NOW);
  const logistics = { logisticId: '1', logisticCompany: '顺丰', mailNo: 'SF1', description: '' };
  const told = sent({ status: 'SHIPPED', channel: 'OMNIORDER', place: WH, logistics });
  const done = report(fulfilment, told, MODELS.C, NOW);
  if (!done.ok) throw new Error(done.error);
  expect(done.value.changed).toEqual([]);
  expect(done.value.fulfilment.tasks[0]).toEqual({ ...fulfilment.tasks[0], logistics });
  const other = { ...told, logistics: { ...logistics, mailNo: 'SF2' } };
  const again = report(done.value.fulfilment, other, MODELS.C, NOW);
  expect(again.ok && again.value.fulfilment.tasks[0]?.logistics).toEqual(logistics);
});
