/** One figure of a scenario beside what it must be. */
export type Figure = {
  readonly name: string;
  readonly value: string;
  readonly target: string;
  readonly isMet: boolean;
  /** A figure that must be exact ends the program with 1 when it misses; a time on a shared machine does not. */
  readonly isExact: boolean;
};

/** A count that must be nought. */
export const none = (name: string, count: number): Figure => exactly(name, count, 0);

/** A count that must be a certain one. */
export const exactly = (name: string, count: number, target: number): Figure => ({
  name,
  value: String(count),
  target: String(target),
  isMet: count === target,
  isExact: true,
});

/** A measure that depends on the machine; printed against its target. */
export const below = (name: string, value: number, target: number, unit: string): Figure => ({
  name,
  value: `${rounded(value)} ${unit}`,
  target: `< ${target} ${unit}`,
  isMet: value < target,
  isExact: false,
});

/** A figure without a target. */
export const noted = (name: string, value: string | number): Figure => ({
  name,
  value: typeof value === 'number' ? String(rounded(value)) : value,
  target: '',
  isMet: true,
  isExact: false,
});

export const rounded = (value: number): number => Math.round(value * 10) / 10;

/** The smallest value that so large a share of the values does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** Whether every figure that must be exact is. */
export const holds = (figures: readonly Figure[]): boolean =>
  figures.every(({ isMet, isExact }) => isMet || !isExact);

/** The figures as a table. */
export function printed(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const values = Math.max(...figures.map(({ value }) => value.length));
  return figures
    .map(({ name, value, target, isMet }) => {
      const beside = target === '' ? '' : `   target ${target}${isMet ? '' : '   MISSED'}`;
      return `  ${name.padEnd(width)}   ${value.padStart(values)}${beside}\n`;
    })
    .join('');
}
