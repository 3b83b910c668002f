import type { DecimalRefusal } from './decimal.ts';
import { parseScaled, printScaled } from './decimal.ts';
import type { Result } from './result.ts';

/** Money in fen (1/100 yuan), int64. */
export type Fen = bigint;

/** Parses a yuan amount ("199.00") into fen; more than two significant decimals are refused. */
export const fenFromYuan = (yuan: string): Result<Fen, DecimalRefusal> => parseScaled(yuan, 2);

/** Prints fen as yuan with two decimals ("199.00"). */
export const yuanFromFen = (fen: Fen): string => printScaled(fen, 2);
