import type { Fen, OrderRef } from '@astrolabe/kernel';

/** What a seller owes a supplier for one dispatch; amounts in fen, `amountFen` with the postage. */
export type Payable = {
  readonly orderRef: OrderRef;
  /** The seller's own number at the supplier; one for each dispatch. */
  readonly outOrderId: string;
  readonly supplierId: string;
  readonly supplierOrderIds: readonly string[];
  /** Null where the supplier did not say: a person finds out before it is paid. */
  readonly amountFen: Fen | null;
  readonly postFeeFen: Fen | null;
  /** Beyond what was expected; null when that is nothing, or not known. */
  readonly differenceFen: Fen | null;
  readonly recordedAt: Date;
};

export const PAYABLE_KINDS = ['AGREED', 'DIFFERS', 'UNKNOWN'] as const;

/** AGREED: as was expected. DIFFERS: the supplier asks for another amount. UNKNOWN: it named none. */
export type PayableKind = (typeof PAYABLE_KINDS)[number];
