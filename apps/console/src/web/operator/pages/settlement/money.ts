/** The ages that receivables are counted by, in days; each ends where the next one begins. */
export const AGES = ['0', '8', '31', '91'] as const;

/** Receivables that no bill has settled. */
export const UNMATCHED = ['UNBILLED', 'DIFFERS', 'UNSHIPPED'] as const;

export type Sums = { count: number; amountFen: bigint; differenceFen: bigint };

type Counted = {
  count?: number;
  amountFen?: string;
  differenceFen?: string;
};

/** Counts and amounts added up, exactly. */
export const added = (rows: readonly Counted[]): Sums =>
  rows.reduce<Sums>(
    (sum, { count = 0, amountFen = '0', differenceFen = '0' }) => ({
      count: sum.count + count,
      amountFen: sum.amountFen + BigInt(amountFen),
      differenceFen: sum.differenceFen + BigInt(differenceFen),
    }),
    { count: 0, amountFen: 0n, differenceFen: 0n },
  );

/** Yuan that somebody wrote, e.g. `3000` or `12.5`, in fen; null for what is no amount. */
export function fenOf(text: string): string | null {
  const [, whole = '', part = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(text.trim()) ?? [];
  return whole === '' ? null : String(BigInt(whole) * 100n + BigInt(part.padEnd(2, '0')));
}

/** A part of a whole in tenths of a per cent, cut, so that what is not all is never 100; null of nothing. */
export function percent(part: number | bigint, whole: number | bigint): string | null {
  if (BigInt(whole) <= 0n) return null;
  const tenths = (BigInt(part) * 1_000n) / BigInt(whole);
  return `${tenths / 10n}.${tenths % 10n} %`;
}

/** Notes that are to be matched at all, and those that are. */
export function noteShare(counts: readonly { state: string; count?: number }[]): {
  matched: number;
  all: number;
} {
  const of = (...states: string[]): number =>
    counts.reduce((sum, { state, count = 0 }) => (states.includes(state) ? sum + count : sum), 0);
  const matched = of('RECORDED', 'ACCEPTED');
  return { matched, all: matched + of('MISMATCHED', 'UNREAD') };
}
