import { attribute, readXml } from './xml.ts';
import type { Element } from './xml.ts';

/** A number of a cell as the style that the cell names shows it. */
export type ShownNumber = (text: string, style: number) => string;

/** A spreadsheet keeps 15 digits; a number of more has lost some. */
const DIGITS_KEPT = 15;
const LEAST_ROUNDED = 10 ** DIGITS_KEPT;

/** Formats that have a number and no code (ISO/IEC 29500-1, 18.8.30); those of the Far East are dates too. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ['9', '0%'],
  ['10', '0.00%'],
  ...[14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58].map(
    (id) => [String(id), 'yyyy-mm-dd'] as const,
  ),
  ...[18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47, 55, 56].map(
    (id) => [String(id), 'yyyy-mm-dd hh:mm:ss'] as const,
  ),
]);

/** The format of numbers, by the style that a cell names. */
export function formatsOf(part: Uint8Array | undefined): string[] {
  const codes = new Map(BUILT_IN);
  const formats: string[] = [];
  readXml(part, {
    open: (element, path) => {
      if (element.name === 'numFmt') {
        codes.set(attribute(element, 'numFmtId'), attribute(element, 'formatCode'));
      }
      if (element.name === 'xf' && path.at(-2) === 'cellXfs') {
        formats.push(codes.get(attribute(element, 'numFmtId')) ?? '');
      }
    },
  });
  return formats;
}

/** Whether the workbook counts days from 1904, as those of old Macintoshes do. */
export const isFrom1904 = (properties: readonly Element[]): boolean =>
  properties.some((one) => ['1', 'true'].includes(attribute(one, 'date1904')));

/** Shows numbers of a workbook by the formats of its styles. */
export function createShownNumbers(workbook: {
  readonly formats: readonly string[];
  readonly isFrom1904: boolean;
}): ShownNumber {
  const kept = (value: number): string => String(Number(value.toPrecision(DIGITS_KEPT)));
  return (text, style) => {
    const number = Number(text);
    if (!Number.isFinite(number)) return text;
    if (Math.abs(number) >= LEAST_ROUNDED) return number.toExponential().toUpperCase();
    const format = workbook.formats[style] ?? '';
    const signs = signsOf(format);
    if (signs.includes('%')) return `${kept(number * 100)}%`;
    if (/[ymdhs]/i.test(signs)) {
      return shownDate(number, signs, workbook.isFrom1904) ?? kept(number);
    }
    const shown = kept(number);
    return /^0+$/.test(format) && /^\d+$/.test(shown) ? shown.padStart(format.length, '0') : shown;
  };
}

/** What of a format is no text of its own, colour, or place. */
const signsOf = (format: string): string => format.replaceAll(/"[^"]*"|\[[^\]]*\]|[\\_*]./g, '');

const DAY_S = 24 * 3_600;
/** Days from the beginning of the count to 1970. */
const DAYS_BEFORE_1970 = 25_569;
const DAYS_FROM_1900_TO_1904 = 1_462;
/** Before March 1900 the count has a day that never was; what is shown as hours alone is no day. */
const FIRST_DAY = 61;
/** The end of 9999. */
const DAYS_MAX = 2_958_466;

/** A number of days as a date, with its time where the format has one, or where it has one itself; null for none. */
function shownDate(number: number, signs: string, isFrom1904: boolean): string | null {
  const days = number + (isFrom1904 ? DAYS_FROM_1900_TO_1904 : 0);
  if (days < FIRST_DAY || days >= DAYS_MAX) return null;
  const seconds = Math.round((days - DAYS_BEFORE_1970) * DAY_S);
  const shown = new Date(seconds * 1_000).toISOString();
  const hasTime = /[hs]/i.test(signs) || seconds % DAY_S !== 0;
  return hasTime ? shown.slice(0, 19).replace('T', ' ') : shown.slice(0, 10);
}
