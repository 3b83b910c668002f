import type {
  Fen,
  Milli,
  OfferPromotion,
  OrderRef,
  Place,
  PriceMode,
  Result,
  TierRate,
} from '@astrolabe/kernel';
import type { FailureCounts } from '../domain/failed-tries.ts';

/** What a mall has agreed with the seller beside the prices. */
export type AccountSettings = {
  /** Which mall it is, and under which agreement it buys; for people. */
  mallName: string;
  agreementNo: string;
  /** The pools that it is shown; none: all of the seller's. */
  poolIds: readonly string[];
  /** Amounts are written as texts, for a mall that asks for it. */
  moneyAsText: boolean;
  /** Numbers of this mall's own for a field, e.g. `payment=9` is `5`. */
  wireWords: ReadonlyMap<string, string>;
};

/** A government mall's account: whose goods and stock it sees. */
export type Account = AccountSettings & {
  username: string;
  password: string;
  sellerId: string;
  enabled: boolean;
  /** How often its password was replaced; tokens of an earlier one do not work. */
  generation: number;
};

/** An account without its password. */
export type ShownAccount = Omit<Account, 'password'>;

export type Accounts = {
  find(username: string): Promise<Account | null>;
  /** Makes an account or replaces it; how often its password was replaced stays known. */
  put(account: NewAccount): Promise<void>;
  /** False where the user name is taken. */
  create(account: NewAccount): Promise<boolean>;
  /** False where the seller has no such account. */
  rotate(name: AccountName, password: string): Promise<boolean>;
  setEnabled(name: AccountName, enabled: boolean): Promise<boolean>;
  /** By user name; at most a page. `token`: the user name after which it begins; a seller's, or all. */
  list(page: { size: number; token: string; sellerId: string }): Promise<readonly ShownAccount[]>;
};

/** An account as it is put. */
export type NewAccount = Omit<Account, 'generation'>;

/** An account that a seller has; of another seller it is none. */
export type AccountName = { sellerId: string; username: string };

/** A token as people see it: `tokenId` names it, and opens nothing. */
export type ShownToken = { tokenId: string; expiresAt: Date };

/** Who asks: the mall behind a token. */
export type Caller = ShownAccount;

/** Issued tokens. Only a digest is kept: a stolen database gives no access. */
export type Tokens = {
  /**
   * Makes a token live until `expiresAt`, unless it is live already, and returns when it ends. Of a
   * user's live tokens beyond the limit the oldest end. Null for one that was revoked.
   */
  grant(token: string, grant: TokenGrant): Promise<Date | null>;
  /** Those of a user that have not ended, the one that ends last first. */
  live(username: string, now: Date): Promise<readonly ShownToken[]>;
  /** Ends one token of a user, or with an empty id all; none of them becomes live again. How many had not ended. */
  revoke(username: string, tokenId: string, now: Date): Promise<number>;
};

/** A token that was granted, and the account that it was granted to as it is now. */
export type Granted = { expiresAt: Date; generation: number; account: ShownAccount | null };

/** Who is behind tokens. */
export type Grants = {
  /** Null for a token that was never granted, or ended long ago; callers share the answer. */
  find(token: string): Promise<Granted | null>;
};

export type TokenGrant = { username: string; generation: number; expiresAt: Date; now: Date };

/** Who asks for a token: the user that the request names and the address that it came from. */
export type Claimant = { username: string; address: string };

/** Failed token requests that still count. */
export type FailedTries = {
  count(claimant: Claimant, now: Date): Promise<FailureCounts>;
  add(claimant: Claimant, now: Date): Promise<void>;
};

/** A name of an order in the mall's account: our number or the mall's. */
export type OrderName = { sellerId: string; account: string; number: string };

export type Catalog = {
  /** The places that serve an area; null when none does. */
  placesServing(sellerId: string, areaId: string): Promise<readonly Place[] | null>;
  /** Those of the answer before, which is the same object while they have not changed. */
  placesBefore(sellerId: string, areaId: string): readonly Place[] | undefined;
  /** Goods of mall SKUs, one for each, in their order; empty where nobody knows any. */
  goodsOf(sellerId: string, skus: readonly string[]): Promise<readonly string[]>;
};

export type Inventory = {
  sellable(
    sellerId: string,
    goodsIds: readonly string[],
    places: readonly Place[],
  ): Promise<ReadonlyMap<string, Milli>>;
};

/** A division of today; `areaId` is the seller's own id of the area, or the code. */
export type Region = { code: string; name: string; areaId: string };

/** What a caller wrote of a region: a code, names, or both; empty is absent. */
export type RegionAsked = { province: string; city: string; county: string; code: string };

export type FoundRegion = {
  province: Region;
  city: Region;
  county: Region;
  /** What was written otherwise; empty: nothing. */
  note: string;
};

export type Regions = {
  /** Divisions below one; below nothing the provinces. */
  below(sellerId: string, parent: string): Promise<readonly Region[]>;
  /** The county that is meant, or for people why it is not known. */
  resolve(sellerId: string, asked: RegionAsked): Promise<Result<FoundRegion, string>>;
};

/** Goods as a mall sees them at this moment. */
export type Offer = {
  sku: string;
  onShelf: boolean;
  poolIds: readonly string[];
  /** 0: none. */
  agreementFen: Fen;
  marketFen: Fen;
  tiers: readonly TierRate[];
  promotions: readonly Promotion[];
};

/** A promotion, and when it was applied for. */
export type Promotion = OfferPromotion & { appliedAt: Date };

export type OfferDetail = {
  sku: string;
  name: string;
  url: string;
  brand: string;
  model: string;
  unit: string;
  categoryId: string;
  mainImage: string;
  service: string;
  introduction: string;
  summary: string;
  energySaving: boolean;
  environmental: boolean;
  imported: boolean;
  weightGrams: bigint;
  origin: string;
  barcode: string;
  packingList: string;
  attributes: readonly { attributeId: string; name: string; valueId: string; value: string }[];
};

/** Goods that a mall may be shown. */
export type ShownGoods = { detail: OfferDetail } & Pick<Offer, 'onShelf' | 'poolIds'>;

/** Score in hundredths of 0 to 5; rates in percent, which are 100 together. */
export type Rating = {
  sku: string;
  averageHundredths: number;
  good: number;
  medium: number;
  bad: number;
};

export type Accessory = {
  id: string;
  name: string;
  isService: boolean;
  parameters: string;
  priceFen: Fen;
  skus: readonly string[];
};

export type Warranty = { id: string; sku: string; name: string; content: string; priceFen: Fen };

/** From `begin` until before `end`; absent: the last 24 hours. */
export type Span = { begin?: Date | undefined; end?: Date | undefined };

/** The goods that a seller offers. Unknown SKUs are absent from every answer. */
export type Offers = {
  pools(sellerId: string): Promise<readonly { id: string; name: string }[]>;
  /** Null for a pool that the seller does not have. */
  poolSkus(sellerId: string, poolId: string): Promise<readonly string[] | null>;
  /** One for each SKU, in their order; null where there is none. Callers share them. */
  find(sellerId: string, skus: readonly string[]): Promise<readonly (Offer | null)[]>;
  /** What describes goods that may be shown, and their shelf, both of one moment. */
  detail(sellerId: string, sku: string): Promise<ShownGoods | null>;
  images(
    sellerId: string,
    skus: readonly string[],
  ): Promise<readonly { sku: string; images: readonly string[] }[]>;
  ratings(sellerId: string, skus: readonly string[]): Promise<readonly Rating[]>;
  /** Of some pools; none: of all. */
  newSkus(sellerId: string, span: Span, poolIds: readonly string[]): Promise<readonly string[]>;
  modifiedSkus(
    sellerId: string,
    span: Span,
    poolIds: readonly string[],
  ): Promise<readonly string[]>;
  /** Of one SKU, or of all. */
  accessories(sellerId: string, sku: string | null): Promise<readonly Accessory[]>;
  warranties(sellerId: string, sku: string, areaId: string): Promise<readonly Warranty[]>;
};

export type Payment =
  'ON_DELIVERY' | 'CENTRAL' | 'ONLINE' | 'CHEQUE' | 'CREDIT' | 'BEFORE_DELIVERY';

export type Receiver = {
  name: string;
  province: string;
  city: string;
  county: string;
  address: string;
  zip: string;
  phone: string;
  mobile: string;
  email: string;
};

export type InvoiceWish = {
  /** Null: as every order, an itemised plain one. */
  kind: 'PLAIN' | 'VAT' | 'ELECTRONIC' | null;
  title: string;
  orgCode: string;
  name: string;
  phone: string;
  bank: string;
  bankAccount: string;
  address: string;
  mobile: string;
  receiptAddress: string;
};

export type PreOrder = {
  sellerId: string;
  account: string;
  mallOrderNo: string;
  lines: readonly { sku: string; quantityMilli: Milli; priceFen: Fen; mode: PriceMode }[];
  areaId: string;
  receiver: Receiver;
  purchaser: string;
  remark: string;
  invoice: InvoiceWish;
  payment: Payment;
  totalFen: Fen;
  freightFen: Fen;
  notes: readonly string[];
};

export type MallOrder = {
  orderRef: OrderRef;
  mallOrderNo: string;
  /** PRE_ORDERED, CONFIRMED, SHIPPED, COMPLETED, REJECTED, CANCELLED, EXPIRED, DRAFT or REFUSED. */
  state: string;
  confirmed: boolean;
  delivered: boolean;
  returning: boolean;
  onCredit: boolean;
  lines: readonly {
    sku: string;
    quantityMilli: Milli;
    priceFen: Fen;
    returnedMilli: Milli;
  }[];
  totalFen: Fen;
  freightFen: Fen;
  invoiceContent: string;
  notes: readonly string[];
  preorderedAt: Date | null;
};

/** Orders of malls. A refusal is text for the mall; what was not decided is thrown. */
export type MallOrders = {
  submit(order: PreOrder): Promise<Result<MallOrder, string>>;
  confirm(name: OrderName): Promise<Result<MallOrder, string>>;
  cancel(name: OrderName): Promise<Result<MallOrder, string>>;
  /** Null where the account has no such order. */
  find(name: OrderName): Promise<{ order: MallOrder; receiver: Receiver } | null>;
};

export type ReturnKind = 'RETURN' | 'EXCHANGE' | 'REPAIR';

/** A line of an order that we supply, and what of it may be given back. */
export type SupplyLine = {
  lineId: string;
  sku: string;
  name: string;
  deliveredMilli: Milli;
  returningMilli: Milli;
};

export type SupplyReturn = { requestRef: string; state: string; requestedAt: Date | null };

export type Step = { at: Date; content: string; operator: string };

export type Parcel = {
  parcelNo: string;
  company: string;
  waybill: string;
  lines: readonly { lineId: string; quantityMilli: Milli }[];
  steps: readonly Step[];
};

/** What has become of a confirmed order; null before it is one. */
export type Supplies = {
  find(
    order: OrderRef,
  ): Promise<{ lines: readonly SupplyLine[]; returns: readonly SupplyReturn[] } | null>;
  parcels(
    order: OrderRef,
  ): Promise<{ lines: readonly SupplyLine[]; parcels: readonly Parcel[] } | null>;
  requestReturn(
    order: OrderRef,
    wish: {
      requestRef: string;
      kind: ReturnKind;
      lines: readonly { lineId: string; quantityMilli: Milli }[];
      reason: string;
    },
  ): Promise<{ returnId: string }>;
};

export type ReconciledOrder = {
  number: string;
  isReceived: boolean;
  isInvoiced: boolean;
  amountFen: Fen;
};

export type Transfer = {
  bankNumber: string;
  orders: readonly OrderRef[];
  amountFen: Fen;
  state: 'SUBMITTED' | 'VERIFIED' | 'REJECTED' | 'EXCESS';
  reason: string;
};

/** What is to be paid of an order. */
export type DuePayment = { state: string; dueFen: Fen; dueDay: string };

export type IssuedInvoice = {
  number: string;
  code: string;
  url: string;
  amountFen: Fen;
  issuedAt: Date | null;
};

/** The money of a mall's orders. */
export type MallMoney = {
  reconcile(
    caller: { sellerId: string; account: string },
    days: { fromDay: string; toDay: string },
  ): Promise<readonly ReconciledOrder[]>;
  payment(order: OrderRef): Promise<DuePayment | null>;
  submitTransfer(
    caller: { sellerId: string; account: string },
    transfer: {
      bankNumber: string;
      orders: readonly OrderRef[];
      amountFen: Fen;
      transferredAt: Date | undefined;
      payer: string;
      remark: string;
    },
  ): Promise<Transfer>;
  /** Null where there is none. */
  transfer(
    caller: { sellerId: string; account: string },
    by: { bankNumber: string } | { order: OrderRef },
  ): Promise<Transfer | null>;
  /** Issued invoices of each order, by its key. */
  invoices(
    account: string,
    orders: readonly OrderRef[],
  ): Promise<ReadonlyMap<string, readonly IssuedInvoice[]>>;
};
