import type { Due, EventOrigin, OrderRef, Place, Result } from '@astrolabe/kernel';
import type { MallOffer } from '../../domain/mall/checks.ts';
import type { Claim } from '../../domain/mall/claims.ts';
import type { MallInvoice, MallReceiver } from '../../domain/mall/content.ts';
import type { MallOrder, MallState } from '../../domain/mall/order.ts';

/** An order with how often it was written. */
export type StoredMallOrder = { readonly order: MallOrder; readonly version: bigint };

/** The orders of malls: changed by compare-and-set, events in the same write. */
export type MallOrders = {
  load(name: OrderRef): Promise<StoredMallOrder | null>;
  /**
   * Runs `change` on the current order until its result is stored; no write when it is unchanged. `receiver`
   * is whom a warehouse is told to send the goods to, should the order be confirmed with it.
   */
  change<E = never>(
    name: OrderRef,
    change: (order: MallOrder | null) => Result<MallOrder, E>,
    receiver?: MallReceiver | null,
  ): Promise<Result<StoredMallOrder, E>>;
  /** Applies an event once. */
  receive<E>(
    name: OrderRef,
    origin: EventOrigin,
    change: (order: MallOrder | null) => Result<MallOrder, E>,
  ): Promise<Result<null, E>>;
  /** Orders whose next step is due, most overdue first; may be a second behind. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  list(query: MallQuery): Promise<Result<MallPage, 'INVALID_PAGE_TOKEN'>>;
};

export type MallQuery = {
  readonly sellerId: string;
  /** Null: every state. */
  readonly state: MallState | null;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

export type MallPage = { readonly items: readonly StoredMallOrder[]; readonly next: string };

/** Whose number it is: the mall's own are unique inside one of its accounts. */
export type MallNumber = {
  readonly sellerId: string;
  readonly account: string;
  readonly mallOrderNo: string;
};

/** Our numbers of what malls have ordered, each given once. */
export type MallNumbers = {
  find(number: MallNumber): Promise<string | null>;
  /**
   * The number that the mall's has, now or from now on: another one than `refused`, which came to nothing.
   * Durable before it is answered.
   */
  name(number: MallNumber, refused: string | null): Promise<string>;
};

/** Persons, addresses and bank accounts of an order, sealed; by the digest of the content they came in. */
export type MallPeople = {
  keep(name: OrderRef, digest: string, people: People): Promise<void>;
  /** Null where they are not kept any more. */
  find(name: OrderRef, digest: string): Promise<People | null>;
};

export type People = {
  readonly receiver: MallReceiver;
  readonly invoice: MallInvoice;
  readonly remark: string;
};

export type MallSettings = {
  readonly sellerId: string;
  readonly preorderTtlMs: number;
  readonly alertAfterMs: number;
  /** The most that one purchaser may have held of one goods in pre-orders; 0: no limit. */
  readonly heldPerPurchaserMilli: bigint;
};

export type MallSettingsSource = {
  find(sellerId: string): Promise<MallSettings>;
  put(settings: MallSettings): Promise<void>;
};

/** Budgets of pieces. All three may be repeated: `token` is the order's. */
export type Budgets = {
  /** False when the budget has too little left for it. */
  take(sellerId: string, claim: Claim, token: string): Promise<boolean>;
  giveBack(sellerId: string, claim: Claim, token: string): Promise<void>;
  /** Makes it used up: it is not given back any more. */
  spend(sellerId: string, claim: Claim, token: string): Promise<void>;
};

/** What the seller offers to malls. Calls throw when it cannot be asked. */
export type MallCatalog = {
  /** In the order of the SKUs; null for what nobody knows. */
  offers(sellerId: string, skus: readonly string[]): Promise<readonly (MallOffer | null)[]>;
  /** The places that serve an area; none: it is not served. */
  placesServing(sellerId: string, areaId: string): Promise<readonly Place[]>;
};

/** The credit of an account. Both may be repeated, and throw when the outcome is not known. */
export type MallCredit = {
  /** Why it is refused; null when it is taken. */
  take(order: MallOrder): Promise<string | null>;
  free(order: MallOrder): Promise<void>;
  /** Where the payment of an order on credit stands; empty while settlement does not know the order. */
  state(name: OrderRef): Promise<string>;
};

/** What is worth a line in the log or a number on a dashboard. */
export type MallNotes = {
  moved(order: MallOrder, from: MallState | 'NEW'): void;
  stepFailed(name: OrderRef, step: string, error: unknown): void;
  openForLong(order: MallOrder): void;
};
