import type { Fen, Milli, Place, StockKind } from '@astrolabe/kernel';
import type { Acceptor, Allocator } from './order.ts';

export type AllocatedLine = {
  readonly subOrderId: string;
  readonly place: Place;
  readonly placeName: string;
  readonly kind: StockKind;
  readonly itemId: string;
  readonly skuId: string;
  readonly outerId: string;
  readonly quantityMilli: Milli;
  readonly attributes: Readonly<Record<string, string>>;
};

export type ShippedLine = {
  readonly subOrderId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly paymentFen: Fen;
};

/** What the order tells the other services; seller and trade are those of the order. */
export type OrderEvent =
  | {
      readonly type: 'OrderAllocated';
      readonly allocation: number;
      readonly lines: readonly AllocatedLine[];
      readonly allocatedBy: Allocator;
      readonly acceptor: Acceptor;
      readonly paidAt: Date;
      readonly allocatedAt: Date;
    }
  | {
      readonly type: 'OrderAllocationFailed';
      readonly allocation: number;
      readonly reason: string;
    }
  | {
      readonly type: 'OrderAwaitingAllocation';
      readonly allocation: number;
      readonly subOrderIds: readonly string[];
    }
  | {
      readonly type: 'OrderAccepted';
      readonly subOrderIds: readonly string[];
      readonly place: Place | null;
    }
  | {
      readonly type: 'OrderShipped';
      readonly lines: readonly ShippedLine[];
      readonly place: Place | null;
      readonly shippedAt: Date;
      readonly logisticCompany: string;
      readonly mailNo: string;
      readonly postFeeFen: Fen;
      readonly paidAt: Date;
    }
  | {
      readonly type: 'OrderClosed';
      readonly subOrderIds: readonly string[];
      readonly reason: string;
    }
  | { readonly type: 'OrderReopened'; readonly subOrderIds: readonly string[] };
