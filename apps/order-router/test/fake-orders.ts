import type { Due, OrderRef, Result } from '@astrolabe/kernel';
import { ok, orderKey } from '@astrolabe/kernel';
import type { Capacity, Orders, RecallAsked, Stores } from '../src/application/ports.ts';
import type { OrderRefusal, StockOutcome } from '../src/domain/commands.ts';
import type { Decided } from '../src/domain/decide.ts';
import type { OrderEvent } from '../src/domain/events.ts';
import type { OrderState } from '../src/domain/order.ts';
import type { Claim } from '../src/domain/step.ts';

/** Throws at the next calls of a port that are set to fail; the crash of a process in small. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** Orders in memory with compare-and-set left out: one change at a time. */
export class FakeOrders implements Orders {
  readonly documents = new Map<string, OrderState>();
  readonly events: OrderEvent[] = [];
  writes = 0;
  beforeWrite: () => void = () => undefined;
  afterWrite: () => void = () => undefined;

  load(name: OrderRef): ReturnType<Orders['load']> {
    const state = this.documents.get(orderKey(name));
    return Promise.resolve(state ? { state, version: 1n } : null);
  }

  isAt(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async change(
    name: OrderRef,
    change: (state: OrderState | null) => Result<Decided, OrderRefusal>,
  ): Promise<Result<Decided, OrderRefusal>> {
    await Promise.resolve();
    const key = orderKey(name);
    const before = this.documents.get(key) ?? null;
    const decided = change(before);
    if (!decided.ok || !decided.value.state || decided.value.state === before) return decided;
    this.beforeWrite();
    this.documents.set(key, decided.value.state);
    this.events.push(...decided.value.events);
    this.writes += 1;
    this.afterWrite();
    return decided;
  }

  due(now: Date, limit: number): Promise<Due<OrderRef>> {
    const due = [...this.documents.values()].filter(
      ({ headCall }) => headCall?.nextAt && headCall.nextAt <= now,
    );
    const names = due.slice(0, limit).map(({ orderRef }) => orderRef);
    return Promise.resolve({ names, oldestAt: null });
  }

  dueRetries(now: Date, limit: number): Promise<Due<OrderRef>> {
    const due = [...this.documents.values()].filter((s) => s.retryAt && s.retryAt <= now);
    const names = due.slice(0, limit).map(({ orderRef }) => orderRef);
    return Promise.resolve({ names, oldestAt: null });
  }

  openAt(_sellerId: string, storeId: string, limit: number): Promise<readonly OrderRef[]> {
    const open = [...this.documents.values()].filter((s) =>
      s.lines.some((l) => l.decided === 'ALLOCATED' && l.place?.id === storeId),
    );
    return Promise.resolve(open.slice(0, limit).map(({ orderRef }) => orderRef));
  }

  list(): ReturnType<Orders['list']> {
    const items = [...this.documents.values()].map((state) => ({ state, version: 1n }));
    return Promise.resolve(ok({ items, next: '' }));
  }
}

/** Slots of stores' days in memory. */
export class FakeCapacity implements Capacity {
  readonly holders = new Map<string, Set<string>>();

  /** Runs before and after every change; may throw. */
  around: () => void = () => undefined;

  async claim(_sellerId: string, claim: Claim): Promise<boolean> {
    await Promise.resolve();
    this.around();
    const day = this.day(claim);
    if (!day.has(claim.token) && day.size >= claim.cap) return false;
    day.add(claim.token);
    this.around();
    return true;
  }

  async release(_sellerId: string, claim: Claim): Promise<void> {
    await Promise.resolve();
    this.around();
    this.day(claim).delete(claim.token);
    this.around();
  }

  /** Slots taken, by store. */
  get taken(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.holders].map(([id, held]) => [id, held.size]));
  }

  loads(): ReturnType<Capacity['loads']> {
    return Promise.resolve(new Map([...this.holders].map(([id, held]) => [id, held.size])));
  }

  private day({ storeId }: Claim): Set<string> {
    const day = this.holders.get(storeId) ?? new Set<string>();
    this.holders.set(storeId, day);
    return day;
  }
}

/**
 * What stores have, as fulfillment keeps it: a recall finds what was offered, or what a store has made of it.
 */
export class FakeStores implements Stores {
  /** By allocation and sub-order; what is not here was offered. */
  readonly standing = new Map<string, string>();
  readonly recalls: RecallAsked[] = [];
  /** Runs before and after every recall; may throw. */
  around: () => void = () => undefined;

  answered(allocation: number, subOrderIds: readonly string[], status: string): void {
    for (const id of subOrderIds) this.standing.set(`${allocation}/${id}`, status);
  }

  /** Whether a store may still answer about a sub-order. */
  has(allocation: number, subOrderId: string): boolean {
    return this.standing.get(`${allocation}/${subOrderId}`) !== 'RECALLED';
  }

  async recall(_name: OrderRef, asked: RecallAsked): Promise<StockOutcome> {
    await Promise.resolve();
    this.around();
    this.recalls.push(asked);
    const { allocation, subOrderIds, acceptedToo } = asked;
    const found = subOrderIds.map((id) => this.standing.get(`${allocation}/${id}`));
    const other = found.find(
      (status) =>
        status !== undefined && status !== 'RECALLED' && !(acceptedToo && status === 'ACCEPTED'),
    );
    if (other === undefined) this.answered(allocation, subOrderIds, 'RECALLED');
    this.around();
    return other === undefined ? { kind: 'done', places: {} } : { kind: 'refused', reason: other };
  }
}
