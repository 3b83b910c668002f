import type { DecimalRefusal } from './decimal.ts';
import { parseScaled, printScaled } from './decimal.ts';
import type { Result } from './result.ts';

/** A stock quantity in thousandths of a piece, int64. */
export type Milli = bigint;

/** One piece. */
export const ONE_PIECE: Milli = 1000n;

/** Parses a quantity of pieces ("2", "10.0", "-3") into thousandths. */
export const milliFromPieces = (pieces: string): Result<Milli, DecimalRefusal> =>
  parseScaled(pieces, 3);

/** Prints thousandths as pieces without trailing zeros ("2", "0.5"). */
export const piecesFromMilli = (milli: Milli): string =>
  printScaled(milli, 3).replace(/\.?0+$/, '');
