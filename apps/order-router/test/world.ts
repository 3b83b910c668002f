import type { OrderRef, Result } from '@astrolabe/kernel';
import { ok, tmallOrder } from '@astrolabe/kernel';
import { makeActOnOrder } from '../src/application/act-on-order.ts';
import type { Wish } from '../src/application/act-on-order.ts';
import { makeChoose, makeLook } from '../src/application/choose.ts';
import { makeDrive } from '../src/application/drive.ts';
import type { Handle, PushedOrder } from '../src/application/handle.ts';
import { makeHandle, makeHandlePlaced } from '../src/application/handle.ts';
import type { Catalog, KeptDecision, Notes } from '../src/application/ports.ts';
import { makeReportAllocation } from '../src/application/report-allocation.ts';
import { makeLeaveGoneStores, makeRetryFailed, makeRetryOrder } from '../src/application/retry.ts';
import { makeSweep } from '../src/application/sweep.ts';
import type { SellerSettings, StoreAnswer } from '../src/domain/commands.ts';
import type { OrderState } from '../src/domain/order.ts';
import type { RoutingRules, RoutingStore } from '../src/domain/routing/types.ts';
import { DEFAULT_RULES } from '../src/domain/routing/rules.ts';
import type { StoreSettings } from '../src/domain/routing/settings.ts';
import { FakeCapacity, FakeOrders, FakeStores } from './fake-orders.ts';
import { FakeStock } from './fake-stock.ts';

export const SELLER = '21230';
export const TID = '2004574256073903';
export const SUB = '2004574256073904';
export const SUB2 = '2004574256073905';
export const GOODS = 'g-1';
export const NAME: OrderRef = tmallOrder(SELLER, TID);
export const STORE_1342 = { type: 'STORE', id: '1342' } as const;
export const STORE_123 = { type: 'STORE', id: '123' } as const;
export const WH_01 = { type: 'WAREHOUSE', id: 'WH-01' } as const;
export const FULFILLMENT = `fulfillment/${SELLER}/${TID}`;
export const GATEWAY = `gateway-ingress/${SELLER}/${TID}`;

/** A store as the catalog tells it; NORMAL, priority 0, in Hangzhou. */
export const store = (storeId: string, change: Partial<RoutingStore> = {}): RoutingStore => ({
  storeId,
  name: `门店${storeId}`,
  status: 'NORMAL',
  startTime: '09:00',
  endTime: '21:00',
  province: '浙江省',
  city: '杭州市',
  area: '余杭区',
  priority: 0,
  ...change,
});

export const placed = (change: Partial<PushedOrder> = {}): PushedOrder => ({
  orderRef: tmallOrder(SELLER, TID),
  buyerRef: 'b-1',
  state: 'PAID',
  paidAt: new Date('2016-09-22T02:00:00Z'),
  paymentFen: 39_800n,
  postFeeFen: 1000n,
  collectStoreId: '',
  hold: { kind: 'CERTAIN', ttlMs: 0n },
  receiver: { province: '浙江省', city: '杭州市', area: '西湖区' },
  lines: [line(SUB)],
  ...change,
});

export const line = (
  subOrderId: string,
  change: Partial<PushedOrder['lines'][number]> = {},
): PushedOrder['lines'][number] => ({
  subOrderId,
  itemId: 'item-1',
  skuId: 'sku-1',
  outerId: 'o-1',
  quantityMilli: 2000n,
  paymentFen: 38_800n,
  fulfilment: 'OMNI',
  state: 'PAID',
  refund: 'NONE',
  refundAmountOnly: false,
  ...change,
});

/** Settings of a store with a daily cap and nothing else. */
export const capped = (storeId: string, threshold: number): StoreSettings => ({
  storeId,
  point: null,
  deliver: {
    priority: 0,
    workingTime: '',
    threshold,
    activeFromMs: null,
    activeToMs: null,
    dispatchTimeRanges: [],
  },
  collect: null,
});

/** Rules that count the day's orders. */
export const COUNTING: RoutingRules = {
  ...DEFAULT_RULES,
  version: '1',
  filters: [{ name: 'daily-cap', metres: 0 }],
};

/** All of order-router's use cases on doubles, with a clock that only moves when told. */
export class World {
  readonly stock = new FakeStock();
  readonly orders = new FakeOrders();
  readonly archive = new Map<string, KeptDecision>();
  readonly capacity = new FakeCapacity();
  readonly shelves = new FakeStores();
  readonly gone: { sellerId: string; storeId: string }[] = [];
  rules: RoutingRules = DEFAULT_RULES;
  storeSettings: readonly StoreSettings[] = [];
  readonly refusals: string[] = [];
  settings: SellerSettings = { allocator: 'astrolabe', acceptor: 'pos' };
  stores: readonly RoutingStore[] = [store('1342'), store('123')];
  now = Date.parse('2016-09-22T02:00:05Z');
  /** Runs before every stock command; may throw. */
  beforeStock: (operationId: string) => void = () => undefined;
  afterStock: (operationId: string) => void = () => undefined;
  goodsKnown = true;
  readonly unknownItems = new Set<string>();
  readonly handle: Handle;
  readonly handlePlaced: ReturnType<typeof makeHandlePlaced>;
  readonly report: ReturnType<typeof makeReportAllocation>;
  readonly sweep: () => Promise<number>;
  readonly retry: () => Promise<number>;
  readonly actOnOrder: ReturnType<typeof makeActOnOrder>;
  readonly retryOrder: ReturnType<typeof makeRetryOrder>;
  readonly leaveGoneStores: () => Promise<number>;
  private sequences = new Map<string, bigint>();

  constructor() {
    this.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    this.stock.set(STORE_1342, GOODS, 'SHARED', 4);
    this.stock.set(STORE_123, GOODS, 'CERTAIN', 3);
    this.stock.set(STORE_123, GOODS, 'SHARED', 2);
    const clock = (): Date => new Date(this.now);
    const notes: Notes = {
      postponed: () => undefined,
      stockRefused: (_name, step, reason) => void this.refusals.push(`${step} ${reason}`),
      swept: () => undefined,
    };
    const { catalog, orders } = this;
    const stock = {
      execute: async (command: Parameters<FakeStock['execute']>[0]) => {
        this.beforeStock(command.operationId);
        const outcome = await this.stock.execute(command);
        this.afterStock(command.operationId);
        return outcome;
      },
      free: this.stock.free.bind(this.stock),
      held: this.stock.held.bind(this.stock),
    };
    const { capacity } = this;
    const look = {
      stock,
      catalog,
      clock,
      capacity,
      rules: { rules: () => Promise.resolve(this.rules) },
      settings: {
        all: () => Promise.resolve(new Map(this.storeSettings.map((of) => [of.storeId, of]))),
      },
    };
    const choose = makeChoose({
      ...look,
      archive: {
        keep: ({ pieces, ...about }) => {
          this.archive.set(about.id, { ...about, text: pieces.join('') });
          return Promise.resolve();
        },
      },
    });
    const attempted = (): void => undefined;
    const stores = this.shelves;
    const drive = makeDrive({ orders, stock, stores, capacity, choose, notes, attempted, clock });
    this.handle = makeHandle({ orders, drive, clock });
    const traceId = (): string => 'trace-1';
    this.handlePlaced = makeHandlePlaced({ handle: this.handle, catalog, stock, traceId });
    this.report = makeReportAllocation({ orders, stock, catalog, handle: this.handle });
    const { handle } = this;
    const again = {
      ...look,
      orders,
      due: async (now: Date, limit: number) => (await orders.dueRetries(now, limit)).names,
      handle,
      notes,
      inTrace: <T>(_name: OrderRef, work: () => Promise<T>) => work(),
      gone: { watched: () => Promise.resolve(this.gone) },
    };
    this.actOnOrder = makeActOnOrder({ ...look, look: makeLook(look), orders, handle });
    this.retry = makeRetryFailed(again);
    this.retryOrder = makeRetryOrder(again);
    this.leaveGoneStores = makeLeaveGoneStores(again);
    this.sweep = makeSweep({
      due: async (now, limit) => (await orders.due(now, limit)).names,
      handle,
      notes,
      clock,
      inTrace: (_name, work) => work(),
    });
  }

  private readonly catalog: Catalog = {
    settings: () => Promise.resolve(this.settings),
    goods: (_seller, items) =>
      Promise.resolve(
        items.map(({ itemId }) => (this.goodsKnown && !this.unknownItems.has(itemId) ? GOODS : '')),
      ),
    routingStores: () => Promise.resolve(this.stores),
    storeName: (_seller, id) =>
      Promise.resolve(this.stores.find((s) => s.storeId === id)?.name ?? null),
  };

  get order(): OrderState {
    const [first] = this.orders.documents.values();
    if (!first) throw new Error('there is no order');
    return first;
  }

  get told(): readonly string[] {
    return this.order.timeline.map((entry) => entry.what);
  }

  /** The cells of section 3.7: WH-01 C, 1342 U, 123 C, 123 U. */
  get cells(): readonly string[] {
    return [
      this.stock.at(WH_01, GOODS, 'CERTAIN'),
      this.stock.at(STORE_1342, GOODS, 'SHARED'),
      this.stock.at(STORE_123, GOODS, 'CERTAIN'),
      this.stock.at(STORE_123, GOODS, 'SHARED'),
    ];
  }

  origin(source: string): { source: string; sequence: bigint } {
    const sequence = (this.sequences.get(source) ?? 0n) + 1n;
    this.sequences.set(source, sequence);
    return { source, sequence };
  }

  pay(change: Partial<PushedOrder> = {}) {
    return this.handlePlaced({
      kind: 'orderPaid',
      origin: this.origin(GATEWAY),
      placed: placed(change),
    });
  }

  close(change: Partial<PushedOrder> = {}) {
    return this.handlePlaced({
      kind: 'orderClosed',
      origin: this.origin(GATEWAY),
      placed: placed({ state: 'CLOSED', ...change }),
    });
  }

  /** An operator wants something of the order. */
  act(kind: Wish['kind'], change: Partial<Wish> = {}) {
    const wish = { kind, key: kind, by: '小李', reason: '客户来电', place: null, dryRun: false };
    return this.actOnOrder(NAME, { ...wish, ...change });
  }

  /** Tmall says that goods have left. */
  ship(change: Partial<PushedOrder> = {}, subOrderIds: readonly string[] = [SUB]) {
    return this.handlePlaced({
      kind: 'orderLeft',
      origin: this.origin(GATEWAY),
      placed: placed({ state: 'SHIPPED', ...change }),
      subOrderIds,
    });
  }

  answer(
    kind: 'storeAccepted' | 'storeRefused' | 'refundAgreed',
    allocation: number,
    change: Partial<StoreAnswer> = {},
  ) {
    const answer = this.answerOf(allocation, change);
    return this.handle(NAME, { kind, origin: this.origin(FULFILLMENT), answer });
  }

  /** The buyer has withdrawn the refund of these sub-orders. */
  withdraw(subOrderIds: readonly string[] = [SUB]) {
    const origin = this.origin(FULFILLMENT);
    return this.handle(NAME, { kind: 'refundWithdrawn', origin, subOrderIds });
  }

  consign(allocation: number, change: Partial<StoreAnswer> = {}) {
    return this.handle(NAME, {
      kind: 'storeConsigned',
      origin: this.origin(FULFILLMENT),
      answer: this.answerOf(allocation, change),
      shipment: SHIPMENT,
    });
  }

  answerOf(allocation: number, change: Partial<StoreAnswer>): StoreAnswer {
    return { allocation, subOrderIds: [SUB], place: null, operator: '小王', ...change };
  }
}

export const SHIPMENT = {
  place: STORE_1342,
  shippedAt: new Date('2016-09-22T03:00:00Z'),
  logisticCompany: '顺丰',
  mailNo: '2323232',
};

/** Value of a success; the test fails otherwise. */
export function must<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`refused: ${String(result.error)}`);
  return ok(result.value).value;
}
