import { FAMILY_NAMES, encodeGovEntries } from '@astrolabe/schemas/govmall';
import type { ByteText, GovNames, GovTelling, MoneyAs } from '@astrolabe/schemas/govmall';

/**
 * Prints a list of entries that are never changed. Each is printed once for each way in which malls are told it, and as long as
 * somebody holds it: a mall reads the same goods all day.
 */
export function printedOnce<T extends object>(
  print: (entry: T, telling: GovTelling) => ByteText,
): (entries: readonly T[], telling: GovTelling) => Buffer {
  const tellings = new WeakMap<GovNames, Map<MoneyAs, WeakMap<T, ByteText>>>();
  const printedFor = ({ names = FAMILY_NAMES, moneyAs = 'number' }: GovTelling) => {
    const known = tellings.get(names) ?? new Map<MoneyAs, WeakMap<T, ByteText>>();
    tellings.set(names, known);
    const printed = known.get(moneyAs) ?? new WeakMap<T, ByteText>();
    known.set(moneyAs, printed);
    return printed;
  };
  return (entries, telling) => {
    const printed = printedFor(telling);
    const parts = entries.map((entry) => {
      const before = printed.get(entry);
      if (before !== undefined) return before;
      const now = print(entry, telling);
      printed.set(entry, now);
      return now;
    });
    return encodeGovEntries(parts, telling);
  };
}
