import type { OrderRefJson, PlaceJson } from '../api.ts';

/** Shapes of the API about malls; 64-bit numbers are strings, absent fields are their zero value. */
export type MallOrderJson = {
  orderRef: OrderRefJson;
  account?: string;
  mallOrderNo?: string;
  state?: string;
  payment?: string;
  lines?: {
    lineId: string;
    sku?: string;
    quantityMilli?: string;
    unitPriceFen?: string;
    shippedMilli?: string;
    deliveredMilli?: string;
    returnedMilli?: string;
  }[];
  totalFen?: string;
  purchaser?: string;
  notes?: string[];
  preorderedAt?: string;
  expiresAt?: string;
  endedAt?: string;
  code?: string;
  traceId?: string;
};

export type HoldJson = {
  holdRef?: string;
  lines?: {
    lineId: string;
    goodsId?: string;
    quantityMilli?: string;
    certainPlace?: PlaceJson;
    sharedPlace?: PlaceJson;
    soldPlace?: PlaceJson;
    state?: string;
  }[];
};

export type InvoiceJson = {
  serial: string;
  colour?: string;
  state?: string;
  reason?: string;
  lines?: {
    lineId: string;
    name?: string;
    quantityMilli?: string;
    totalFen?: string;
    isDiscount?: boolean;
    /** Per cent; absent: exempt, or not known. */
    taxRate?: number;
    taxCode?: string;
  }[];
  title?: string;
  taxNumber?: string;
  totalFen?: string;
  number?: string;
  issuedAt?: string;
  useConfirmedAt?: string;
};

export type MallMoneyJson = {
  invoices?: InvoiceJson[];
  entries?: { cause?: string; actor?: string; message?: string; amountFen?: string; at?: string }[];
};

export type MallSettingsJson = {
  preorderTtlMs?: string;
  alertAfterMs?: string;
  heldPerPurchaserMilli?: string;
};

export type MallAccountJson = {
  username: string;
  enabled?: boolean;
  mallName?: string;
  agreementNo?: string;
  poolIds?: string[];
  moneyAsText?: boolean;
};

export type MallTokenJson = { tokenId: string; expiresAt?: string };
