import { TillAdminServiceClient, TillServiceClient } from '@astrolabe/contracts/order';
import type { Sale, SaleReturn, SaleResolution } from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import { posOrder } from '@astrolabe/kernel';
import { adminAddress, grpcAddress, httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import type { Actor } from './scenario.ts';
import { sandboxTmall } from './sandbox.ts';
import { callTop } from './wire.ts';

export const CREATE = 'alibaba.omni.saas.order.create';
const DEADLINE_MS = 10_000;

/** The document's request; its goods are named as the platform demands, which the document's own are not. */
export const REQUEST: Readonly<Record<string, string>> = {
  goods_details: goodsDetails([{}]),
  buyer_id: '79284721321',
  buyer_id_type: 'TAOBAO',
  store_id: '1342',
  device: 'POS',
  device_no: 'POS001',
  operator_id: '5436457654',
  pay_channel: 'ALIPAY',
  coupon_infos: couponInfos([{}]),
  store_id_type: 'PLACE',
  request_no: 'REQ-3436967',
};

/** Goods as they travel: JSON in one field. */
export function goodsDetails(lines: readonly Readonly<Record<string, unknown>>[]): string {
  const usual = { goods_id: '9001_70001', price: '100', quantity: '1.0', id_type: 'ITEM_SKU' };
  return JSON.stringify(lines.map((line) => ({ ...usual, ...line })));
}

export function couponInfos(coupons: readonly Readonly<Record<string, unknown>>[]): string {
  const usual = { name: '满100减10元', discount: 10, option_id: 'YH9527' };
  return JSON.stringify(coupons.map((coupon) => ({ ...usual, ...coupon })));
}

/** What a till sees of an answer. */
export type TillReply = {
  readonly text: string;
  readonly tradeNo: string | null;
  readonly totalFen: string | null;
  readonly payFen: string | null;
  readonly subCode: string | null;
  readonly subMsg: string | null;
};

/** A value by its name as it stands in the text, digit by digit: no reader of numbers is asked. */
const inJson = (text: string, name: string): string | null =>
  new RegExp(`"${name}":"?([^",}]*)`).exec(text)?.[1] ?? null;

const inXml = (text: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? null;

function readReply(text: string): TillReply {
  const find = text.startsWith('{') ? inJson : inXml;
  return {
    text,
    tradeNo: find(text, 'trade_no'),
    totalFen: find(text, 'total_amount'),
    payFen: find(text, 'actual_pay_fee'),
    subCode: find(text, 'sub_code'),
    subMsg: find(text, 'sub_msg'),
  };
}

/** The tills of one seller, and whoever looks after them. */
export class Tills {
  readonly actor: Actor;
  readonly sales: ReturnType<typeof connectSales>;
  readonly admin: ReturnType<typeof connectAdmin>;

  constructor(actor: Actor) {
    this.actor = actor;
    this.sales = connectSales(actor.harness);
    this.admin = connectAdmin(actor.harness);
  }

  close(): void {
    this.sales.close();
    this.admin.close();
  }

  /** One call of a till; what is said replaces what the document's request says, empty texts leave it out. */
  async call(
    change: Readonly<Record<string, string>> = {},
    options: { format?: 'json' | 'xml' } = {},
  ): Promise<TillReply> {
    const { harness, seller } = this.actor;
    const all = Object.entries({ ...REQUEST, ...change }).filter(([, value]) => value !== '');
    const business = Object.fromEntries(all);
    const { keys, sellerId } = seller;
    const answer = await callTop(harness.gateway, keys.pos, sellerId, CREATE, business, options);
    return readReply(answer.text);
  }

  /** Repeats a call, as a till does, until the answer is not "ask again". */
  async sell(change: Readonly<Record<string, string>> = {}): Promise<TillReply> {
    return await eventually(
      async () => {
        const reply = await this.call(change);
        expect(reply.subCode ?? '').not.toMatch(/^isp\./);
        return reply;
      },
      { timeoutMs: 30_000 },
    );
  }

  async sale(requestNo = 'REQ-3436967'): Promise<Sale> {
    const orderRef = posOrder(this.actor.seller.sellerId, requestNo);
    const { sale } = await this.sales.call('getSale', { orderRef });
    if (!sale) throw new Error('No sale');
    return sale;
  }

  /** Waits until a sale is in a state. */
  async reaches(state: string, requestNo = 'REQ-3436967'): Promise<Sale> {
    return await eventually(
      async () => {
        const sale = await this.sale(requestNo);
        expect(sale.state).toBe(state);
        return sale;
      },
      { timeoutMs: 40_000 },
    );
  }

  async resolve(
    resolution: SaleResolution,
    requestNo = 'REQ-3436967',
    trade: { tradeNo?: string } = {},
  ) {
    const orderRef = posOrder(this.actor.seller.sellerId, requestNo);
    const asked = { orderRef, resolution, tradeNo: '', askedBy: '值班', ...trade };
    return await this.admin.call('resolveSale', asked);
  }

  /** Goods of a sale come back to its store. */
  async takeBack(
    returnNo: string,
    lines: readonly { lineId: string; quantityMilli: bigint }[],
    { sellable = true, requestNo = 'REQ-3436967' } = {},
  ): Promise<SaleReturn> {
    const orderRef = posOrder(this.actor.seller.sellerId, requestNo);
    const asked = { orderRef, returnNo, lines: [...lines], sellable, askedBy: '值班' };
    const { taken } = await this.admin.call('takeBack', asked);
    if (!taken) throw new Error('No return');
    return taken;
  }

  /** Waits for the receivable of a sale. */
  async receivable(requestNo = 'REQ-3436967') {
    const orderRef = posOrder(this.actor.seller.sellerId, requestNo);
    const { settlement } = this.actor.harness.clients;
    return await eventually(
      async () => (await settlement.call('getReceivable', { orderRef })).receivable,
      { timeoutMs: 30_000 },
    );
  }
}

const connectSales = ({ stack }: Harness) =>
  createGrpcClient(TillServiceClient, {
    address: grpcAddress(stack, 'order-router'),
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });

const connectAdmin = ({ stack }: Harness) =>
  createGrpcClient(TillAdminServiceClient, {
    address: adminAddress(stack, 'order-router'),
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });

/** How the sandbox's platform answers the next sales. */
export type Scripted =
  | { kind: 'made'; tradeNo?: string; total?: string; pay?: string }
  | { kind: 'error'; code: number; subCode?: string; subMsg?: string; isMade?: boolean }
  | { kind: 'lost'; isMade?: boolean }
  | { kind: 'late'; ms: number; isMade?: boolean }
  | { kind: 'text'; text: string; isMade?: boolean };

/** The platform that makes the trades of a seller's tills. */
export type TillPlatformUnderTest = {
  connect(session?: string): Promise<number>;
  script(...answers: Scripted[]): Promise<void>;
  /** Forms of the calls that have come, oldest first. */
  calls(): Promise<URLSearchParams[]>;
  trades(): Promise<number>;
};

/** Connects the tills of a seller to the sandbox's platform. */
export async function connectedTills(tills: Tills): Promise<TillPlatformUnderTest> {
  const { harness, seller } = tills.actor;
  const { sellerId, keys } = seller;
  const tmall = await sandboxTmall(tills.actor);
  const url = httpUrl(harness.stack, 'sandbox');
  const platform: TillPlatformUnderTest = {
    connect: async (session = sellerId) => {
      const { appKey, secret } = keys.tmall;
      const access = { sellerId, url, appKey, secret, session, treatAsPaid: false };
      return (await tills.admin.call('putTillPlatform', { platform: access })).resumed;
    },
    script: async (...answers) => {
      const body = JSON.stringify({ sellerId, answers });
      const told = await fetch(`${url}/control/tmall/till-answers`, { method: 'PUT', body });
      expect(told.status, await told.text()).toBe(200);
    },
    calls: async () => {
      const texts = await tmall.calls(CREATE);
      return texts.map((text) => new URLSearchParams(text.slice(text.indexOf('\n') + 1)));
    },
    trades: async () => {
      const answer = await fetch(`${url}/control/tmall/till-trades?sellerId=${sellerId}`);
      return ((await answer.json()) as { trades: number }).trades;
    },
  };
  await platform.connect();
  return platform;
}
