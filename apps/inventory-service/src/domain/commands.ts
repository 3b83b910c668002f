import type { Place, StockKind } from '@astrolabe/kernel';
import type { PolicyRule } from './policy-rules.ts';
import type { Milli } from './quantity.ts';

/** Who wants what, and why: the cause that every ledger entry names. */
export type Command = {
  /** Idempotency key, unique per seller. */
  readonly operationId: string;
  readonly sellerId: string;
  readonly actor: string;
  readonly messageId: string;
  readonly body: Body;
};

export type ReserveLine = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantity: Milli;
  /** Null: the default location. */
  readonly place: Place | null;
  readonly kind: StockKind;
};

export type RouteLine = {
  readonly lineId: string;
  readonly place: Place;
  readonly kind: StockKind;
  /** 0: the line's quantity. */
  readonly quantity: Milli;
  /** Empty: the line's goods. */
  readonly goodsId: string;
};

export type RebindLine = {
  readonly lineId: string;
  readonly newLineId: string;
  /** 0: all that is open of the line. */
  readonly quantity: Milli;
};

/** Quantity 0: all that is left of the line. */
export type ConsumeLine = { readonly lineId: string; readonly quantity: Milli };

/** When the merchant counted, in epoch milliseconds; null: when the engine decides. */
type OperationTime = { readonly operationTimeMs: number | null };

export type InitialiseLine = OperationTime & {
  readonly billNum: string;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
  readonly quantity: Milli;
};

export type BillType = 'TAOBAO_INCLUDED' | 'TAOBAO_EXCLUDED' | 'BALANCE';

export type AdjustLine = OperationTime & {
  readonly billNum: string;
  /** Null means: no type of ours. */
  readonly billType: BillType | null;
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
  readonly delta: Milli;
  /** What the reporter believes the quantity to be afterwards; null means: not reported. */
  readonly finalQuantity: Milli | null;
};

export type Reserve = {
  readonly verb: 'RESERVE';
  readonly ref: string;
  readonly channel: string;
  readonly lines: readonly ReserveLine[];
  /** 0: no end of life. */
  readonly ttlMs: number;
  readonly buyerRef: string;
};
export type Route = {
  readonly verb: 'ROUTE';
  readonly ref: string;
  readonly lines: readonly RouteLine[];
};
/** No line ids: all lines of the hold. */
export type Answer = {
  readonly verb: 'ACCEPT' | 'REFUSE';
  readonly ref: string;
  readonly lineIds: readonly string[];
};
export type Release = {
  readonly verb: 'RELEASE' | 'GIVE_BACK';
  readonly ref: string;
  readonly lineIds: readonly string[];
  readonly reason: string;
};
export type Confirm = { readonly verb: 'CONFIRM'; readonly ref: string };
export type Rebind = {
  readonly verb: 'REBIND';
  readonly ref: string;
  readonly newRef: string;
  readonly lines: readonly RebindLine[];
};
export type Consume = {
  readonly verb: 'CONSUME';
  readonly ref: string;
  readonly lines: readonly ConsumeLine[];
  readonly shipmentRef: string;
};
export type Initialise = {
  readonly verb: 'INITIALISE';
  readonly billScope: string;
  readonly lines: readonly InitialiseLine[];
};
export type Adjust = {
  readonly verb: 'ADJUST';
  readonly billScope: string;
  readonly lines: readonly AdjustLine[];
};
export type PutPolicy = { readonly verb: 'PUT_POLICY'; readonly rules: readonly PolicyRule[] };
/** An operator gives up what is still open of a hold whose order is closed or unknown. */
export type RepairHold = {
  readonly verb: 'REPAIR_HOLD';
  readonly ref: string;
  readonly reason: string;
};
/** An operator corrects one quantity that still is what the operator saw. */
export type RepairCell = {
  readonly verb: 'REPAIR_CELL';
  readonly place: Place;
  readonly goodsId: string;
  readonly kind: StockKind;
  readonly expected: { readonly quantity: Milli; readonly held: Milli };
  readonly quantity: Milli;
  readonly reason: string;
};
/** Issued by the partition's owner alone, when a hold's time is over. */
export type Expire = { readonly verb: 'EXPIRE'; readonly ref: string };

export type Body =
  | Reserve
  | Route
  | Answer
  | Release
  | Confirm
  | Rebind
  | Consume
  | Initialise
  | Adjust
  | Expire
  | PutPolicy
  | RepairHold
  | RepairCell;

export type Verb = Body['verb'];
