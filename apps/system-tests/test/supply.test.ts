import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Warehouse } from '../src/supplies.ts';

let harness: Harness;
const opened: Warehouse[] = [];

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    extra: {
      fulfillment: { SUPPLY_RETRY_MS: '200' },
      'order-router': { PROCUREMENT_RETRY_MS: '200' },
    },
  });
});
afterAll(async () => {
  for (const one of opened) one.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

async function open(): Promise<Warehouse> {
  const one = await Warehouse.open(harness);
  opened.push(one);
  return one;
}

/** What the stock of a cancelled order comes to, with what its parcel has become. */
const untilOver = (one: Warehouse, id: string, stock: string, parcel?: string) =>
  eventually(async () => {
    const { state, parcels } = await one.supply(id);
    expect([state, parcels[0]?.state]).toEqual(['CANCELLED', parcel]);
    expect(await one.platform.stock()).toBe(stock);
  });

describe('shipments of purchase orders (document 000, interface 10)', () => {
  test('[P-A23] [P-A24] of 10 ordered 6 leave; 5 more are refused here; cancelled, the 4 are released', async () => {
    const one = await open();
    await one.confirmed('5001');
    expect(await one.ship('5001', 'A', 6n)).toBe('SHIPPED');
    expect(await one.ship('5001', 'A', 6n)).toBe('SHIPPED');
    expect(await one.ship('5001', 'B', 5n)).toBe('OVER_SHIPMENT');
    expect(await one.platform.stock()).toBe('4/4');
    await one.cancelled('5001');
    await untilOver(one, '5001', '4/0', 'SHIPPED');
    expect(await one.ship('5001', 'C', 4n)).toBe('CANCELLED');
    expect(await one.told()).toBe(1);
  });

  test('[P-A24] 6 and 4 are told to the platform, one more is refused here', async () => {
    const one = await open();
    await one.confirmed('5002');
    expect(await one.ship('5002', 'A', 6n)).toBe('SHIPPED');
    expect(await one.ship('5002', 'B', 4n)).toBe('SHIPPED');
    expect(await one.ship('5002', 'C', 1n)).toBe('OVER_SHIPMENT');
    expect(await one.told()).toBe(2);
    expect(await one.platform.stock()).toBe('0/0');
    const { parcels } = await one.supply('5002');
    expect(parcels.map(({ platformIds }) => platformIds.length)).toEqual([1, 1]);
  });

  test('[P-A22] cancelled before anything left: all is released, and nobody is told of a shipment', async () => {
    const one = await open();
    await one.confirmed('5003');
    await one.cancelled('5003');
    await untilOver(one, '5003', '10/0');
    expect(await one.ship('5003', 'A', 1n)).toBe('CANCELLED');
    expect(await one.told()).toBe(0);
  });

  test('[P-A25] an order that waits for our confirmation is not shipped, and nobody is told', async () => {
    const one = await open();
    const refusal = { kind: 'refusal', code: 'SYSTEM_ERROR' };
    await one.platform.faults(
      'confirm',
      Array.from({ length: 50 }, () => refusal),
    );
    await one.ordered('5004', 'wait_supplier_confirm');
    await eventually(async () => {
      expect((await one.platform.calls('confirm')).length).toBeGreaterThan(0);
    });
    expect(await one.ship('5004', 'A', 1n)).toBe('NOT_CONFIRMED');
    expect(await one.told()).toBe(0);
    expect(await one.platform.stock()).toBe('10/10');
  });

  test('[field W2] the answer is lost: what the platform shows counts, and it is called once', async () => {
    const one = await open();
    await one.confirmed('5005');
    await one.platform.faults('ship', [{ kind: 'lost', isMade: true }]);
    expect(await one.ship('5005', 'A', 6n)).toBe('PENDING');
    await eventually(async () => {
      expect((await one.supply('5005')).parcels[0]?.state).toBe('SHIPPED');
    });
    expect(await one.told()).toBe(1);
    expect(await one.platform.stock()).toBe('4/4');
  });

  // Consumed and released are what was held: 6 and 4, or 0 and 10.
  test.each([
    ['the platform takes the shipment first', '5006', true, '4/0', 'SHIPPED'],
    ['the platform cancels first', '5007', false, '10/0', 'REFUSED'],
  ])('[X-A15] cancelled while the call is in flight: %s', async (_, id, isMade, stock, parcel) => {
    const one = await open();
    await one.confirmed(id);
    await one.platform.faults('ship', [{ kind: 'lost', isMade }]);
    expect(await one.ship(id, 'A', 6n)).toBe('PENDING');
    await one.cancelled(id);
    await untilOver(one, id, stock, parcel);
    expect(await one.told()).toBe(1);
  });
});

test('[P-A26] [P-A27] [field Q1] a receipt of 9, confirmed before it is created and edited, is recorded once; cancelled, nothing is received', async () => {
  const one = await open();
  await one.confirmed('5008');
  expect(await one.ship('5008', 'A', 10n)).toBe('SHIPPED');
  const about = { receiptId: '8801', orderId: '5008' };
  const untilReceived = (pieces: bigint, state: string) =>
    eventually(async () => {
      const { lines, receipts } = await one.supply('5008');
      expect(lines).toMatchObject([{ shippedMilli: 10_000n, receivedMilli: pieces * 1_000n }]);
      expect(receipts).toMatchObject([{ receiptId: '8801', receiptNo: 'RN8801', state }]);
    });
  await one.received(about, 9, 'approved', ['CONFIRM', 'CREATE', 'EDIT']);
  await untilReceived(9n, 'RECORDED');
  await one.received(about, 9, 'canceled', ['CANCEL']);
  await untilReceived(0n, 'REVERSED');
});
