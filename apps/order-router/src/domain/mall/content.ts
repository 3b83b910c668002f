import type { Fen, Milli, PriceMode } from '@astrolabe/kernel';
import type { MallInvoiceKind, MallPayment } from './order.ts';

/** Where the goods go: a person's, and kept apart from the order. */
export type MallReceiver = {
  readonly name: string;
  readonly province: string;
  readonly city: string;
  readonly county: string;
  readonly address: string;
  readonly zip: string;
  readonly phone: string;
  readonly mobile: string;
  readonly email: string;
};

/** What is to be invoiced, with the persons and numbers in it. */
export type MallInvoice = {
  readonly kind: MallInvoiceKind;
  readonly title: string;
  readonly orgCode: string;
  readonly name: string;
  readonly phone: string;
  readonly bank: string;
  readonly bankAccount: string;
  readonly address: string;
  readonly mobile: string;
  readonly receiptAddress: string;
  /** Empty: itemised. */
  readonly content: string;
};

export type ContentLine = {
  readonly sku: string;
  readonly quantityMilli: Milli;
  readonly unitPriceFen: Fen;
  readonly priceMode: PriceMode;
};

/** What a mall orders. */
export type MallContent = {
  readonly lines: readonly ContentLine[];
  readonly areaId: string;
  readonly receiver: MallReceiver;
  readonly purchaser: string;
  readonly remark: string;
  readonly invoice: MallInvoice;
  readonly payment: MallPayment;
  /** With the freight. */
  readonly totalFen: Fen;
  readonly freightFen: Fen;
};

/**
 * One text for one content, whatever the order of its lines (field/till-and-mall.md, row S4): the same number
 * with another text is another order, and is refused.
 */
export function contentText(content: MallContent): string {
  const lines = content.lines
    .map(({ sku, quantityMilli, unitPriceFen, priceMode }) =>
      JSON.stringify([sku, quantityMilli.toString(), unitPriceFen.toString(), priceMode]),
    )
    .toSorted();
  const { areaId, receiver, purchaser, remark, invoice, payment } = content;
  const { totalFen, freightFen } = content;
  return JSON.stringify([
    lines,
    areaId,
    valuesOf(receiver),
    purchaser,
    remark,
    valuesOf(invoice),
    payment,
    totalFen.toString(),
    freightFen.toString(),
  ]);
}

const valuesOf = (record: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));
