import type { Milli, OrderRef, Place, Result, StockKind } from '@astrolabe/kernel';
import type { Session } from '../domain/session.ts';
import type { TradeMessage } from '../domain/trade-log.ts';

/** An application that may call us. */
export type AppKey = {
  appKey: string;
  /** Current secret first, then the one before it. */
  secrets: readonly string[];
  sellerIds: readonly string[];
  /** Those of them whose sessions the key has used: their number does not name them at TOP. */
  sessionSellerIds: readonly string[];
  /** Empty: every method the channel knows. */
  signMethods: readonly string[];
  enabled: boolean;
  role: string;
  /** 0: the gateway's default. */
  ratePerSecond: number;
};

export type AppKeys = {
  find(appKey: string): Promise<AppKey | null>;
  /** Makes or changes a key; which sellers need a session stays as it is. */
  put(appKey: Omit<AppKey, 'sessionSellerIds'>): Promise<void>;
  /** From now on the key needs a session for that seller. */
  requireSession(appKey: string, sellerId: string): Promise<void>;
};

/** A key as it is listed, without secrets. */
export type AppKeyEntry = Omit<AppKey, 'secrets' | 'sessionSellerIds'> & {
  /** How long the secret before the current one is still good; null where no end is set. */
  formerSecretUntil: Date | null;
};

/** What operators do with keys. */
export type AppKeyAdmin = Pick<AppKeys, 'put'> & {
  /** False when there is a key of that name; nothing is changed then. */
  create(appKey: Omit<AppKey, 'sessionSellerIds'>): Promise<boolean>;
  /** Puts a secret before the current one, which is good until then; null: it ends now. False: no such key. */
  rotate(appKey: string, secret: string, formerUntil: Date | null): Promise<boolean>;
  /** False: no such key. */
  setEnabled(appKey: string, enabled: boolean): Promise<boolean>;
  /** By name; `after` is a key, empty for the first page, and so is `next` on the last. */
  list(query: {
    /** Empty: every seller. */
    sellerId: string;
    limit: number;
    after: string;
  }): Promise<{ items: AppKeyEntry[]; next: string }>;
};

export type Sessions = {
  add(token: string, issued: Omit<Session, 'sessionId' | 'revokedAt'>): Promise<Session>;
  findByToken(token: string): Promise<Session | null>;
  /** Ends a session; the first end stays. Null when there is none of that id. */
  revoke(sessionId: string, at: Date): Promise<Session | null>;
  /** Newest first; `after` is a session id, empty for the first page, and so is `next` on the last. */
  list(query: {
    appKey: string;
    /** Empty: every seller. */
    sellerId: string;
    limit: number;
    after: string;
  }): Promise<{ items: Session[]; next: string }>;
};

/** An accepted request, before it is answered. */
export type InboundRequest = {
  /** Application key and signature: the same signed bytes are the same request. */
  id: string;
  sellerId: string;
  method: string;
  rawBody: Buffer;
};

export type InboundLog = {
  /** Keeps the request; the recorded answer when it has been answered before. */
  open(request: InboundRequest): Promise<string | null>;
  /** Records the answer; a later one of the same request changes nothing. */
  close(id: string, answer: string): Promise<void>;
};

/** Names of goods as the channels have them. */
export type GoodsName =
  | { kind: 'ITEM'; itemId: string; skuId: string; outerId: string }
  | { kind: 'SC_ITEM'; scItemId: string; outerId: string };

/** Goods, and the place that something is said of them at. */
export type GoodsAt = GoodsName & { readonly at?: Place };

export type Goods = {
  /**
   * Goods ids in the order of the names, or the reason why there is none: `UNKNOWN_STORE` for a place
   * that is no store of the seller, where none are made either.
   */
  resolve(
    sellerId: string,
    names: readonly GoodsAt[],
    createMissing: boolean,
  ): Promise<Result<string, string>[]>;
};

export type BillType = 'TAOBAO_INCLUDED' | 'TAOBAO_EXCLUDED' | 'BALANCE';

export type StockLine = {
  billNum: string;
  place: Place;
  goodsId: string;
  kind: StockKind;
  /** When the merchant counted. */
  operationTime: Date;
} & (
  | { verb: 'initialise'; quantity: Milli }
  | { verb: 'adjust'; billType: BillType; delta: Milli; finalQuantity?: Milli }
);

/** Who does what, for the history of the stock. */
export type Cause = { sellerId: string; operationId: string; actor: string; messageId: string };

export type Stock = {
  /** Applies lines that each stand alone; the reason per line that was refused. */
  upload(
    cause: Cause,
    billScope: string,
    lines: readonly StockLine[],
  ): Promise<{ billNum: string; reason: string }[]>;
  /** Moves the occupancy of one sub-order. */
  move(
    cause: Cause,
    move: {
      orderRef: OrderRef;
      subOrderId: string;
      goodsId: string;
      target: Place;
      kind: StockKind;
      quantity: Milli;
    },
  ): Promise<Result<null, string>>;
  /** Quantities of the goods at their places, gross of occupancies; more may come than was asked. */
  query(
    sellerId: string,
    asked: readonly { place: Place; goodsIds: readonly string[] }[],
  ): Promise<{ place: Place; goodsId: string; kind: StockKind; quantity: Milli }[]>;
};

/** The body of the newest message, and the version of the trade's messages that it stands for. */
export type NewestBody = { readonly rawBody: Buffer; readonly version: bigint };

/** The trade messages that have been taken. */
export type TradeInbox = {
  isKnown(order: OrderRef): Promise<boolean>;
  /** The body of the message that was taken last; null when there is none. */
  newest(order: OrderRef): Promise<NewestBody | null>;
  /** Whether no message was taken since that version; false also where only `newest` tells. */
  isStill(order: OrderRef, version: bigint): Promise<boolean>;
  /** Keeps a message and publishes its event, both in one write; a repeat changes nothing. */
  take(
    order: OrderRef,
    message: TradeMessage & { rawBody: Buffer },
    event: { type: string; payload: Uint8Array },
  ): Promise<void>;
};

/** A look at a person's data, or a change of a platform's connection: which service asked, for whom, what for. */
export type Look = {
  readonly caller: string;
  readonly person: string;
  readonly action:
    | 'receiver.masked'
    | 'receiver.revealed'
    | 'connection.put'
    | 'connection.rotated'
    | 'connection.enabled'
    | 'connection.disabled'
    | 'connection.replayed'
    | 'parked.replayed';
  readonly target: string;
};

export type AuditEntry = Look & {
  readonly sequence: bigint;
  readonly at: Date;
  readonly hash: string;
};

/** The append-only, chained log of looks. */
export type AuditLog = {
  /** Durable when it returns. */
  append(look: Look): Promise<{ readonly sequence: bigint; readonly hash: string }>;
  /** Entries after a sequence, oldest first. */
  list(after: bigint, limit: number): Promise<readonly AuditEntry[]>;
};
