import {
  IngressAdminServiceClient,
  PlatformAdminServiceClient,
} from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import { signAop, signFw199 } from '@astrolabe/signing';
import {
  procurementConnection,
  procurementMessage,
  stockXml,
  storeReport,
  tradeMessage,
} from '@astrolabe/testing';
import { SAMPLE } from './distribution.ts';
import { callQimen, callTop, post, pushToGateway } from './wire.ts';
import type { WireAnswer } from './wire.ts';

/** The seller that all of them ask for. */
export const SELLER = '21230';

const KEY = { appKey: '123543', secret: 'a-secret' };
const TMALL_KEY = '89765';
const SUPPLIER_KEY = '12345678';
const MEMBER = 'b2b-3081850159d0afc';
const DEADLINE_MS = 10_000;
const FORM = 'application/x-www-form-urlencoded';

/** Whoever asks at a gateway, each in the form of its channel; a number that was asked about is not asked about again. */
export type Askers = {
  /** Of Tmall. It needs the database alone, so it is the call that succeeds when that is there. */
  readonly push: () => Promise<WireAnswer>;
  /** Of a store, by TOP. */
  readonly report: (format: 'json' | 'xml') => Promise<WireAnswer>;
  /** Of an ERP, by Qimen. */
  readonly stock: () => Promise<WireAnswer>;
  /** Of 1688, of a requisition. */
  readonly message: () => Promise<WireAnswer>;
  /** Of 1688, of a requisition that is not made yet. */
  readonly precheck: () => Promise<WireAnswer>;
  /** Of a seller's system, of an order that suppliers ship. */
  readonly distribution: () => Promise<WireAnswer>;
};

/** Lets all of them in, by the gateway's port of administration. */
export async function admitCallers(address: string): Promise<void> {
  const options = { address, name: 'test', defaultDeadlineMs: DEADLINE_MS };
  const admin = createGrpcClient(IngressAdminServiceClient, options);
  const platforms = createGrpcClient(PlatformAdminServiceClient, options);
  try {
    for (const [appKey, role] of [
      [KEY.appKey, 'pos'],
      [TMALL_KEY, 'tmall'],
      [SUPPLIER_KEY, 'erp'],
    ] as const) {
      const secrets = [KEY.secret];
      const rest = { sellerIds: [SELLER], signMethods: [], enabled: true, ratePerSecond: 0 };
      await admin.call('putAppKey', { appKey: { appKey, role, secrets, ...rest } });
    }
    const connection = { sellerId: SELLER, memberId: MEMBER, gatewayUrl: 'https://127.0.0.1:9' };
    await platforms.call(
      'putConnection',
      procurementConnection(connection, { secret: KEY.secret }),
    );
  } finally {
    admin.close();
    platforms.close();
  }
}

/** Callers of the gateway that is at an address at the time of the call. */
export function askersOf(urlOf: () => string): Askers {
  let asked = 0;
  const next = (): number => (asked += 1);
  const gateway = () => ({ url: urlOf() });
  const signed = (path: string, field: string, json: string): Promise<WireAnswer> => {
    const signature = signAop({ params: { [field]: json }, secret: KEY.secret });
    const form = new URLSearchParams({ _aop_signature: signature, [field]: json });
    return post(urlOf() + path, FORM, form.toString());
  };
  return {
    push: () => pushToGateway(gateway(), { ...KEY, appKey: TMALL_KEY }, paidTrade(next())),
    report: (format) =>
      callTop(gateway(), KEY, SELLER, 'taobao.omniorder.store.accpeted', REPORT, { format }),
    stock: () =>
      callQimen(gateway(), KEY, SELLER, 'taobao.qimen.storeinventory.iteminitial', STOCK),
    message: () => signed('/1688/message', 'message', requisition(next())),
    precheck: () => signed('/1688/precheck', 'coopSubmitOrderParam', PRECHECK),
    distribution: () => {
      const params: Record<string, string> = {
        appid: SUPPLIER_KEY,
        seller_nick: SELLER,
        request_data: JSON.stringify({ ...SAMPLE, outOrderId: `asked-${next()}` }),
        timestamp: String(Math.floor(Date.now() / 1_000)),
      };
      params['sign'] = signFw199({ params, secret: KEY.secret });
      const url = `${urlOf()}/gateway/1688/fenxiao/trade/crate`;
      return post(url, FORM, new URLSearchParams(params).toString());
    },
  };
}

const requisition = (n: number): string =>
  procurementMessage(n, 'CAIGOU_SELLER_VIEW_MSG_BUYER_REQUISITION_CREATE_SUCCESS', MEMBER, {
    requisitionId: n,
    requisitionNo: `PR${n}`,
    title: '办公用品',
  });

const PRECHECK = JSON.stringify({
  buyerLoginId: 'bonlinetest003',
  submitOrderItemParam: [
    {
      mallGoodsId: 5_645_673,
      skuId: 76_354_678,
      cargoNo: 'cargo123',
      outSkuId: '6578902',
      price: 10,
      buyAmount: 2,
    },
  ],
  addressCode: '110102',
});

const paidTrade = (n: number): string =>
  tradeMessage({ tid: String(7_000_000_000_000_000 + n), sellerId: SELLER, orders: [{}] });

const REPORT = storeReport('2004574256073903', ['2004574256073904']);
const LINE = { billNum: '1', kind: 'UNCERTAINTY', quantity: '4' } as const;
const STOCK = stockXml(SELLER, [{ place: '1342', lines: [LINE] }], '2016-09-22 10:00:00');
