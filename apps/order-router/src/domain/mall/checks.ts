import type { Fen, OfferPrices, OfferPromotion, Result } from '@astrolabe/kernel';
import { ONE_PIECE, err, offerPrice, ok, yuanFromFen } from '@astrolabe/kernel';
import type { ContentLine, MallContent } from './content.ts';
import type { MallLine, MallProblem } from './order.ts';

/** Goods as they are offered at the instant. */
export type MallOffer = {
  readonly sku: string;
  readonly goodsId: string;
  readonly name: string;
  readonly taxRate: number | null;
  /** Published, complete, and its agreement price not above the market price. */
  readonly onShelf: boolean;
  readonly prices: OfferPrices;
};

export type CheckedLine = MallLine & { readonly promotion: OfferPromotion | null };

const LINES_MAX = 200;
const QUANTITY_MAX = 1_000_000_000_000n;

/** What is wrong with a content whatever is offered: INVALID, with what it is. */
export function invalidContent({
  lines,
  totalFen,
  freightFen,
  areaId,
}: MallContent): string | null {
  if (lines.length === 0) return 'no lines';
  if (lines.length > LINES_MAX) return `more than ${LINES_MAX} lines`;
  const bad = lines.findIndex(
    ({ sku, quantityMilli, unitPriceFen }) =>
      sku === '' ||
      quantityMilli <= 0n ||
      quantityMilli > QUANTITY_MAX ||
      quantityMilli % ONE_PIECE !== 0n ||
      unitPriceFen < 0n,
  );
  if (bad >= 0) return `line ${bad + 1}`;
  if (totalFen < 0n || freightFen < 0n) return 'an amount';
  return areaId === '' ? 'area' : null;
}

/**
 * Checks what is ordered against what is offered at the instant, in the order of document 004, 2.12.1: the SKU
 * is there, it is on the shelf, its price is that of its mode to the fen, and the sum of the lines with the
 * freight is the sum of the order.
 */
export function checkedLines(
  content: MallContent,
  offers: readonly (MallOffer | null)[],
  at: Date,
): Result<readonly CheckedLine[], MallProblem> {
  const found: MallOffer[] = [];
  for (const [index, { sku }] of content.lines.entries()) {
    const offer = offers[index];
    if (!offer) return problem('UNKNOWN_SKU', sku);
    found.push(offer);
  }
  const hidden = found.find(({ onShelf }) => !onShelf);
  if (hidden) return problem('OFF_SHELF', hidden.sku);
  const lines: CheckedLine[] = [];
  for (const [index, line] of content.lines.entries()) {
    const offer = found[index];
    const checked = offer ? checkedLine(line, offer, index, at) : problem('UNKNOWN_SKU', line.sku);
    if (!checked.ok) return checked;
    lines.push(checked.value);
  }
  const sum = lines.reduce((total, { amountFen }) => total + amountFen, content.freightFen);
  if (sum !== content.totalFen) {
    return problem('TOTAL_MISMATCH', `${yuanFromFen(content.totalFen)} / ${yuanFromFen(sum)}`);
  }
  return ok(lines);
}

function checkedLine(
  line: ContentLine,
  offer: MallOffer,
  index: number,
  at: Date,
): Result<CheckedLine, MallProblem> {
  const { sku, quantityMilli, unitPriceFen, priceMode } = line;
  const price = offerPrice(offer.prices, { mode: priceMode, quantityMilli, at });
  if (!price.ok) {
    const code = price.error === 'BELOW_MINIMUM' ? 'BELOW_MINIMUM' : 'PRICE_MISMATCH';
    return problem(code, sku);
  }
  if (price.value.fen !== unitPriceFen) return problem('PRICE_MISMATCH', sku);
  return ok({
    lineId: String(index + 1),
    sku,
    goodsId: offer.goodsId,
    name: offer.name,
    taxRate: offer.taxRate,
    quantityMilli,
    unitPriceFen,
    priceMode,
    amountFen: amountOf(unitPriceFen, quantityMilli),
    shippedMilli: 0n,
    deliveredMilli: 0n,
    rejectedMilli: 0n,
    returnedMilli: 0n,
    promotion: price.value.promotion,
  });
}

/** Whole pieces, so it is exact. */
const amountOf = (unitPriceFen: Fen, quantityMilli: bigint): Fen =>
  (unitPriceFen * quantityMilli) / ONE_PIECE;

const problem = (code: string, subject: string): Result<never, MallProblem> =>
  err({ code, subject });
