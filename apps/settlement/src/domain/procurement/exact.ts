/**
 * A decimal as its plain digits (`90.01`, `-0.008`), as the schemas read it. Amounts of yuan have more than two
 * decimals here, so they are compared and added without rounding (docs/adr/0068).
 */
export type Exact = string;

/** Decimals that a product of a price and a quantity in thousandths can have. */
const SCALE = 31;
const MILLI_DIGITS = 3;
const FEN_DIGITS = 2;
const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,31}))?$/;

/** Counts of 10^-31; null for what is no decimal. */
function unitsOf(text: Exact): bigint | null {
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, sign, whole = '0', fraction = ''] = match;
  const units = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return sign === '-' ? -units : units;
}

const known = (text: Exact): bigint => {
  const units = unitsOf(text);
  if (units === null) throw new TypeError(`no decimal: ${text}`);
  return units;
};

function textOf(units: bigint): Exact {
  const digits = (units < 0n ? -units : units).toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  const whole = digits.slice(0, -SCALE);
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Fen as yuan. */
export const exactYuan = (fen: bigint): Exact => textOf(fen * 10n ** BigInt(SCALE - FEN_DIGITS));

export const isExact = (text: string): boolean => unitsOf(text) !== null;

export const sum = (amounts: readonly Exact[]): Exact =>
  textOf(amounts.reduce((total, amount) => total + known(amount), 0n));

export const minus = (a: Exact, b: Exact): Exact => textOf(known(a) - known(b));

/** What a quantity in thousandths costs at a price of a piece. */
export const times = (price: Exact, quantityMilli: bigint): Exact =>
  textOf((known(price) * quantityMilli) / 10n ** BigInt(MILLI_DIGITS));

export const isZero = (amount: Exact): boolean => known(amount) === 0n;

/** Yuan as fen; null where they are no whole number of fen, for nothing is rounded. */
export function fenOf(amount: Exact): bigint | null {
  const perFen = 10n ** BigInt(SCALE - FEN_DIGITS);
  const units = known(amount);
  return units % perFen === 0n ? units / perFen : null;
}
