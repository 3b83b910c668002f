/**
 * A quantity inside the engine: thousandths of a unit, a whole number. What the engine lets in and
 * adds up stays far below 2^53 (see `LIMITS`), so a plain number is exact; it costs no memory of its
 * own and no call, which a big integer does at every step.
 */
export type Milli = number;
