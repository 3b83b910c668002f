/** What the sandbox's Tmall has of a trade: which sub-orders have left, and whether it is over. */
type Standing = {
  readonly oids: readonly string[];
  readonly shipped: Set<string>;
  closed: boolean;
};

/** How the ship interface answers: as asked, with a refusal, or (once) not at all after it shipped. */
export type ShipMode = 'normal' | 'refuse' | 'lose-answer';

export type ShipVerdict = 'SHIPPED' | 'UNKNOWN_TRADE' | 'UNKNOWN_ORDER' | 'NOT_TO_BE_SHIPPED';

const KEPT = 100_000;

/** The trades of the sandbox's Tmall by seller; the oldest are forgotten. */
export class TmallTrades {
  private readonly kept = new Map<string, Standing>();

  private find(sellerId: string, tid: string): Standing | undefined {
    return this.kept.get(`${sellerId}/${tid}`);
  }

  paid(sellerId: string, tid: string, oids: readonly string[]): void {
    this.kept.set(`${sellerId}/${tid}`, { oids, shipped: new Set(), closed: false });
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
  }

  closed(sellerId: string, tid: string): void {
    const standing = this.find(sellerId, tid);
    if (standing) standing.closed = true;
  }

  /** Sends sub-orders off, all of them when none is named. What is shipped is not shipped again. */
  ship(sellerId: string, tid: string, named: readonly string[] = []): ShipVerdict {
    const standing = this.find(sellerId, tid);
    if (!standing) return 'UNKNOWN_TRADE';
    const oids = named.length === 0 ? standing.oids : named;
    if (!oids.every((oid) => standing.oids.includes(oid))) return 'UNKNOWN_ORDER';
    if (standing.closed || oids.some((oid) => standing.shipped.has(oid))) {
      return 'NOT_TO_BE_SHIPPED';
    }
    for (const oid of oids) standing.shipped.add(oid);
    return 'SHIPPED';
  }

  /** TOP's status of each sub-order, and of the trade; null for a trade that was not paid here. */
  statusOf(sellerId: string, tid: string) {
    const standing = this.find(sellerId, tid);
    if (!standing) return null;
    const of = (oid: string): string => {
      if (standing.closed) return 'TRADE_CLOSED';
      return standing.shipped.has(oid) ? 'WAIT_BUYER_CONFIRM_GOODS' : 'WAIT_SELLER_SEND_GOODS';
    };
    const lines = standing.oids.map((oid) => ({ oid, status: of(oid) }));
    const [first] = lines;
    const isMixed = lines.some(({ status }) => status !== first?.status);
    return { lines, status: isMixed ? 'SELLER_CONSIGNED_PART' : (first?.status ?? '') };
  }
}
