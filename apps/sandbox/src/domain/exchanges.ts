/** One call between a counterparty and the platform, as it was on the wire. */
export type Exchange = {
  at: string;
  /** tmall, erp, pos, isv, fenxiao, mall or procurement. */
  party: string;
  direction: 'to-platform' | 'from-platform';
  method: string;
  request: string;
  response: string;
  /** What the signature is over, and how it is made of it; absent where it was not made here. */
  signed?: string;
  rule?: string;
  /** Milliseconds until the answer. */
  tookMs: number;
};

const KEPT = 500;

/** The latest exchanges; older ones go. Signatures are not shown, and no secret is. */
export class ExchangeLog {
  private readonly kept: Exchange[] = [];
  private added = 0;

  add(exchange: Exchange): void {
    this.kept.push(exchange);
    this.added += 1;
    if (this.kept.length > KEPT) this.kept.shift();
  }

  /** How many there have been, for `since`. */
  count(): number {
    return this.added;
  }

  /** Those after so many, the oldest first, as far as they are kept. */
  since(count: number): Exchange[] {
    const wanted = Math.min(this.added - count, this.kept.length);
    return wanted <= 0 ? [] : this.kept.slice(-wanted);
  }

  /** The newest first. */
  latest(limit: number): Exchange[] {
    return this.kept.slice(-limit).toReversed();
  }
}

/** A query or form with the signature hidden. */
export const withoutSign = (text: string): string =>
  text.replace(/(^|[?&])sign=[^&]*/g, '$1sign=…');
