import { describe, expect, test } from 'vitest';
import { STORE_1342, SUB, SUB2, WH_01, World, line, must } from '../../test/world.ts';

describe('the seller allocates (models B, D)', () => {
  const isv = async (): Promise<World> => {
    const world = new World();
    world.settings = { allocator: 'isv', acceptor: 'pos' };
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    return world;
  };
  const reportOf = (
    subOrderId: string,
    place: typeof STORE_1342 | typeof WH_01,
    status = 'ALLOCATED',
  ) => ({
    subOrderId,
    place,
    status,
    description: '',
    attributes: { gift: 'G-1' },
  });

  test('waits with its stock reserved', async () => {
    const world = await isv();
    // People read it: the merchant's time, as everywhere in the pages.
    expect(world.order.timeline[0]?.detail).toMatch(/^paid \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(world.order).toMatchObject({ status: 'AWAITING_ALLOCATION', headCall: null });
    expect(world.cells[0]).toBe('10/4');
  });

  test('lines may go to different places; stock is moved where the seller did not', async () => {
    const world = await isv();
    must(
      await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342), reportOf(SUB2, WH_01)]),
    );
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.cells).toEqual(['10/4', '4/2', '3/0', '2/0']);
    expect(world.orders.events.at(-1)).toMatchObject({
      type: 'OrderAllocated',
      allocatedBy: 'isv',
      lines: [
        { subOrderId: SUB, kind: 'SHARED', attributes: { gift: 'G-1' } },
        { subOrderId: SUB2, kind: 'CERTAIN', place: WH_01 },
      ],
    });
    // The timeline names both places, each with the sub-orders that go there.
    expect(world.order.timeline.at(-1)).toMatchObject({
      what: 'ALLOCATED',
      detail: `1: ${SUB} at STORE:1342 SHARED, ${SUB2} at WAREHOUSE:WH-01 CERTAIN`,
    });
  });

  test('the same report again changes nothing', async () => {
    const world = await isv();
    must(await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342)]));
    const { writes } = world.orders;
    must(await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342)]));
    expect(world.orders.writes).toBe(writes);
  });

  test('another place releases the shared hold of the first one', async () => {
    const world = await isv();
    must(await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342)]));
    must(await world.report(world.order.orderRef, [reportOf(SUB, WH_01)]));
    expect(world.cells).toEqual(['10/4', '4/0', '3/0', '2/0']);
    expect(world.order.lines[0]).toMatchObject({ allocation: 2, place: WH_01 });
  });

  test.each([
    ['UNKNOWN_SUB_ORDER', [reportOf('1', STORE_1342)]],
    ['UNKNOWN_STORE', [reportOf(SUB, { type: 'STORE', id: '77' } as never)]],
    ['UNKNOWN_STATUS', [reportOf(SUB, STORE_1342, 'Done')]],
    ['MISSING_FIELD', [{ ...reportOf(SUB, STORE_1342), place: null }]],
    ['MISSING_FIELD', []],
  ])('refuses with %s', async (code, lines) => {
    const world = await isv();
    expect(await world.report(world.order.orderRef, lines)).toEqual({ ok: false, error: code });
  });

  test('no stock at the place: refused, and the line has failed until the next report', async () => {
    const world = await isv();
    world.stock.set(STORE_1342, 'g-1', 'SHARED', 1);
    expect(await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342)])).toEqual({
      ok: false,
      error: 'INSUFFICIENT_STOCK',
    });
    must(await world.report(world.order.orderRef, [reportOf(SUB, WH_01), reportOf(SUB2, WH_01)]));
    expect(world.order.status).toBe('ALLOCATED');
  });

  test('is refused where this platform allocates, and for an accepted line', async () => {
    const ours = new World();
    await ours.pay();
    const report = [reportOf(SUB, WH_01)];
    expect(await ours.report(ours.order.orderRef, report)).toEqual({
      ok: false,
      error: 'OUT_OF_SCOPE',
    });
    const world = await isv();
    must(await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342)]));
    await world.answer('storeAccepted', 1);
    const late = await world.report(world.order.orderRef, report);
    expect(late).toEqual({ ok: false, error: 'ILLEGAL_TRANSITION' });
  });

  test('a refusal waits for the next report', async () => {
    const world = await isv();
    must(
      await world.report(world.order.orderRef, [reportOf(SUB, STORE_1342), reportOf(SUB2, WH_01)]),
    );
    await world.answer('storeRefused', 1, { subOrderIds: [SUB] });
    expect(world.order).toMatchObject({ status: 'AWAITING_ALLOCATION' });
    expect(world.cells).toEqual(['10/4', '4/0', '3/0', '2/0']);
    expect(world.order.lines[1]).toMatchObject({ state: 'ALLOCATED', place: WH_01 });
  });
});
