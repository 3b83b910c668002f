/** Bounds of everything that a caller can make grow. Part of the journal's format: a change of one
 * that decides what is remembered needs a new format version. */
export const LIMITS = {
  /** Lines of one command. */
  lines: 200,
  /** Characters of an id: operation, hold, line, goods, place, bill. */
  idLength: 128,
  /** Thousandths in one line: a billion pieces. */
  lineMilli: 1_000_000_000_000,
  /** Thousandths in one cell; sums stay exact as JSON numbers. */
  cellMilli: 4_000_000_000_000_000,
  /** Longest life of a time-limited hold: 400 days. */
  ttlMs: 400 * 24 * 3_600_000,
  /**
   * How far a report's time may be ahead of the journal's: the ten minutes of the channels, and five by
   * which clocks may differ. A time beyond it would refuse every true count until then.
   */
  operationAheadMs: 15 * 60_000,
  /** Rules of one seller. */
  rules: 10_000,
  /** Holds that a budget may allow. */
  budget: 1_000_000_000,
  /** Bills whose replay is recognised, at the least; twice as many at the most. */
  billsRemembered: 500_000,
  /** Closed holds that are kept, so that the refusal of a late command names the reason. */
  closedHolds: 131_072,
} as const;
