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
const DIGIT = /\d/g;
const SHOWN_BEFORE = 3;
const SHOWN_AFTER = 4;
/** Shorter numbers would be shown whole. */
const DIGITS_MIN = SHOWN_BEFORE + SHOWN_AFTER + 1;

/**
 * The receiver without what tells who it is. Tmall masks name and number itself; what comes unmasked is
 * masked here, what is masked stays as it is.
 */
export const masked = (receiver: Receiver): Receiver => ({
  ...receiver,
  name: maskedName(receiver.name),
  mobile: maskedMobile(receiver.mobile),
});

/** The first character stays: 张三丰 becomes 张**. */
function maskedName(name: string): string {
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
