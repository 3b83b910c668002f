import { err, ok } from '@astrolabe/kernel';
import { beforeEach, describe, expect, test } from 'vitest';
import { World, failed } from '../../test/world.ts';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('what a store has done', () => {
  const told = () =>
    world.platform.sent.filter(({ kind }) => kind === 'SHIP' || kind === 'STATUS').map(sentAs);
  const sentAs = ({ kind, billNum }: { kind: string; billNum: string }) => `${kind} ${billNum}`;

  beforeEach(async () => {
    await world.allocated();
  });

  test('is told once each; a shipment goes to Tmall first', async () => {
    for (const status of ['ACCEPTED', 'PACKED', 'SHIPPED']) {
      expect(await world.report(status)).toEqual(ok({ already: false }));
      expect(await world.report(status)).toEqual(ok({ already: true }));
      expect(await world.settle()).toBe(0);
    }
    expect(told()).toEqual(['STATUS ACCEPTED', 'STATUS PACKED', 'SHIP SHIPPED', 'STATUS SHIPPED']);
  });

  test('a shipment that Tmall refuses is not told as one, and may be reported again', async () => {
    world.platform.script.SHIP = [() => failed('refused', 'B04')];
    await world.report('SHIPPED');
    await world.settle();
    expect(told()).toEqual(['SHIP SHIPPED']);
    expect(world.stateOf('STATUS')).toEqual(['GIVEN_UP']);
    expect(await world.report('SHIPPED')).toEqual(ok({ already: false }));
    await world.settle();
    expect(world.stateOf('STATUS')).toEqual(['GIVEN_UP', 'SUCCEEDED']);
  });

  test('the answer of Tmall gets lost: Tmall is asked, it is not shipped again', async () => {
    world.platform.script.SHIP = [
      (apply) => {
        apply();
        return failed('unknown', 'NO_ANSWER');
      },
    ];
    await world.report('SHIPPED');
    await world.settle();
    expect(told()).toEqual(['SHIP SHIPPED', 'STATUS SHIPPED']);
  });

  test('a platform that does not answer is told again, within five minutes of the event', async () => {
    world.platform.script.STATUS = Array.from(
      { length: 8 },
      () => () => failed('unknown', 'NO_ANSWER'),
    );
    await world.report('ACCEPTED');
    expect(await world.settle()).toBeLessThan(300);
    expect(world.stateOf('STATUS')).toEqual(['SUCCEEDED']);
  });

  test('a later allocation does not forget what a store has done', async () => {
    world.platform.script.STATUS = [() => failed('unanswered', 'BUSY')];
    await world.report('ACCEPTED');
    await world.work();
    await world.allocated();
    expect(world.stateOf('STATUS')).toEqual(['SUCCEEDED']);
  });

  test('what cannot be told is refused at once', async () => {
    expect(await world.report('CANCEL_ASKED')).toEqual(err('UNKNOWN_STATUS'));
    expect(await world.report('SHIPPED', { logistics: null })).toEqual(err('MISSING_FIELD'));
    expect(await world.report('PACKED', { subOrderIds: ['7'] })).toEqual(err('UNKNOWN_SUB_ORDER'));
    world.allocations.state = null;
    expect(await world.report('PACKED')).toEqual(err('UNKNOWN_TRADE'));
  });
});
