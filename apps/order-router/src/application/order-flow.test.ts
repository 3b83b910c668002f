import { describe, expect, test } from 'vitest';
import {
  Crash,
  SHIPMENT,
  STORE_123,
  STORE_1342,
  SUB,
  SUB2,
  WH_01,
  World,
  line,
  must,
  store,
} from '../../test/world.ts';

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
    nextAt: null,
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

test('an order without omni-channel goods is none of ours', async () => {
  const world = new World();
  await world.pay({ lines: [line(SUB, { omni: false })] });
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
  test('accepted first: the close changes nothing', async () => {
    const world = new World();
    await world.pay();
    await world.answer('storeAccepted', 1);
    await world.close();
    expect(world.order.status).toBe('ACCEPTED');
    expect(world.told).toContain('CLOSE_TOO_LATE');
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
    const lines = [line(SUB), line(SUB2, { status: 'TRADE_CLOSED' })];
    await world.close({ status: 'WAIT_SELLER_SEND_GOODS', lines });
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
      status: 'WAIT_SELLER_SEND_GOODS',
      lines: [line(SUB), line(SUB2, { status: 'TRADE_CLOSED' })],
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
    expect(world.order).toMatchObject({ status: 'CLOSED', nextAt: null });
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
    status = 'Allocated',
  ) => ({
    subOrderId,
    place,
    status,
    description: '',
    attributes: { gift: 'G-1' },
  });

  test('waits with its stock reserved', async () => {
    const world = await isv();
    expect(world.order).toMatchObject({ status: 'AWAITING_ALLOCATION', nextAt: null });
    expect(world.cells[0]).toBe('10/4');
  });

  test('lines may go to different places; stock is moved where the seller did not', async () => {
    const world = await isv();
    must(await world.report(world.order, [reportOf(SUB, STORE_1342), reportOf(SUB2, WH_01)]));
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
  });

  test('the same report again changes nothing', async () => {
    const world = await isv();
    must(await world.report(world.order, [reportOf(SUB, STORE_1342)]));
    const { writes } = world.orders;
    must(await world.report(world.order, [reportOf(SUB, STORE_1342)]));
    expect(world.orders.writes).toBe(writes);
  });

  test('another place releases the shared hold of the first one', async () => {
    const world = await isv();
    must(await world.report(world.order, [reportOf(SUB, STORE_1342)]));
    must(await world.report(world.order, [reportOf(SUB, WH_01)]));
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
    expect(await world.report(world.order, lines)).toEqual({ ok: false, error: code });
  });

  test('no stock at the place: refused, and the line has failed until the next report', async () => {
    const world = await isv();
    world.stock.set(STORE_1342, 'g-1', 'SHARED', 1);
    expect(await world.report(world.order, [reportOf(SUB, STORE_1342)])).toEqual({
      ok: false,
      error: 'INSUFFICIENT_STOCK',
    });
    must(await world.report(world.order, [reportOf(SUB, WH_01), reportOf(SUB2, WH_01)]));
    expect(world.order.status).toBe('ALLOCATED');
  });

  test('is refused where this platform allocates, and for an accepted line', async () => {
    const ours = new World();
    await ours.pay();
    const report = [reportOf(SUB, WH_01)];
    expect(await ours.report(ours.order, report)).toEqual({ ok: false, error: 'OUT_OF_SCOPE' });
    const world = await isv();
    must(await world.report(world.order, [reportOf(SUB, STORE_1342)]));
    await world.answer('storeAccepted', 1);
    const late = await world.report(world.order, report);
    expect(late).toEqual({ ok: false, error: 'ILLEGAL_TRANSITION' });
  });

  test('a refusal waits for the next report', async () => {
    const world = await isv();
    must(await world.report(world.order, [reportOf(SUB, STORE_1342), reportOf(SUB2, WH_01)]));
    await world.answer('storeRefused', 1, { subOrderIds: [SUB] });
    expect(world.order).toMatchObject({ status: 'AWAITING_ALLOCATION' });
    expect(world.cells).toEqual(['10/4', '4/0', '3/0', '2/0']);
    expect(world.order.lines[1]).toMatchObject({ state: 'ALLOCATED', place: WH_01 });
  });
});

describe('a crash anywhere is harmless', () => {
  const story = async (world: World): Promise<void> => {
    const origin = (sequence: bigint, source: string) => ({ sequence, source });
    const { tradeId, sellerId } = { sellerId: '21230', tradeId: '2004574256073903' };
    const name = { sellerId, tradeId };
    const settle = async (): Promise<void> => {
      for (let i = 0; i < 20 && world.order.nextAt; i += 1) {
        world.now += 120_000;
        await world.sweep();
      }
    };
    const until = async (act: () => Promise<unknown>): Promise<void> => {
      for (let i = 0; i < 20; i += 1) {
        try {
          await act();
          await settle();
          return;
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
        }
      }
      throw new Error('never came through');
    };
    const { trade } = await import('../../test/world.ts');
    await until(() =>
      world.handleTrade({ kind: 'tradePaid', origin: origin(1n, 'g'), trade: trade() }),
    );
    const answer = (allocation: number) => world.answerOf(allocation, {});
    await until(() =>
      world.handle(name, { kind: 'storeRefused', origin: origin(2n, 'f'), answer: answer(1) }),
    );
    await until(() =>
      world.handle(name, { kind: 'storeAccepted', origin: origin(4n, 'f'), answer: answer(2) }),
    );
    await until(() =>
      world.handle(name, {
        kind: 'storeConsigned',
        origin: origin(5n, 'f'),
        answer: answer(2),
        shipment: SHIPMENT,
      }),
    );
  };
  const outcome = (world: World): unknown => ({
    cells: world.cells,
    status: world.order.status,
    events: world.orders.events.map((event) => event.type),
    refusals: world.refusals,
    nextAt: world.order.nextAt,
  });

  test('at every write and around every stock command', async () => {
    const calm = new World();
    await story(calm);
    const expected = outcome(calm);
    expect(expected).toMatchObject({ cells: ['10/0', '4/0', '3/0', '0/0'], status: 'SHIPPED' });
    for (const where of ['beforeWrite', 'afterWrite', 'beforeStock', 'afterStock'] as const) {
      for (let at = 1; at <= 20; at += 1) {
        const world = new World();
        let count = 0;
        const crash = (): void => {
          count += 1;
          if (count === at) throw new Crash(`${where} ${at}`);
        };
        if (where === 'beforeWrite' || where === 'afterWrite') world.orders[where] = crash;
        else world[where] = crash;
        await story(world);
        expect(outcome(world), `${where} ${at}`).toEqual(expected);
      }
    }
  });
});
