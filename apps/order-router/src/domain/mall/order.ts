import type { Fen, Milli, OrderRef, PriceMode } from '@astrolabe/kernel';
import type { Claim } from './claims.ts';
import type { HoldLine } from './plan.ts';

/**
 * DRAFT: written down, its goods are being held. REFUSED: it came to nothing, and the mall's number is free again.
 * PRE_ORDERED: held, to be confirmed or cancelled. CONFIRMED, SHIPPED (a parcel has left), COMPLETED (all is
 * delivered) and REJECTED (the receiver did not take it): an order. CANCELLED, EXPIRED: a pre-order that is over.
 */
export const MALL_STATES = [
  'DRAFT',
  'REFUSED',
  'PRE_ORDERED',
  'CONFIRMED',
  'SHIPPED',
  'COMPLETED',
  'REJECTED',
  'CANCELLED',
  'EXPIRED',
] as const;

export type MallState = (typeof MALL_STATES)[number];

export type MallPayment =
  'ON_DELIVERY' | 'CENTRAL' | 'ONLINE' | 'CHEQUE' | 'CREDIT' | 'BEFORE_DELIVERY';

export type MallInvoiceKind = 'PLAIN' | 'VAT' | 'ELECTRONIC';

/** What is invoiced: of the organisation, without persons and numbers. */
export type InvoiceWish = {
  readonly kind: MallInvoiceKind;
  readonly title: string;
  readonly orgCode: string;
  /** ITEMISED by default: 所有订单默认开明细发票 (document 004, 2.12.1). */
  readonly content: string;
};

export type MallLine = {
  readonly lineId: string;
  readonly sku: string;
  readonly goodsId: string;
  readonly name: string;
  /** Per cent, within the price; null where it is not known. */
  readonly taxRate: number | null;
  readonly quantityMilli: Milli;
  readonly unitPriceFen: Fen;
  readonly priceMode: PriceMode;
  readonly amountFen: Fen;
  readonly shippedMilli: Milli;
  readonly deliveredMilli: Milli;
  /** The receiver did not take it. */
  readonly rejectedMilli: Milli;
  readonly returnedMilli: Milli;
};

/** Why an order came to nothing. `subject` names the line, or the amounts. */
export type MallProblem = { readonly code: string; readonly subject: string };

export type TimelineEntry = { readonly at: Date; readonly what: string; readonly by: string };

export type MallOrder = {
  readonly orderRef: OrderRef;
  readonly account: string;
  readonly mallOrderNo: string;
  /** Of the content: a repeat under the same number is compared by it. */
  readonly digest: string;
  readonly lines: readonly MallLine[];
  readonly totalFen: Fen;
  readonly freightFen: Fen;
  readonly areaId: string;
  readonly purchaser: string;
  readonly payment: MallPayment;
  readonly invoice: InvoiceWish;
  readonly notes: readonly string[];
  readonly state: MallState;
  readonly problem: MallProblem | null;
  /** What budgets of pieces it takes a part of. */
  readonly claims: readonly Claim[];
  /** Of each, whether a part of it is taken, or may be. */
  readonly owes: Owes;
  /** Of a draft: which process takes its steps, and until when nobody else does. */
  readonly lease: Lease | null;
  /** Of a draft: what is next. */
  readonly draft: DraftStep;
  /** What is, or is to be, held; null while that is not decided. */
  readonly holds: readonly HoldLine[] | null;
  /** Counts decisions about `holds`: another one is another operation of the inventory. */
  readonly plans: number;
  readonly failures: number;
  readonly stepAt: Date | null;
  /** When the mall asked last for a draft. */
  readonly askedAt: Date;
  readonly receivedAt: Date;
  readonly preorderedAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly completedAt: Date | null;
  readonly endedAt: Date | null;
  /** How long a pre-order holds its goods; 0: until it is confirmed or cancelled. */
  readonly ttlMs: number;
  readonly expiresAt: Date | null;
  /** After which time an open pre-order is told to people, and whether it was. */
  readonly alertMs: number;
  readonly alertAt: Date | null;
  /** Returns that are under way, by their ids. */
  readonly returning: readonly string[];
  readonly timeline: readonly TimelineEntry[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

export type Lease = { readonly by: string; readonly until: Date };

export type DraftStep = 'CLAIM' | 'CREDIT' | 'RESERVE';

/** CLAIM or SETTLE parts of budgets, CREDIT, STOCK: what may be taken, and is to be given back or settled. */
export type Owes = { readonly claims: boolean; readonly credit: boolean; readonly stock: boolean };

const TIMELINE_MAX = 50;

export const noted = (order: MallOrder, at: Date, what: string, by: string): MallOrder => ({
  ...order,
  timeline: [...order.timeline, { at, what, by }].slice(-TIMELINE_MAX),
});

/** Which hold of the order is meant: each plan has its own, so that one which comes too late is known. */
export const holdOf = ({ plans }: Pick<MallOrder, 'plans'>): number => Math.max(0, plans - 1);

/** A line of the order by a line of its hold: what one place cannot hold alone stands in several. */
export const lineOfHold = (holdLineId: string): string => holdLineId.split('.', 1)[0] ?? holdLineId;
