import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALLOCATION_STATUS_WORDS } from '../src/omni/status.ts';
import { FLOW_WORDS, ORDER_STATUS_CODES, TRADE_STATUS_WORDS } from '../src/omni/index.ts';
import { REFUND_STATES, TMALL_TOPICS, TRADE_STATES } from '../src/tmall/index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

/** Doors, and what plays a counterparty: their business is the words of channels. */
const OUTSIDE = ['gateway-ingress', 'sandbox', 'system-tests', 'devstack'];

/**
 * Where a service behind the gateway speaks to a system of Tmall's by itself. The import rule
 * `channel-words-at-the-edges` reads the same list.
 */
const EDGES = JSON.parse(
  readFileSync(join(ROOT, 'libs/schemas/channel-edges.json'), 'utf8'),
) as readonly string[];

/** Words that are plain English too, such as CLOSED, are no proof of a channel. */
const WORDS = [
  ...Object.values<string>(TRADE_STATES),
  ...Object.values<string>(REFUND_STATES),
  ...Object.values<string>(TRADE_STATUS_WORDS),
  ...Object.values<string>(TMALL_TOPICS),
  ...ORDER_STATUS_CODES,
].filter((word) => word.includes('_'));
/** Of the distribution order, those that are no English. */
const DISTRIBUTION = [
  'SPEC_NO_EXIST',
  'mutilOrders',
  'addressParam',
  'cargoParamList',
  'encryptOutOrderInfo',
  'outPlatformAppkey',
  'isSplitJxhy',
  'thyny',
  'fw199',
];
/** The till interface has brands and plain words beside this one. */
const TILL = ['BANK_CARD'];
/** Of enterprise procurement, those that are no English. */
const PROCUREMENT = [
  'CAIGOU_\\w+',
  'coopSubmitOrderParam',
  'submitOrderItemParam',
  'procurementOrderId',
  'settlementNoteId',
  'wait_supplier_confirm',
  'waitSupplierConfirm',
  'receiveing_goods',
  'confirmSuccess',
  '_aop_signature',
];
/** Of the mall, those that are no English. */
const MALL = ['yggc_order', 'Invoice_mobile', 'order_service_id', 'sucess', 'token_expired'];
const PLAIN = [
  ALLOCATION_STATUS_WORDS.FAILED,
  ...Object.values<string>(FLOW_WORDS),
  ...DISTRIBUTION,
  ...PROCUREMENT,
  ...MALL,
];

const CHANNEL_WORD = new RegExp(
  `(?<![\\w.])(?:${[...WORDS, ...TILL, ...PLAIN].join('|')}|X_[A-Z]\\w*|(?:taobao|alibaba)[._]\\w[\\w.]*)(?!\\w)`,
  'g',
);

const wordsIn = (source: string): readonly string[] => [
  ...new Set([...source.matchAll(CHANNEL_WORD)].map(([word]) => word)),
];

/** Hand-written files that no channel's word may stand in, comments included. */
const files = globSync(
  ['apps/*/src/**/*.{ts,tsx}', 'libs/{kernel,contracts}/src/**/*.ts', 'proto/**/*.proto'],
  { cwd: ROOT },
).filter(
  (file) =>
    !OUTSIDE.some((app) => file.startsWith(`apps/${app}/`)) &&
    !file.includes('/gen/') &&
    !file.endsWith('.test.ts'),
);

test('behind the gateway a channel’s words stand at the outbound edges alone', () => {
  const found = files
    .filter((file) => !EDGES.includes(file))
    .flatMap((file) =>
      wordsIn(readFileSync(join(ROOT, file), 'utf8')).map((word) => `${file}: ${word}`),
    );
  expect(files.length).toBeGreaterThan(400);
  expect(found).toEqual([]);
});

test.each(EDGES)('%s is still an edge', (file) => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  expect(source.includes("from '@astrolabe/schemas/") || wordsIn(source).length > 0).toBe(true);
});

describe('the check fires', () => {
  test.each([
    [`if (status === 'TRADE_CLOSED') return;`, 'TRADE_CLOSED'],
    [`const WAITS = 'WAIT_SELLER_SEND_GOODS';`, 'WAIT_SELLER_SEND_GOODS'],
    [`type S = 'X_SHOP_ALLOCATION';`, 'X_SHOP_ALLOCATION'],
    [`status: 'X_OF_A_LATER_VERSION'`, 'X_OF_A_LATER_VERSION'],
    [`case 'taobao_trade_TradeBuyerPay':`, 'taobao_trade_TradeBuyerPay'],
    ['/** As `taobao.trade.fullinfo.get` names it. */', 'taobao.trade.fullinfo.get'],
    [`flow === 'ZITI'`, 'ZITI'],
    [`status === 'AllocateFail'`, 'AllocateFail'],
    [`status: 'STATUS_REFUNDED'`, 'STATUS_REFUNDED'],
    [`refund !== 'NO_REFUND'`, 'NO_REFUND'],
    [`payment === 'BANK_CARD'`, 'BANK_CARD'],
    ['As `alibaba.omni.saas.order.create` does.', 'alibaba.omni.saas.order.create'],
    [`childOf(data, 'mutilOrders')`, 'mutilOrders'],
    [`code === 'SPEC_NO_EXIST'`, 'SPEC_NO_EXIST'],
    [`childOf(order, 'yggc_order')`, 'yggc_order'],
    [`status === 'wait_supplier_confirm'`, 'wait_supplier_confirm'],
    [
      `case 'CAIGOU_SELLER_VIEW_MSG_PROCUREMENT_SETTLEMENT_ACTION':`,
      'CAIGOU_SELLER_VIEW_MSG_PROCUREMENT_SETTLEMENT_ACTION',
    ],
  ])('at %s', (source, word) => {
    expect(wordsIn(source)).toEqual([word]);
  });

  test.each([`state === 'CLOSED'`, `'TRADE_NOT_SHIPPED'`, 'TRADE_BODIES_KEPT_DAYS', 'MAX_WAIT'])(
    'and not at %s',
    (source) => expect(wordsIn(source)).toEqual([]),
  );
});
