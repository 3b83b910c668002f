import { Shelf } from './shelf.ts';

/** What the distribution gateway does with an order; each mode once, then `success` again. */
export const DISTRIBUTION_MODES = [
  'success',
  // One order for each line; of `partial` the last line is not taken.
  'split',
  'partial',
  'spec-no-exist',
  'code-1001',
  // Taken, but answered after every caller has given up.
  'late',
  // The connection closes, before or after the order is taken.
  'drop-before',
  'drop-after',
  'html-502',
  // Not taken, to be asked again; taken, and answered with 503.
  'status-429',
  'status-503-after',
] as const;

export type DistributionMode = (typeof DISTRIBUTION_MODES)[number];

/** An order that was taken. */
export type TakenOrder = {
  readonly outOrderId: string;
  readonly orderId: string;
  readonly status: string;
};

const ORDERS_MAX = 10_000;
/** As the document's sample: 6 yuan of goods, 92 of postage. */
export const GOODS_FEN = 600n;
export const POSTAGE_FEN = 9_200n;

/** The orders of a distribution gateway, by seller; it forgets the oldest. */
export class DistributionOrders {
  private readonly taken = new Map<string, readonly TakenOrder[]>();
  private readonly requests = new Shelf<number>(ORDERS_MAX);
  private readonly lookups = new Shelf<number>(ORDERS_MAX);
  private readonly modes = new Map<string, DistributionMode[]>();
  private next = 4_356_409_609_904_969_811n;

  setModes(sellerId: string, modes: readonly DistributionMode[]): void {
    this.modes.set(sellerId, [...modes]);
  }

  /** Requests that came for an order, those of one that was cut into parts too. */
  asked(sellerId: string, outOrderId: string): number {
    return sumOf(this.requests, `${sellerId}/${outOrderId}`);
  }

  /** How often an order was looked up. */
  lookedUp(sellerId: string, outOrderId: string): number {
    return sumOf(this.lookups, `${sellerId}/${outOrderId}`);
  }

  nextMode(sellerId: string, outOrderId: string): DistributionMode {
    countOne(this.requests, `${sellerId}/${outOrderId}`);
    return this.modes.get(sellerId)?.shift() ?? 'success';
  }

  /** Takes an order as `count` orders; one of a number that is known is the one that is there. */
  take(sellerId: string, outOrderId: string, count: number): readonly TakenOrder[] {
    const key = `${sellerId}/${outOrderId}`;
    const known = this.taken.get(key);
    if (known) return known;
    const orders = Array.from({ length: count }, () => {
      const orderId = this.next.toString();
      this.next += 1n;
      return { outOrderId, orderId, status: 'waitbuyerpay' };
    });
    this.taken.set(key, orders);
    const [oldest] = this.taken.keys();
    if (this.taken.size > ORDERS_MAX && oldest !== undefined) this.taken.delete(oldest);
    return orders;
  }

  look(sellerId: string, outOrderId: string): readonly TakenOrder[] {
    countOne(this.lookups, `${sellerId}/${outOrderId}`);
    return this.taken.get(`${sellerId}/${outOrderId}`) ?? [];
  }

  of(sellerId: string): readonly TakenOrder[] {
    return [...this.taken]
      .filter(([key]) => key.startsWith(`${sellerId}/`))
      .flatMap(([, orders]) => orders);
  }
}

const countOne = (counts: Shelf<number>, key: string): void =>
  counts.set(key, (counts.get(key) ?? 0) + 1);

const sumOf = (counts: Shelf<number>, prefix: string): number =>
  counts
    .entries()
    .filter(([key]) => key.startsWith(prefix))
    .reduce((sum, [, count]) => sum + count, 0);
