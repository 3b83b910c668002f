import { PROCUREMENT, ok } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import { expect } from 'vitest';
import { supplyPolicies } from '../src/domain/supply/calls.ts';
import type { PlatformDetail, SupplyOutcome } from '../src/domain/supply/calls.ts';
import type { SupplyEvent } from '../src/domain/supply/events.ts';
import { withHistory } from '../src/domain/supply/history.ts';
import { cancelled, confirmed } from '../src/domain/supply/life.ts';
import type { Confirmation } from '../src/domain/supply/life.ts';
import { readingAsked, readingPolicy } from '../src/domain/supply/receipt-reading.ts';
import type { ReceiptReading } from '../src/domain/supply/receipt-reading.ts';
import type { ParcelWish } from '../src/domain/supply/ship.ts';
import type { Arrival, Parcel, Quantity, Return, Supply } from '../src/domain/supply/supply.ts';
import { makeDriveSupply } from '../src/application/supply/drive-supply.ts';
import type { ReceiptDetail, Supplies } from '../src/application/supply/ports.ts';
import { makeReadReceipt } from '../src/application/supply/read-receipt.ts';
import { makeSupplyWork } from '../src/application/supply/work.ts';

export const PURCHASE: OrderRef = { channel: PROCUREMENT, sellerId: '21230', number: '5001' };
export const MALL_ORDER: OrderRef = { channel: 'govmall', sellerId: '21230', number: '9001' };
export const RECEIPT: OrderRef = { channel: PROCUREMENT, sellerId: '21230', number: '77' };
export const UNKNOWN: SupplyOutcome = {
  kind: 'unknown',
  problem: { code: 'TIMEOUT', message: '' },
};
export const REFUSED: SupplyOutcome = {
  kind: 'refused',
  problem: { code: 'CLOSED', message: 'closed' },
};
export const waited: string[] = [];
const notes = { waits: (what: string): void => void waited.push(what) };
const watch = { attempted: () => undefined, threw: () => undefined };

const confirmation = (orderRef: OrderRef, pieces: bigint, confirmedAt: Date): Confirmation => ({
  orderRef,
  revision: 1,
  displayNumber: '',
  holdRef: '1688:5001',
  confirmedAt,
  lines: [
    {
      lineId: '11',
      goodsId: 'g',
      sku: '12345',
      name: 'paper',
      unitPriceFen: 1_000n,
      unitPriceYuan: '10',
      orderedMilli: pieces * 1_000n,
      place: { type: 'WAREHOUSE', id: 'W1' },
    },
  ],
});

const wish = (parcelNo: string, count: bigint): ParcelWish => ({
  parcelNo,
  companyCode: 'SF',
  companyName: '顺丰',
  waybillNo: `SF${parcelNo}`,
  operator: 'wang',
  lines: count > 0n ? [{ lineId: '11', milli: count * 1_000n }] : [],
  sentAt: null,
});
/** A stock that takes and puts back, and counts, unless it is told to answer otherwise. */
const stockThatAnswers = () => ({
  consumed: 0n,
  back: 0n,
  answers: [] as SupplyOutcome[],
  take(_supply: Supply, parcel: Parcel): Promise<SupplyOutcome> {
    const answer = this.answers.shift() ?? { kind: 'succeeded' };
    if (answer.kind === 'succeeded') this.consumed += sum(parcel.lines);
    return Promise.resolve(answer);
  },
  putBack(_supply: Supply, _goods: Return, arrival: Arrival): Promise<SupplyOutcome> {
    this.back += sum(arrival.lines);
    return Promise.resolve({ kind: 'succeeded' });
  },
});

const sum = (lines: readonly Quantity[]): bigint =>
  lines.reduce((all, { milli }) => all + milli, 0n);

/** One order, with a platform and a stock that answer what they are told to. */
export function world(order: OrderRef = PURCHASE, pieces = 10n) {
  const clock = { now: new Date('2026-11-30T02:00:00Z') };
  const events: SupplyEvent[] = [];
  let supply: Supply | null = null;
  const supplies: Pick<Supplies, 'load' | 'change'> = {
    load: () => Promise.resolve(supply),
    change: (name, _from, decide) => {
      const decided = decide(name.number === order.number ? supply : null);
      if (!decided.ok) return Promise.resolve(decided);
      supply = withHistory(supply, decided.value.supply, clock.now);
      events.push(...decided.value.events);
      return Promise.resolve(ok(decided.value.result));
    },
  };
  const told: string[] = [];
  const answers: SupplyOutcome[] = [];
  const platform = {
    detail: { isOver: false, sent: new Map() } as PlatformDetail,
    whileCalled: (): void => undefined,
  };
  const stock = stockThatAnswers();
  const drive = makeDriveSupply({
    supplies,
    clock: () => clock.now,
    policies: supplyPolicies(2_000, 15_000),
    watch,
    notes,
    platform: {
      ship: (_order, parcel) => {
        told.push(parcel.parcelNo);
        platform.whileCalled();
        return Promise.resolve(answers.shift() ?? { kind: 'succeeded', platformIds: ['1'] });
      },
      detail: () => Promise.resolve(ok(platform.detail)),
    },
    stock,
  });
  const work = makeSupplyWork({
    supplies,
    clock: () => clock.now,
    tryNow: () => drive(order),
  });
  const confirm = (): void => {
    const told = confirmed(supply, confirmation(order, pieces, clock.now));
    supply = withHistory(supply, told, clock.now);
  };
  const cancel = (): void => {
    if (supply) {
      const about = { revision: supply.revision + 1, reason: 'CANCELLED' };
      const told = cancelled(supply, { ...about, cancelledAt: clock.now });
      supply = withHistory(supply, told, clock.now);
    }
  };
  return {
    clock,
    events,
    supplies,
    told,
    answers,
    platform,
    stock,
    confirm,
    cancel,
    work,
    now: (): Supply => supply ?? expect.fail('the order is not here'),
    ship: (parcelNo: string, count: bigint) => work.ship(order, wish(parcelNo, count)),
    /** Time goes on, and what is due is done. */
    later: async (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1_000);
      await drive(order);
    },
    order,
  };
}

/** A receipt of the order's that says what it is told to. */
export function receipts(one: ReturnType<typeof world>) {
  let reading: ReceiptReading | null = null;
  const note = { status: 'EFFECTIVE' as ReceiptDetail['status'], milli: 9_000n };
  const read = makeReadReceipt({
    supplies: one.supplies,
    clock: () => one.clock.now,
    policy: readingPolicy(2_000, 15_000),
    watch,
    notes,
    readings: {
      load: () => Promise.resolve(reading),
      change: (_receipt, _from, decide) => {
        reading = decide(reading) ?? reading;
        return Promise.resolve(reading);
      },
    },
    platform: {
      receipt: () =>
        Promise.resolve(
          ok({
            receiptId: '77',
            receiptNo: 'RN77',
            status: note.status,
            receivedAt: null,
            orders: new Map([['5001', [{ lineId: '11', milli: note.milli }]]]),
          }),
        ),
    },
  });
  return {
    note,
    said: async () => {
      reading = readingAsked(reading, RECEIPT, one.clock.now);
      await read(RECEIPT);
    },
    due: () => reading?.dueAt ?? null,
    again: () => read(RECEIPT),
  };
}
