import { setTimeout as pause } from 'node:timers/promises';
import { tmallOrder } from '@astrolabe/kernel';
import type { AppName } from '@astrolabe/local-stack';
import { encodeMessage, MESSAGE_FIELD, PRECHECK_FIELD } from '@astrolabe/schemas/procurement';
import { signAop } from '@astrolabe/signing';
import { Distribution, SAMPLE } from '../src/distribution.ts';
import type { Harness, SellerUnderTest } from '../src/harness.ts';
import { GOODS } from '../src/procurement-documents.ts';
import { ProcurementUnderTest, SECRET } from '../src/procurement.ts';
import { bandingXml, inventoryXml, itemQueryXml, storeXml, tradeJson } from '../src/requests.ts';
import { post, signedPush, signedQimen, signedTop } from '../src/wire.ts';
import type { SignedRequest } from '../src/wire.ts';

/** A kind of request whose cost is measured. */
export type Row = {
  readonly name: string;
  readonly make: (n: number) => SignedRequest;
  readonly isGood: (text: string) => boolean;
  /** Services that are still meanwhile: they would handle what the gateway has taken, beside it. */
  readonly still: readonly AppName[];
};

const PLACE = '1342';
const LINES = 6;
const ASKED_LINES = 10;
const FIRST_MESSAGE = 7_000_000_000_000_000n;
const FIRST_TRADE = 3_100_000_000_000_000_000n;
/** Trades that are read in turn. */
const TRADES = 64;
const SUCCEEDS = (text: string): boolean => text.includes('<flag>success</flag>');

const stockLines = (n: number) =>
  Array.from({ length: LINES }, (_, line) => ({
    place: PLACE,
    kind: 'UNCERTAINTY' as const,
    quantity: '1',
    billNum: `B-${n}-${line}`,
    billType: 'BALANCE',
  }));

/** An update of six lines, about 2 KB. */
export const updateXml = (sellerId: string, n: number): string =>
  inventoryXml(sellerId, stockLines(n));

const paidTrade = (sellerId: string, tid: string, n: number): string =>
  tradeJson({
    topic: 'taobao_trade_TradeBuyerPay',
    sellerId,
    tid,
    lines: [{ oid: String(BigInt(tid) + 1n), num: 1 }],
    modified: new Date(Date.now() + n),
  });

/**
 * Makes a seller with a store, stock, trades and what distribution needs; then the requests: first what only reads, and
 * last what others have to handle when they go on, which would share the machine with the rows behind it.
 */
export async function gatewayRows(harness: Harness): Promise<readonly Row[]> {
  const seller = await harness.newSeller();
  const { sellerId, keys } = seller;
  const { gateway } = harness;
  const distribution = new Distribution(harness, seller);
  const qimen = (method: string, xml: string) =>
    signedQimen(gateway, keys.erp, sellerId, `taobao.qimen.${method}`, xml);
  await taken(qimen('store.create', storeXml()));
  await taken(qimen('itemstore.banding', bandingXml('ADD', '9001', ['1342'])));
  const counted = { place: PLACE, kind: 'UNCERTAINTY', quantity: '100', billNum: 'B-0' } as const;
  await taken(qimen('storeinventory.iteminitial', inventoryXml(sellerId, [counted])));
  for (let n = 0; n < TRADES; n += 1) {
    await taken(signedPush(gateway, keys.tmall, paidTrade(sellerId, readTid(n), n)));
  }
  await atRest(harness, sellerId);
  await distribution.connect();
  await distribution.register();
  const procurement = await ProcurementUnderTest.start(harness, 100n);
  const places = Array.from({ length: LINES }, () => PLACE);
  const asked = itemQueryXml(sellerId, places);
  return [
    {
      name: 'Qimen, stock is read',
      make: () => qimen('storeinventory.itemquery', asked),
      isGood: SUCCEEDS,
      still: [],
    },
    {
      name: 'TOP, a trade is read',
      make: (n) => readTrade(harness, seller, readTid(n)),
      isGood: (text) => text.includes('"tid_str":"31'),
      still: [],
    },
    {
      name: '1688, a requisition is asked',
      make: () => procurementForm(harness, 'precheck', PRECHECK_FIELD, asked1688()),
      isGood: (text) => text.includes('"data":true'),
      still: [],
    },
    {
      name: 'Qimen, stock is updated',
      make: (n) => qimen('storeinventory.itemupdate', updateXml(sellerId, n)),
      isGood: SUCCEEDS,
      still: [],
    },
    {
      name: 'a distribution order',
      make: (n) => crate(harness, distribution, `bench-${n}`),
      isGood: (text) => text.includes('"success":true'),
      still: [],
    },
    {
      name: '1688, an order is cancelled',
      make: (n) =>
        procurementForm(harness, 'message', MESSAGE_FIELD, cancelled(procurement.seller, n)),
      isGood: (text) => text === 'success',
      still: ['order-router', 'fulfillment', 'settlement', 'catalog-sync'],
    },
    {
      name: 'Tmall, a trade is paid',
      make: (n) => signedPush(gateway, keys.tmall, paidTrade(sellerId, tidOf(n), n)),
      isGood: (text) => text.includes('"code":"0"'),
      still: ['order-router', 'fulfillment'],
    },
  ];
}

/** States that an order does not stay in. */
const GOING_ON: readonly string[] = ['RECEIVED', 'RESERVED', 'ROUTING'];
const REST_LOOK_MS = 200;
/** What has not come to rest by then shares the machine with the first rows. */
const REST_MS = 60_000;

/** Waits until the trades that are to be read are routed: nothing else is to run while rows are measured. */
async function atRest({ clients }: Harness, sellerId: string): Promise<void> {
  const stateOf = async (tid: string): Promise<string> => {
    const orderRef = tmallOrder(sellerId, tid);
    const found = await clients.orders.call('getOrder', { orderRef }).catch(() => null);
    return found?.order?.state ?? 'RECEIVED';
  };
  const until = performance.now() + REST_MS;
  for (let n = 0; n < TRADES; n += 1) {
    while (GOING_ON.includes(await stateOf(readTid(n))) && performance.now() < until) {
      await pause(REST_LOOK_MS);
    }
  }
}

/** Ten lines of one article, about 2 KB. */
function asked1688(): string {
  const line = { ...GOODS, price: 10, buyAmount: 1 };
  return JSON.stringify({
    buyerLoginId: 'buyer',
    submitOrderItemParam: Array.from({ length: ASKED_LINES }, () => line),
    addressCode: '110102',
  });
}

const cancelled = ({ sellerId }: SellerUnderTest, n: number): string =>
  encodeMessage({
    messageId: String(FIRST_MESSAGE + BigInt(n)),
    bornAt: new Date(),
    memberId: `b2b-${sellerId}`,
    kind: 'ORDER_CANCELLED',
    data: { orderId: String(FIRST_MESSAGE + BigInt(n)) },
  });

/** A form that the procurement platform sends, signed with the secret of its application. */
function procurementForm(
  { gateway }: Harness,
  path: 'message' | 'precheck',
  field: string,
  json: string,
): SignedRequest {
  const signature = signAop({ params: { [field]: json }, secret: SECRET });
  const form = new URLSearchParams({ [field]: json, _aop_signature: signature });
  return {
    url: `${gateway.url}/1688/${path}`,
    contentType: 'application/x-www-form-urlencoded;charset=utf-8',
    body: Buffer.from(form.toString()),
  };
}

const readTid = (n: number): string => String(FIRST_TRADE + 2n * BigInt(n % TRADES));
const tidOf = (n: number): string => String(3_200_000_000_000_000_000n + 2n * BigInt(n));

const readTrade = (
  { gateway }: Harness,
  { sellerId, keys }: SellerUnderTest,
  tid: string,
): SignedRequest =>
  signedTop(gateway, keys.pos, sellerId, 'taobao.trade.fullinfo.get', {
    fields: 'tid,status,orders',
    tid,
  });

function crate({ gateway }: Harness, distribution: Distribution, outOrderId: string) {
  const form = distribution.form(JSON.stringify({ ...SAMPLE, outOrderId }));
  return {
    url: `${gateway.url}/gateway/1688/fenxiao/trade/crate`,
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(form.toString()),
  };
}

async function taken({ url, contentType, body }: SignedRequest): Promise<void> {
  const { text } = await post(url, contentType, body);
  if (/failure|error_response|"code":"isv/.test(text)) throw new Error(text);
}
