/** To whom the goods of a trade go; empty where the channel does not say. */
export type Receiver = {
  readonly name: string;
  readonly mobile: string;
  readonly province: string;
  readonly city: string;
  readonly area: string;
  readonly town: string;
  readonly address: string;
};

const MASK = '*';
const STREET_SHOWN = 2;
const DIGIT = /\d/g;
const SHOWN_BEFORE = 3;
const SHOWN_AFTER = 4;
/** Shorter numbers would be shown whole. */
const DIGITS_MIN = SHOWN_BEFORE + SHOWN_AFTER + 1;

/**
 * The receiver without what tells who and where exactly it is. Tmall masks name, number and street itself; what comes unmasked is
 * masked here, what is masked stays as it is.
 */
export const masked = (receiver: Receiver): Receiver => ({
  ...receiver,
  name: maskedName(receiver.name),
  mobile: maskedMobile(receiver.mobile),
  address: maskedStreet(receiver.address),
});

/** Of the street the first two characters stay: 文一西路1号 becomes 文一*****. */
function maskedStreet(street: string): string {
  if (street.includes(MASK)) return street;
  const letters = Array.from(street.trim());
  return letters.slice(0, STREET_SHOWN).join('') + MASK.repeat(letters.slice(STREET_SHOWN).length);
}

/** The first character stays, of names and of nicks: 张三丰 becomes 张**. */
export function maskedName(name: string): string {
  const [first = '', ...rest] = Array.from(name.trim());
  return name.includes(MASK) ? name : first + MASK.repeat(rest.length);
}

/** The first three and the last four digits stay: 13812345678 becomes 138****5678. */
function maskedMobile(mobile: string): string {
  if (mobile.includes(MASK)) return mobile;
  const digits = mobile.match(DIGIT)?.length ?? 0;
  if (digits < DIGITS_MIN) return mobile.replaceAll(DIGIT, MASK);
  let at = 0;
  return mobile.replaceAll(DIGIT, (digit) => {
    at += 1;
    return at <= SHOWN_BEFORE || at > digits - SHOWN_AFTER ? digit : MASK;
  });
}
