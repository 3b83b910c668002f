/** Cells that a spreadsheet would take for a formula get an apostrophe; a number that is less than nothing does not. */
const FORMULA = /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/;

const cell = (text: string): string => {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
};

/** One line of CSV (RFC 4180), without its end. */
export const csvLine = (cells: readonly string[]): string => cells.map(cell).join(',');
