const SIGNS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE = new RegExp(`^[${SIGNS}]{18}$`);
/** Numbers of before the unified codes, of organisations that still have one. */
const OLD = /^\d{15}$|^[0-9A-Z]{20}$/;

/** A tax number as it is printed: without blanks, in capitals. */
export const tidyTaxNumber = (text: string): string => text.replace(/\s+/g, '').toUpperCase();

/** Whether a tidy number can be one: a unified social credit code with its check sign (GB 32100), or an old number. */
export function isTaxNumber(number: string): boolean {
  if (OLD.test(number)) return true;
  if (!CODE.test(number)) return false;
  let weight = 1;
  let sum = 0;
  for (const sign of number.slice(0, 17)) {
    sum += SIGNS.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return SIGNS[(31 - (sum % 31)) % 31] === number[17];
}
