import { formatShanghai } from '@astrolabe/kernel';
import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import type { GovPreOrder } from '@astrolabe/schemas/govmall';
import { must } from './bench.ts';
import type { MallPlay } from './mall-play.ts';

/** The goods of the document's example (catalogue D.6); who prepares the seller offers them. */
const [sku, pool] = ['12345', 'A0101'];
const [priceFen, marketFen] = [100_000n, 120_000n];
const [PROVINCE, CITY, COUNTY] = ['天津市', '天津市', '河东区'];
const AREA = { province: PROVINCE, city: CITY, county: COUNTY };
const GOODS = { skus: [sku] };
const PIECES = 3n;
/** Of goods that were bought on credit and have come (2.18). */
const TO_BE_PAID = '待付款';

/** A pre-order of so many pieces, paid within the credit period. */
export const preOrderOf = (mallOrderNo: string, pieces = PIECES): GovPreOrder => ({
  mallOrderNo,
  lines: [{ sku, quantityMilli: pieces * 1_000n, priceFen, mode: 'AGREEMENT' }],
  name: '王老师',
  ...AREA,
  address: '八纬路 1 号',
  mobile: '13000000000',
  department: '市财政局',
  invoiceTitle: '天津市财政局',
  invoiceKind: 'ELECTRONIC',
  payment: 'CREDIT',
  totalFen: pieces * priceFen,
});

const has = (list: readonly string[], wanted: string): string => {
  must(list.includes(wanted), `缺少 ${wanted}`);
  return `${list.length} 个，包含 ${wanted}`;
};

/** Goods, prices, regions and stock: 2.3 to 2.11, 2.17, 2.19, 2.20, 2.22 and 2.23. */
export async function seeGoods(play: MallPlay): Promise<void> {
  await play.check(GOV_METHODS.pools, {}, (pools) =>
    has(
      pools.map(({ id }) => id),
      pool,
    ),
  );
  await play.check(GOV_METHODS.poolSkus, { poolId: pool }, (skus) => has(skus, sku));
  await play.check(GOV_METHODS.detail, { sku }, (detail) => {
    must(detail.onShelf, `${sku} 未上架`);
    must(detail.mainImage.startsWith('https://'), '主图不是外网地址');
    return `${detail.brand} ${detail.name} ${detail.model}`;
  });
  await play.check(GOV_METHODS.shelfStates, { skus: [sku, 'nope'] }, (states) => {
    const said = states.map(({ onShelf }) => (onShelf ? '1' : '0')).join();
    must(said === '1,0', `上下架状态为 ${said}，应为 1,0`);
    return `${sku} 上架，不存在的商品下架`;
  });
  await play.check(GOV_METHODS.images, GOODS, ([first]) => {
    const urls = first?.images.map(({ url }) => url) ?? [];
    must(urls.length > 0, '没有图片');
    must(
      urls.every((url) => url.startsWith('https://')),
      '图片不是外网地址',
    );
    return `图片 ${urls.length} 张`;
  });
  await play.check(GOV_METHODS.ratings, GOODS, ([first]) => {
    must(first !== undefined, '没有好评度');
    return `平均 ${first?.average} 分`;
  });
  await play.check(GOV_METHODS.prices, GOODS, ([first]) => {
    must(first?.agreementFen === priceFen, `协议价为 ${first?.agreementFen} 分`);
    must(first?.marketFen === marketFen, `市场价为 ${first?.marketFen} 分`);
    return '协议价 1000.00，市场价 1200.00';
  });
  await seeRegions(play);
  await seeExtras(play);
  await play.check(GOV_METHODS.newSkus, {}, (skus) => has(skus, sku));
  await play.check(GOV_METHODS.modifiedSkus, {}, (skus) => `${skus.length} 个`);
}

/** 2.10 and 2.11: the county is found inside its own city, by its name. */
async function seeRegions(play: MallPlay): Promise<void> {
  const idIn = (regions: ReadonlyMap<string, string>, name: string): string => {
    const id = regions.get(name) ?? '';
    must(id !== '', `缺少 ${name}`);
    return `${regions.size} 个，${name} 为 ${id}`;
  };
  const { provinces, cities, counties } = GOV_METHODS;
  const all = await play.check(provinces, {}, (found) => idIn(found, PROVINCE));
  const parent = all?.get(PROVINCE) ?? PROVINCE;
  const below = await play.check(cities, { parent }, (found) => idIn(found, CITY));
  await play.check(counties, { parent: below?.get(CITY) ?? CITY }, (found) => idIn(found, COUNTY));
  await play.check(GOV_METHODS.stock, { ...GOODS, area: AREA }, ([first]) => {
    must((first?.quantity ?? 0n) > 0n, '没有库存');
    return `${COUNTY} 可售 ${(first?.quantity ?? 0n) / 1_000n} 件`;
  });
}

async function seeExtras(play: MallPlay): Promise<void> {
  const some = (what: string) => (list: readonly unknown[]) => {
    must(list.length > 0, `没有${what}`);
    return `${list.length} 条`;
  };
  await play.check(GOV_METHODS.accessories, GOODS, some('配件'));
  await play.check(GOV_METHODS.warranties, { ...GOODS, area: AREA }, some('延保'));
  await play.check(GOV_METHODS.accessoryRelations, {}, some('配件关联'));
  await play.check(GOV_METHODS.groupBuys, GOODS, some('团购'));
  await play.check(GOV_METHODS.specials, GOODS, some('特惠'));
  await play.check(GOV_METHODS.tiers, GOODS, some('阶梯优惠'));
}

/** Orders and their money: 2.12 to 2.16, 2.18 and 2.21. The seller's people ship, check and invoice meanwhile. */
export async function buy(play: MallPlay, mallOrderNo: string, today: Date): Promise<void> {
  const { submit, confirm, cancel } = GOV_METHODS;
  const other = await play.must(submit, preOrderOf(`${mallOrderNo}-C`, 1n));
  await play.check(cancel, { orderNo: other.orderNo }, ({ orderNo }) => `${orderNo} 已取消`);
  const order = await play.check(submit, preOrderOf(mallOrderNo), ({ orderNo, totalFen }) => {
    must(totalFen === PIECES * priceFen, `订单金额为 ${totalFen} 分`);
    return `${orderNo}，${PIECES} 件已锁定`;
  });
  const orderNo = order?.orderNo ?? mallOrderNo;
  await play.check(confirm, { orderNo }, () => `${orderNo} 已确认`);
  await play.checkUntil(GOV_METHODS.select, { orderNo }, ({ state, stateText, paymentText }) => {
    must(state === 'COMPLETED', `订单状态为 ${stateText}`);
    must(paymentText === TO_BE_PAID, `付款状态为 ${paymentText ?? '空'}`);
    return `${orderNo} ${stateText}，${paymentText}`;
  });
  await play.check(GOV_METHODS.track, { orderNo }, ({ parcels }) => {
    const [first] = parcels;
    must(first !== undefined && first.steps.length > 0, '没有物流信息');
    return `${first?.company} ${first?.waybill}`;
  });
  const day = formatShanghai(today).slice(0, 10);
  await play.checkUntil(GOV_METHODS.reconcile, { fromDay: day, toDay: day }, ({ orders }) =>
    has(
      orders.map((one) => one.orderNo),
      orderNo,
    ),
  );
  await pay(play, orderNo);
  const lines = [{ sku, quantityMilli: 1_000n }];
  const back = { orderNo, kind: 'RETURN', lines, requestRef: `${mallOrderNo}-R` } as const;
  await play.check(GOV_METHODS.return, back, ({ returnNo }) => `服务单 ${returnNo}`);
}

async function pay(play: MallPlay, orderNo: string): Promise<void> {
  const bankNumber = `B${orderNo}`;
  const told = { bankNumber, orderNos: [orderNo], amountFen: PIECES * priceFen, payer: '市财政局' };
  await play.checkUntil(GOV_METHODS.transfer, told, ({ state, stateText }) => {
    must(state === 'SUBMITTED' || state === 'VERIFIED', `转账${stateText}`);
    return `转账 ${bankNumber} ${stateText}`;
  });
  await play.checkUntil(GOV_METHODS.transferResult, { bankNumber }, ({ transfers: [first] }) => {
    must(first?.state === 'VERIFIED', `转账${first?.stateText ?? '不存在'}`);
    return `转账 ${bankNumber} ${first?.stateText}`;
  });
  await play.checkUntil(GOV_METHODS.invoices, { orderNos: [orderNo] }, ([first]) => {
    must(first?.issued === true, '发票未开具');
    must(first?.url?.startsWith('https://') === true, '发票不是外网地址');
    return `发票 ${first?.invoices[0]?.number}`;
  });
}
