/** How the till interface answers one call; `isMade`: the trade is made all the same. */
export type TillAnswer =
  | {
      readonly kind: 'made';
      readonly tradeNo?: string;
      readonly total?: string;
      readonly pay?: string;
    }
  | {
      readonly kind: 'error';
      readonly code: number;
      readonly subCode?: string;
      readonly subMsg?: string;
      readonly isMade?: boolean;
    }
  | { readonly kind: 'lost'; readonly isMade?: boolean }
  | { readonly kind: 'late'; readonly ms: number; readonly isMade?: boolean }
  | { readonly kind: 'status'; readonly status: number; readonly isMade?: boolean }
  | { readonly kind: 'text'; readonly text: string; readonly isMade?: boolean };

type Trade = { readonly form: string; readonly tradeNo: string };

/** The document's trade number is the first. */
const FIRST_TRADE_NO = 10_309_483_976_732_423n;
const KEPT = 100_000;
const ANSWERS_MAX = 100;

/** Trades of tills by seller and request number, and how the next calls are answered. */
export class TillTrades {
  private readonly kept = new Map<string, Trade>();
  private readonly scripts = new Map<string, TillAnswer[]>();
  private made = 0n;

  /** What the next calls of a seller are answered with, one after the other; then all are made. */
  script(sellerId: string, answers: readonly TillAnswer[]): void {
    this.scripts.set(sellerId, answers.slice(0, ANSWERS_MAX));
  }

  next(sellerId: string): TillAnswer {
    return this.scripts.get(sellerId)?.shift() ?? { kind: 'made' };
  }

  /** The trade of a request number, made at its first call; null where the number is another basket's. */
  make(sellerId: string, requestNo: string, form: string, wanted?: string): string | null {
    const key = `${sellerId}/${requestNo}`;
    const before = this.kept.get(key);
    if (before) return before.form === form ? before.tradeNo : null;
    const tradeNo = wanted ?? String(FIRST_TRADE_NO + 2n * this.made);
    this.made += 1n;
    this.kept.set(key, { form, tradeNo });
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
    return tradeNo;
  }

  count(sellerId: string): number {
    return [...this.kept.keys()].filter((key) => key.startsWith(`${sellerId}/`)).length;
  }
}
