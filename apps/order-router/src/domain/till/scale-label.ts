import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, ok, printScaled } from '@astrolabe/kernel';
import { halfUp } from './amounts.ts';
import { milliOf } from './basket.ts';
import type { BasketLine } from './basket.ts';

/** How a seller's scales print what they weigh: prefix, article, value, check digit; 13 digits in all. */
export type ScaleLabel = {
  readonly prefix: string;
  readonly articleDigits: number;
  /** What the value is: the price in fen, or the weight in grams. */
  readonly value: 'PRICE_FEN' | 'GRAMS';
};

/** A line with what it takes out of the stock. */
export type StockedLine = { readonly line: BasketLine; readonly stockMilli: Milli };

const DIGITS = 13;

/** A label has an article and a value. */
export const isScaleLabel = ({ prefix, articleDigits }: ScaleLabel): boolean =>
  /^\d{1,4}$/.test(prefix) && articleDigits >= 1 && prefix.length + articleDigits <= DIGITS - 2;

/** The check digit of EAN-13. */
function isChecked(code: string): boolean {
  const digits = Array.from(code, Number);
  const weighted = digits.reduce((total, digit, at) => total + digit * (at % 2 === 0 ? 1 : 3), 0);
  return weighted % 10 === 0;
}

const plain = (line: BasketLine): StockedLine => ({ line, stockMilli: milliOf(line.quantity) });

/**
 * A line whose code is a label of a scale, as the article that was weighed; other lines as they are. The line's
 * price is that of a kilogram. What the label says is what the buyer pays: no weight of three decimals gives
 * every price, so a label with a price is one piece at that price, and its weight goes out of the stock.
 */
export function readScaleLabel(
  labels: readonly ScaleLabel[],
  line: BasketLine,
): Result<StockedLine, 'BAD_LABEL'> {
  const { goods, priceFen } = line;
  if (goods.kind !== 'CODE' || !/^\d{13}$/.test(goods.code)) return ok(plain(line));
  const { code } = goods;
  const label = labels.find(({ prefix }) => code.startsWith(prefix));
  if (!label) return ok(plain(line));
  if (!isChecked(code)) return err('BAD_LABEL');
  const from = label.prefix.length;
  const article = code.slice(from, from + label.articleDigits);
  const value = BigInt(code.slice(from + label.articleDigits, DIGITS - 1));
  if (value === 0n) return err('BAD_LABEL');
  const weighed = { kind: 'CODE', code: article } as const;
  if (label.value === 'GRAMS') {
    return ok(plain({ goods: weighed, priceFen, quantity: printScaled(value, 3) }));
  }
  if (priceFen === 0n) return err('BAD_LABEL');
  return ok({
    line: { goods: weighed, priceFen: value, quantity: '1.0' },
    stockMilli: weightOf(value, priceFen),
  });
}

/** Thousandths of a kilogram that cost so much; at least one, for something was sold. */
const weightOf = (amountFen: Fen, priceFen: Fen): Milli => {
  const milli = halfUp(amountFen * 1_000n, priceFen);
  return milli > 0n ? milli : 1n;
};
