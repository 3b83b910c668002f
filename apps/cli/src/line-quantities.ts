import { milliFromPieces } from '@astrolabe/kernel';
import { UsageError } from './invocation.ts';

/** Words such as `11=2.5`: a line of an order and pieces of it. @throws UsageError */
export function lineQuantities(
  words: readonly string[],
): { lineId: string; quantityMilli: bigint }[] {
  return words.map((word) => {
    const [lineId = '', pieces = '', ...more] = word.split('=');
    const milli = milliFromPieces(pieces);
    if (lineId === '' || more.length > 0 || !milli.ok || milli.value <= 0n) {
      throw new UsageError(`${word} is no LINE=PIECES, e.g. 11=2`);
    }
    return { lineId, quantityMilli: milli.value };
  });
}
