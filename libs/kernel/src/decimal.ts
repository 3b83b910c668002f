import type { Result } from './result.ts';
import { err, ok } from './result.ts';

export type DecimalRefusal = 'NOT_A_DECIMAL' | 'TOO_MANY_DECIMALS' | 'OUT_OF_RANGE';

const INT64_MAX = 9_223_372_036_854_775_807n;

/**
 * Parses a plain decimal string ("12", "-3", "10.0", "199.90") into an integer count of
 * 10^-scale units. No exponent, no sign except one leading minus, no grouping, no blanks.
 * Digits beyond `scale` are accepted only while they are zero: a value is never rounded.
 */
export function parseScaled(text: string, scale: number): Result<bigint, DecimalRefusal> {
  const match = /^(-?)(\d{1,25})(?:\.(\d{1,25}))?$/.exec(text);
  if (!match) return err('NOT_A_DECIMAL');
  const [, sign, whole = '0', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return err('TOO_MANY_DECIMALS');
  const digits = whole + fraction.slice(0, scale).padEnd(scale, '0');
  const magnitude = BigInt(digits);
  if (magnitude > INT64_MAX) return err('OUT_OF_RANGE');
  return ok(sign === '-' ? -magnitude : magnitude);
}

/** Prints a count of 10^-scale units with exactly `scale` decimals. Inverse of parseScaled. */
export function printScaled(units: bigint, scale: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}
