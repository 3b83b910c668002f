import type { LineFulfilment } from '@astrolabe/kernel';
import { tmallOrder } from '@astrolabe/kernel';
import { channelLine, channelOrder } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import { audience, strangersOf } from '../src/domain/audience.ts';
import type { Settings } from '../src/domain/audience.ts';
import { abandoned, achieved } from '@astrolabe/outbound';
import { NO_SPI, newCall, newPushedOrder } from '../src/domain/pushed-order.ts';
import type { PushedOrder } from '../src/domain/pushed-order.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const SETTINGS: Settings = {
  spiUrl: '',
  method: 'RETURNED',
  onboardingAppKey: '',
  applications: [
    { appKey: '1', omni: true },
    { appKey: '2', omni: true },
    { appKey: '3', omni: false },
  ],
};
const order = (
  parts: Partial<PushedOrder>,
  fulfilments: readonly LineFulfilment[] = ['OMNI', 'ALONG'],
): PushedOrder => {
  const orderRef = tmallOrder('21230', '1');
  const lines = fulfilments.map((fulfilment, index) => channelLine(String(index), { fulfilment }));
  const shown = { ...channelOrder(orderRef, { lines }), publishedAt: NOW };
  return { ...newPushedOrder(orderRef, NOW), order: shown, ...parts };
};
const done = achieved(newCall(NOW));
const to = (parts: Partial<PushedOrder>, settings: Partial<Settings> = {}): string =>
  audience(order(parts), { ...SETTINGS, ...settings }).join(',');

describe('before the shipment', () => {
  test('model A: no part of the flow reaches the merchant', () => {
    const allocated = { allocator: 'astrolabe', allocation: 1, notified: 1 } as const;
    expect(to({ ...allocated, acceptor: 'dianzhanggui' })).toBe('');
  });

  test('model C: the ISV, once the POS was told of the newest allocation', () => {
    const pos = { allocator: 'astrolabe', acceptor: 'pos' } as const;
    expect(to({ ...pos, allocation: 0, notified: 0 })).toBe('');
    expect(to({ ...pos, allocation: 1, notified: 0 })).toBe('');
    expect(to({ ...pos, allocation: 1, notified: 1 })).toBe('1,2');
    expect(to({ ...pos, allocation: 1, notified: 1 }, { onboardingAppKey: '2' })).toBe('2');
    expect(to({ ...pos, allocation: 2, notified: 1 })).toBe('');
  });

  test('models B and D: by the answer, or by the onboarding; never an application without omni', () => {
    const asked = { allocator: 'isv', allocate: done, returned: ['2', '3', '99'] } as const;
    expect(to(asked)).toBe('2');
    expect(to(asked, { method: 'ONBOARDING', onboardingAppKey: '1' })).toBe('1');
    const open = newCall(NOW);
    for (const allocate of [open, { ...open, state: 'BEGUN' }, abandoned(open, NO_SPI)] as const) {
      expect(to({ ...asked, allocate })).toBe('');
    }
    const gaveUp = abandoned(open, { code: 'AWAY', message: '' });
    expect(to({ ...asked, allocate: gaveUp })).toBe('2');
    expect(strangersOf(order(asked), SETTINGS)).toEqual(['99']);
    expect(strangersOf(order(asked), { ...SETTINGS, method: 'ONBOARDING' })).toEqual([]);
  });

  test('who has the order stays informed when another one is returned', () => {
    const call = achieved(newCall(NOW));
    const row = { ...call, appKey: '1', wanted: 1, written: 1, writtenAt: NOW };
    expect(to({ allocator: 'isv', allocate: done, returned: ['2'], rows: [row] })).toBe('1,2');
  });
});

test('shipped means every sub-order that is still to be shipped, and then everybody gets it', () => {
  expect(to({ shipped: ['0'] })).toBe('');
  expect(to({ shipped: ['0', '1'] })).toBe('1,2,3');
  expect(to({ shipped: ['0'], closed: ['1'] })).toBe('1,2,3');
  expect(to({ closed: ['0', '1'] })).toBe('');
});

test('an order without omni-channel goods goes to everybody at once; an unknown one to nobody', () => {
  expect(audience(order({}, ['OWN', 'OWN']), SETTINGS)).toEqual(['1', '2', '3']);
  expect(audience(order({ order: null, allocate: done, allocator: 'isv' }), SETTINGS)).toEqual([]);
});
