/** A number that the sandbox's Tmall has given to a parcel of a store. */
export type GivenWaybill = {
  readonly mailNo: string;
  /** The carrier, in the platform's code. */
  readonly carrier: string;
  readonly tradeId: string;
  readonly storeId: string;
  readonly subOrderIds: readonly string[];
};

const CARRIER = 'STO';
const KEPT = 100_000;

/** The numbers of parcels by seller; each request gets one of its own, and the oldest are forgotten. */
export class TmallWaybills {
  private readonly kept = new Map<string, GivenWaybill & { sellerId: string }>();
  private given = 0;

  give(
    sellerId: string,
    parcel: Pick<GivenWaybill, 'tradeId' | 'storeId' | 'subOrderIds'>,
  ): GivenWaybill {
    this.given += 1;
    const mailNo = `7730${String(this.given).padStart(11, '0')}`;
    const waybill = { ...parcel, mailNo, carrier: CARRIER };
    this.kept.set(mailNo, { ...waybill, sellerId });
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) this.kept.delete(oldest);
    return waybill;
  }

  /** Those that stand of a trade. */
  of(sellerId: string, tradeId: string): readonly GivenWaybill[] {
    return [...this.kept.values()].filter(
      (one) => one.sellerId === sellerId && one.tradeId === tradeId,
    );
  }

  /** False where there is none of that number. */
  cancel(sellerId: string, { mailNo, carrier }: Pick<GivenWaybill, 'mailNo' | 'carrier'>): boolean {
    const found = this.kept.get(mailNo);
    if (found?.sellerId !== sellerId || found.carrier !== carrier) return false;
    return this.kept.delete(mailNo);
  }
}

/** What a label shows, in the platform's form; the receiver as masked as the sandbox's trades have it. */
export const printDataOf = ({ mailNo, carrier, tradeId, storeId }: GivenWaybill): string =>
  JSON.stringify({
    data: {
      cpCode: carrier,
      waybillCode: mailNo,
      orderNo: tradeId,
      sender: { store: storeId },
      recipient: {
        name: '张**',
        mobile: '138****0000',
        address: {
          province: '浙江省',
          city: '杭州市',
          district: '西湖区',
          detail: '文**路*号',
        },
      },
      routingInfo: { sortation: { name: '杭州 西湖' }, routeCode: '330A-02-117' },
    },
    signature: 'sandbox',
    templateURL: 'http://cloudprint.cainiao.com/template/standard/201',
  });
