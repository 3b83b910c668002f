/** One call between a counterparty and the platform, as it was on the wire. */
export type Exchange = {
  at: string;
  /** tmall, erp, pos or isv. */
  party: string;
  direction: 'to-platform' | 'from-platform';
  method: string;
  request: string;
  response: string;
  /** Milliseconds until the answer. */
  tookMs: number;
};

const KEPT = 500;

/** The latest exchanges; older ones go. Signatures are not shown. */
export class ExchangeLog {
  private readonly kept: Exchange[] = [];

  add(exchange: Exchange): void {
    this.kept.push(exchange);
    if (this.kept.length > KEPT) this.kept.shift();
  }

  /** The newest first. */
  latest(limit: number): Exchange[] {
    return this.kept.slice(-limit).toReversed();
  }
}

/** A query or form with the signature hidden. */
export const withoutSign = (text: string): string =>
  text.replace(/(^|[?&])sign=[^&]*/g, '$1sign=…');
