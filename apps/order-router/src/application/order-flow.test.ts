import { describe, expect, test } from 'vitest';
import { Crash } from '../../test/fake-orders.ts';
import { STORE_123, STORE_1342, SUB, SUB2, WH_01, World, line, store } from '../../test/world.ts';

describe('the worked example of specification section 3.7', () => {
  test('paid, routed to 1342, accepted, shipped', async () => {
    const world = new World();
    await world.pay();
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
    expect(world.order.lines[0]).toMatchObject({ place: STORE_1342, kind: 'SHARED' });
    await world.answer('storeAccepted', 1, { place: STORE_1342 });
    expect(world.order.status).toBe('ACCEPTED');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
    await world.consign(1);
    expect(world.order.status).toBe('SHIPPED');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
    expect(world.orders.events.map((event) => event.type)).toEqual([
      'OrderAllocated',
      'OrderAccepted',
      'OrderShipped',
    ]);
    expect(world.orders.events[2]).toMatchObject({
      postFeeFen: 1000n,
      mailNo: '2323232',
      lines: [{ subOrderId: SUB, goodsId: 'g-1', quantityMilli: 2000n, paymentFen: 38_800n }],
    });
    expect(world.orders.writes).toBe(7);
  });

  test('refused: the guarantee stays and 123 is next', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeRefused', 1);
    expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 2 });
    expect(world.order.lines[0]).toMatchObject({ place: STORE_123, refusedBy: [STORE_1342] });
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
    await world.answer('storeAccepted', 2);
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '0/0']);
  });

  test('nobody left: the warehouse that holds the guarantee, without moving anything', async () => {
    const world = new World();
    world.stores = [store('1342')];
    await world.pay();
    await world.answer('storeRefused', 1);
    expect(world.order.lines[0]).toMatchObject({ place: WH_01, kind: 'CERTAIN' });
    expect(world.stock.commands.filter((id) => id.includes(':route:'))).toHaveLength(1);
    await world.answer('storeAccepted', 2);
    expect(world.cells).toEqual(['8/0', '4/0', '3/0', '2/0']);
  });

  test('closed before acceptance: all holds are released', async () => {
    const world = new World();
    await world.pay();
    await world.close();
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '2/0']);
  });
});

test('everybody refused: AllocateFail, and the holds stay', async () => {
  const world = new World();
  world.stores = [store('1342')];
  await world.pay();
  await world.answer('storeRefused', 1);
  await world.answer('storeRefused', 2);
  expect(world.order.status).toBe('ALLOCATE_FAILED');
  expect(world.orders.events.at(-1)).toMatchObject({
    type: 'OrderAllocationFailed',
    allocation: 3,
  });
  expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/0']);
});

test('no certain stock: unfulfillable, nothing held', async () => {
  const world = new World();
  await world.pay({ lines: [line(SUB, { quantityMilli: 11_000n })] });
  expect(world.order).toMatchObject({
    status: 'UNFULFILLABLE',
    unfulfillable: 'NO_CERTAIN_STOCK',
    headCall: null,
  });
  expect(world.stock.totalHeld()).toBe(0n);
});

test('goods that nobody knows: unfulfillable without asking the stock', async () => {
  const world = new World();
  world.goodsKnown = false;
  await world.pay();
  expect(world.order.unfulfillable).toBe('UNKNOWN_GOODS');
  expect(world.stock.commands).toEqual([]);
});

test('stock is held as the order’s channel wants it', async () => {
  const world = new World();
  const hold = { kind: 'CERTAIN', ttlMs: 900_000n } as const;
  await world.pay({ hold });
  expect(world.stock.policies).toEqual([hold]);
});

test('an order without omni-channel goods is none of ours', async () => {
  const world = new World();
  await world.pay({ lines: [line(SUB, { fulfilment: 'OWN' })] });
  expect(world.orders.documents.size).toBe(0);
});

test('the stock of the chosen place is gone when it is to be held: the next one is chosen', async () => {
  const world = new World();
  world.beforeStock = (id) => {
    if (id.endsWith(':route:1:1')) world.stock.set(STORE_1342, 'g-1', 'SHARED', 1);
  };
  await world.pay();
  expect(world.order).toMatchObject({ status: 'ALLOCATED', allocation: 1, attempt: 2 });
  expect(world.order.lines[0]?.place).toEqual(STORE_123);
  expect(world.order.decisions).toHaveLength(2);
});

describe('close against acceptance', () => {
  test('accepted first: the store is asked, and its word gives the stock back', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    await world.close();
    expect(world.order.status).toBe('ACCEPTED');
    expect(world.told).toContain('CLOSE_ASKED');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
    await world.answer('refundAgreed', 1);
    expect(world.order.status).toBe('CLOSED');
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '2/0']);
  });

  test('shipped first: the goods are on their way', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    await world.consign(1);
    await world.close();
    expect(world.order.status).toBe('SHIPPED');
    expect(world.told).toContain('CLOSE_TOO_LATE');
    expect(world.cells).toEqual(['10/0', '2/0', '3/0', '2/0']);
  });

  test('closed first: the acceptance changes nothing', async () => {
    const world = new World();
    await world.pay();
    await world.close();
    await world.answer('storeAccepted', 1);
    expect(world.order.status).toBe('CLOSED');
    expect(world.told).toContain('ACCEPTANCE_IGNORED');
    expect(world.cells).toEqual(['10/0', '4/0', '3/0', '2/0']);
  });

  test('a close that overtakes the payment leaves a closed order', async () => {
    const world = new World();
    await world.close();
    await world.pay();
    expect(world.order.status).toBe('CLOSED');
    expect(world.stock.commands).toEqual([]);
  });

  test('a close of one line that overtakes the payment leaves the other line to be served', async () => {
    const world = new World();
    const lines = [line(SUB), line(SUB2, { state: 'CLOSED' })];
    await world.close({ state: 'PAID', lines });
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    expect(world.order.status).toBe('ALLOCATED');
    expect(world.order.lines.map((l) => l.state)).toEqual(['ALLOCATED', 'CLOSED']);
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
  });

  test('one of two lines closed: state and holds of the other stay', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    expect(world.cells).toEqual(['10/4', '4/4', '3/0', '2/0']);
    await world.close({
      state: 'PAID',
      lines: [line(SUB), line(SUB2, { state: 'CLOSED' })],
    });
    expect(world.order.lines.map((l) => l.state)).toEqual(['ALLOCATED', 'CLOSED']);
    expect(world.cells).toEqual(['10/2', '4/2', '3/0', '2/0']);
  });

  test('closed while the reservation is out: it is made and released', async () => {
    const world = new World();
    world.beforeStock = () => {
      throw new Crash('the answer is lost');
    };
    await world.pay();
    await world.close();
    world.beforeStock = () => undefined;
    world.now += 60_000;
    await world.sweep();
    expect(world.order).toMatchObject({ status: 'CLOSED', headCall: null });
    expect(world.stock.totalHeld()).toBe(0n);
  });
});

describe('more than one line', () => {
  test('the whole order goes to one place, also when one line is refused', async () => {
    const world = new World();
    await world.pay({
      lines: [line(SUB, { quantityMilli: 1000n }), line(SUB2, { quantityMilli: 1000n })],
    });
    expect(world.order.lines.map((l) => l.place)).toEqual([STORE_1342, STORE_1342]);
    await world.answer('storeRefused', 1, { subOrderIds: [SUB] });
    expect(world.order.lines.map((l) => l.place)).toEqual([STORE_123, STORE_123]);
    expect(world.cells).toEqual(['10/2', '4/0', '3/0', '2/2']);
  });

  test('one accepted, the other refused: the other fails, for the order is never split', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB] });
    await world.answer('storeRefused', 1, { subOrderIds: [SUB2] });
    expect(world.order.lines.map((l) => l.state)).toEqual(['ACCEPTED', 'FAILED']);
    expect(world.orders.events.at(-1)).toMatchObject({ reason: 'WOULD_SPLIT' });
    expect(world.cells).toEqual(['10/2', '2/0', '3/0', '2/0']);
  });

  test('shipped one after the other: the postage is told once', async () => {
    const world = new World();
    await world.pay({ lines: [line(SUB), line(SUB2)] });
    await world.answer('storeAccepted', 1, { subOrderIds: [SUB, SUB2] });
    await world.consign(1, { subOrderIds: [SUB2] });
    await world.consign(1, { subOrderIds: [SUB] });
    const fees = world.orders.events.flatMap((e) =>
      e.type === 'OrderShipped' ? e.postFeeFen : [],
    );
    expect(fees).toEqual([1000n, 0n]);
    expect(world.order.status).toBe('SHIPPED');
  });
});

test('an acceptance of an older allocation is written down and ignored', async () => {
  const world = new World();
  await world.pay();
  await world.answer('storeRefused', 1);
  await world.answer('storeAccepted', 1, { place: STORE_1342 });
  expect(world.order.status).toBe('ALLOCATED');
  expect(world.told.at(-1)).toBe('ACCEPTANCE_IGNORED');
});
