/** What a spreadsheet takes for a formula, and runs: the file may come from anywhere, and so may its texts. */
const FORMULA = /^[=+\-@\t\r]/;
/** A number is none, signed or not; with more than eleven digits it is an id, of which a spreadsheet keeps fifteen. */
const NUMBER = /^[+-]?\d{1,11}(?:\.\d+)?$/;
const LONG_DIGITS = /^\d{12,}$/;

/**
 * A cell of a file for spreadsheets (RFC 4180). A text that would be computed, and a number that would be rounded, begins
 * with a tab inside quotes: it makes a text of the cell and is not shown. An apostrophe, which does the same for what is
 * typed, is shown where a file is opened.
 */
function csvField(text: string): string {
  const isTaken = (FORMULA.test(text) && !NUMBER.test(text)) || LONG_DIGITS.test(text);
  const safe = isTaken ? `\t${text}` : text;
  return /[",\n\r\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of CSV, without its end. */
export const csvLine = (cells: readonly string[]): string => cells.map(csvField).join(',');
