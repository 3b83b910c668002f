import type { EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import { holdRef, ok, orderKey, purchaseOrder, requisitionRef } from '@astrolabe/kernel';
import type { Outcome } from '@astrolabe/outbound';
import { makeDriveProcurement } from '../src/application/procurement/drive.ts';
import { makeHear } from '../src/application/procurement/hear.ts';
import type {
  ProcurementPlatform,
  ProcurementStock,
  Procurements,
} from '../src/application/procurement/ports.ts';
import type { StockOutcome } from '../src/domain/commands.ts';
import type { SupplyEvent } from '../src/domain/procurement/events.ts';
import type { Procurement } from '../src/domain/procurement/procurement.ts';
import { settled } from '../src/domain/procurement/settle.ts';
import type { Rules } from '../src/domain/procurement/settle.ts';
import type { StockMove } from '../src/domain/procurement/stock-step.ts';

const SELLER = '21230';
export const REQUISITION = '123456';
const GOODS = 'A';
const PIECE = 1_000n;

const POLICY = {
  attemptsMax: 60,
  firstWaitMs: 2_000,
  factor: 5,
  waitMaxMs: 60_000,
  leaseMs: 30_000,
  withheld: { max: 100, waitMs: 30_000 },
};

export const RULES: Rules = {
  graceMs: 3_600_000,
  parcelWaitMs: 600_000,
  endCheckMs: 2_000,
  oldAfterMs: 30 * 86_400_000,
  read: POLICY,
  answer: POLICY,
};

type HeldLine = { open: bigint; shipped: bigint; isClosed: boolean };
type PlatformOrder = {
  status: 'APPROVED' | 'AWAITS_SUPPLIER' | 'CANCELLED' | 'RETURNED';
  ordered: bigint;
  sent: bigint;
  confirms: number;
  returns: number;
};
type PlatformRequisition = { status: 'PASSED' | 'PENDING' | 'REJECTED'; quantity: bigint };

/** What the next call of the platform gets: nothing, an answer that is lost, or one that says "not done". */
export type Fault = 'ok' | 'lostAfter' | 'lostBefore' | 'notDone';

/**
 * A platform, a warehouse and an inventory of 10 pieces beside the real machine; every port may break, and
 * what is not written down is lost.
 */
export class World {
  now = new Date('2026-11-29T00:00:00Z');
  readonly documents = new Map<string, Procurement>();
  readonly homes = new Map<string, OrderRef>();
  readonly applied = new Set<string>();
  readonly events: SupplyEvent[] = [];
  free = 10n * PIECE;
  consumed = 0n;
  readonly holds = new Map<string, Map<string, HeldLine>>();
  private readonly outcomes = new Map<string, StockOutcome>();
  requisition: PlatformRequisition | null = null;
  readonly orders = new Map<string, PlatformOrder>();
  /** What the platform says of an order for as long as its details lag. */
  readonly lagging = new Map<string, PlatformOrder>();
  faults: Fault[] = [];
  /** The port call that breaks, counted down; below zero: none. */
  breaksAfter = -1;
  /** Answers that came after one that had its effect. */
  saidTwice = 0;
  private parcels = 0;
  private messages = 0n;

  /** A message of the platform or of the warehouse; each has its own place in what its source says. */
  origin(source: string): EventOrigin {
    this.messages += 1n;
    return { source, sequence: this.messages };
  }

  readonly hear = makeHear({
    procurements: this.store(),
    clock: () => this.now,
    wake: () => undefined,
  });

  private readonly drive = makeDriveProcurement({
    procurements: this.store(),
    platform: this.platform(),
    catalog: {
      goods: async (_, names) => {
        this.port();
        return names.map(({ cargoNo }) => (cargoNo === 'cargo123' ? GOODS : ''));
      },
    },
    stock: this.stock(),
    notes: { changed: () => undefined, stepFailed: () => undefined, callFailed: () => undefined },
    watch: { attempted: () => undefined, threw: () => undefined },
    clock: () => this.now,
    rules: RULES,
    wake: () => undefined,
  });

  /** One turn of every document; a process that breaks in the middle of one is another's a moment later. */
  async turn(): Promise<void> {
    for (const { orderRef } of this.documents.values()) {
      await this.drive(orderRef).catch(() => undefined);
    }
    this.breaksAfter = -1;
  }

  /** Turns until nothing is due for an hour. */
  async settle(): Promise<void> {
    this.faults = [];
    this.lagging.clear();
    const end = this.now.getTime() + 4 * 3_600_000;
    for (let count = 0; count < 300; count += 1) {
      await this.turn();
      const due = [...this.documents.values()].flatMap(({ dueAt }) => dueAt?.getTime() ?? []);
      const next = Math.min(...due);
      if (next > end) return;
      this.now = new Date(Math.max(next, this.now.getTime() + 1));
    }
    throw new Error('it does not come to rest');
  }

  private port(): void {
    if (this.breaksAfter === 0) throw new Error('broken');
    this.breaksAfter -= 1;
  }

  private store(): Procurements {
    return {
      load: async (ref) => {
        this.port();
        const p = this.documents.get(orderKey(ref));
        return p ? { p, version: 1n } : null;
      },
      change: async <E>(
        ref: OrderRef,
        origin: EventOrigin | null,
        change: (p: Procurement | null) => Result<Procurement, E>,
      ) => {
        this.port();
        const key = orderKey(ref);
        const known = this.documents.get(key) ?? null;
        const mark = origin && `${key} ${origin.source} ${origin.sequence}`;
        if (known && mark !== null && this.applied.has(mark)) return ok(known);
        const next = change(known);
        if (!next.ok) return next;
        const { p, events } = settled(next.value, this.now, RULES);
        this.documents.set(key, p);
        if (mark !== null) this.applied.add(mark);
        this.events.push(...events);
        return ok(p);
      },
      due: async () => ({ names: [], oldestAt: null }),
      list: async () => ok({ items: [], next: '' }),
      keeping: async () => [],
      homeOf: async (order) => {
        this.port();
        return this.homes.get(orderKey(order)) ?? order;
      },
      setHome: async (order, home) => {
        this.port();
        const said = this.homes.get(orderKey(order)) ?? home;
        this.homes.set(orderKey(order), said);
        return said;
      },
    };
  }

  private platform(): ProcurementPlatform {
    const unknown = { kind: 'unknown', problem: { code: 'NO_ANSWER', message: '' } } as const;
    const missing = { kind: 'refused', problem: { code: 'NOT_FOUND', message: '' } } as const;
    return {
      requisition: async () => {
        this.port();
        const fault = this.faults.shift() ?? 'ok';
        if (fault !== 'ok') return unknown;
        if (!this.requisition) return missing;
        const { status, quantity } = this.requisition;
        const line = { lineId: '9', goodsId: '', cargoNo: 'cargo123', name: '', quantity };
        const seen = { status, lines: [line], requisitionNo: '', title: '', companyCode: '' };
        return { kind: 'answered', value: { seen, goods: [NAMES] } };
      },
      order: async (_, orderId) => {
        this.port();
        const fault = this.faults.shift() ?? 'ok';
        const order = this.lagging.get(orderId) ?? this.orders.get(orderId);
        if (fault !== 'ok') return unknown;
        if (!order) return missing;
        const { status, ordered, sent } = order;
        const line = {
          lineId: `${orderId}1`,
          goodsId: '',
          cargoNo: 'cargo123',
          name: '',
          ordered,
          sent,
          received: 0n,
          settled: 0n,
          mayExceed: 0n,
          priceYuan: '10',
        };
        const receiver = {
          name: '',
          mobile: '',
          phone: '',
          regionText: '',
          address: '',
          postCode: '',
        };
        const seen = {
          status,
          lines: [line],
          orderCode: '',
          companyCode: '',
          buyerName: '',
          receiver,
        };
        const origins = { root: REQUISITION, others: [] };
        return { kind: 'answered', value: { seen, goods: [NAMES], origins } };
      },
      answer: async (_, orderId, kind): Promise<Outcome> => {
        this.port();
        const fault = this.faults.shift() ?? 'ok';
        const order = this.orders.get(orderId);
        if (fault === 'lostBefore') return unknown;
        if (fault === 'notDone') {
          return { kind: 'unanswered', problem: { code: 'NOT_DONE', message: '' } };
        }
        if (order && order.confirms + order.returns > 0) this.saidTwice += 1;
        if (order?.status !== 'AWAITS_SUPPLIER') return missing;
        if (kind === 'CONFIRM') {
          order.confirms += 1;
          order.status = 'APPROVED';
        } else {
          order.returns += 1;
          order.status = 'RETURNED';
        }
        this.lagging.delete(orderId);
        return fault === 'lostAfter' ? unknown : { kind: 'succeeded' };
      },
    };
  }

  private stock(): ProcurementStock {
    return {
      take: async ({ requisition, orderOf }, operationId, moves) => {
        this.port();
        const outcomes = moves.map((move, at) => {
          const id = `${operationId}/${at}`;
          const known = this.outcomes.get(id);
          if (known) return known;
          const ref = move.owner === '' ? requisition : orderOf(move.owner);
          const outcome = this.move(ref, requisition, move);
          if (outcome.kind === 'done') this.outcomes.set(id, outcome);
          return outcome;
        });
        // The answer may be lost after all of it was done.
        this.port();
        return outcomes;
      },
    };
  }

  private move(ref: OrderRef, requisition: OrderRef, move: StockMove): StockOutcome {
    const name = holdRef(ref, move.kind === 'rebind' ? move.to : move.hold);
    switch (move.kind) {
      case 'reserve':
        return this.reserve(name, move.lines);
      case 'rebind': {
        const from = holdRef(requisition, move.hold);
        const kept = this.openOf(from);
        const needs = move.lines.reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);
        if (!this.holds.has(from) || needs > kept || this.holds.has(name)) {
          return { kind: 'refused', reason: 'CONFLICT' };
        }
        this.release(from);
        return this.reserve(name, move.lines);
      }
      case 'release':
        this.release(name);
        return { kind: 'done', places: {} };
      case 'consume': {
        const done = move.lines.every(({ lineId, quantity }) => this.take(name, lineId, quantity));
        return done ? { kind: 'done', places: {} } : { kind: 'refused', reason: 'CONFLICT' };
      }
    }
  }

  private reserve(
    name: string,
    lines: readonly { readonly lineId: string; readonly quantityMilli: bigint }[],
  ): StockOutcome {
    if (this.holds.has(name)) return { kind: 'refused', reason: 'HOLD_EXISTS' };
    const needs = lines.reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);
    if (needs > this.free) return { kind: 'insufficient', reason: 'OUT_OF_STOCK' };
    this.free -= needs;
    this.holds.set(
      name,
      new Map(
        lines.map(({ lineId, quantityMilli }) => [
          lineId,
          { open: quantityMilli, shipped: 0n, isClosed: false },
        ]),
      ),
    );
    return { kind: 'done', places: {} };
  }

  private release(name: string): void {
    for (const line of this.holds.get(name)?.values() ?? []) {
      this.free += line.open;
      line.open = 0n;
      line.isClosed = true;
    }
  }

  /** Takes a quantity out of the stock, as the warehouse or a person does. */
  private take(name: string, lineId: string, quantity: bigint): boolean {
    const line = this.holds.get(name)?.get(lineId);
    if (!line || line.isClosed || line.open < quantity) return false;
    line.open -= quantity;
    line.shipped += quantity;
    this.consumed += quantity;
    return true;
  }

  openOf(name: string): bigint {
    return [...(this.holds.get(name)?.values() ?? [])].reduce((sum, { open }) => sum + open, 0n);
  }

  get held(): bigint {
    return [...this.holds.keys()].reduce((sum, name) => sum + this.openOf(name), 0n);
  }

  /** What the inventory keeps for an order, in all its holds. */
  heldFor(orderId: string): bigint {
    const name = holdRef(purchaseOrder(SELLER, orderId));
    return [...this.holds.keys()]
      .filter((one) => one === name || one.startsWith(`${name}#`))
      .reduce((sum, one) => sum + this.openOf(one), 0n);
  }

  private holdName(orderId: string): string | null {
    const event = this.events.findLast(
      ({ kind, order }) => kind === 'confirmed' && order.orderId === orderId,
    );
    const ref = purchaseOrder(SELLER, orderId);
    return event?.order.hold ? holdRef(ref, event.order.hold.number) : null;
  }

  /** What the warehouse knows of an order: whether it may ship. */
  mayShip(orderId: string): boolean {
    const told = this.events.filter(({ order }) => order.orderId === orderId);
    return told.at(-1)?.kind === 'confirmed';
  }

  /** API 10: false when the platform refuses the shipment. */
  shipAtPlatform(orderId: string, quantity: bigint): boolean {
    const order = this.orders.get(orderId);
    if (order?.status !== 'APPROVED' || order.sent + quantity > order.ordered) return false;
    order.sent += quantity;
    return true;
  }

  /** The warehouse has its stock consumed, and tells of the parcel; false when the stock is not there. */
  async parcelLeaves(orderId: string, quantity: bigint): Promise<boolean> {
    const name = this.holdName(orderId);
    const lineId = `${orderId}1`;
    if (name === null || !this.take(name, lineId, quantity)) return false;
    this.parcels += 1;
    const parcel = { parcelNo: String(this.parcels), lines: [{ lineId, quantity }] };
    const origin = this.origin('fulfillment');
    // Told twice: it counts once.
    await this.hear.parcel(purchaseOrder(SELLER, orderId), origin, parcel);
    await this.hear.parcel(purchaseOrder(SELLER, orderId), origin, parcel);
    return true;
  }

  async sayRequisition(): Promise<void> {
    const heard = { sellerId: SELLER, origin: this.origin('ingress/r'), why: 'SAID' };
    await this.hear.requisition(heard, REQUISITION);
  }

  async sayOrder(orderId: string): Promise<void> {
    const heard = { sellerId: SELLER, origin: this.origin(`ingress/${orderId}`), why: 'SAID' };
    await this.hear.order(heard, orderId);
  }

  putOrder(orderId: string, status: PlatformOrder['status'], pieces: bigint): void {
    const ordered = pieces * PIECE;
    this.orders.set(orderId, { status, ordered, sent: 0n, confirms: 0, returns: 0 });
  }

  /** For a while the details show what they show now. */
  lag(orderId: string): void {
    const order = this.orders.get(orderId);
    if (order) this.lagging.set(orderId, { ...order });
  }

  get family(): Procurement | undefined {
    return this.documents.get(orderKey(requisitionRef(SELLER, REQUISITION)));
  }
}

const NAMES = { itemId: '', skuId: '', cargoNo: 'cargo123' };
export const pieces = (count: bigint): bigint => count * PIECE;
