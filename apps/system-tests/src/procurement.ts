import { OfferAdminServiceClient } from '@astrolabe/contracts/catalog';
import { SupplyAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import { BillType, Command } from '@astrolabe/contracts/inventory';
import { ProcurementAdminServiceClient } from '@astrolabe/contracts/order';
import type { Procurement, PurchaseOrder } from '@astrolabe/contracts/order';
import { placeToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import { createGrpcClient } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { purchaseOrder, requisitionRef } from '@astrolabe/kernel';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { eventually, procurementConnection } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness, SellerUnderTest } from './harness.ts';
import { GOODS, detailOf, orderOf, requisitionOf } from './procurement-documents.ts';

const DEADLINE_MS = 10_000;
export const SECRET = 'test123';
export const PLACE = placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' });

const REGION = '110102';

type Json = Readonly<Record<string, unknown>>;
export type MessageKind =
  | 'GOODS_STATUS_CHANGED'
  | 'ORDER_CANCELLED'
  | 'ORDER_CREATED'
  | 'REQUISITION_CREATED'
  | 'REQUISITION_REJECTED';
export type PlatformCall = {
  readonly call: string;
  readonly fields: Json;
  readonly answer: string;
};

function connect({ stack }: Harness) {
  const at = (app: 'catalog-sync' | 'fulfillment' | 'gateway-ingress' | 'order-router') => ({
    address: adminAddress(stack, app),
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    offers: createGrpcClient(OfferAdminServiceClient, at('catalog-sync')),
    supplies: createGrpcClient(SupplyAdminServiceClient, at('fulfillment')),
    platforms: createGrpcClient(PlatformAdminServiceClient, at('gateway-ingress')),
    procurements: createGrpcClient(ProcurementAdminServiceClient, at('order-router')),
  };
}

/** Enterprise procurement of one seller: its platform, which the sandbox plays, its goods, and who looks after them. */
export class ProcurementUnderTest {
  readonly clients: ReturnType<typeof connect>;
  readonly harness: Harness;
  readonly seller: SellerUnderTest;
  goodsId = '';

  constructor(harness: Harness, seller: SellerUnderTest) {
    this.harness = harness;
    this.seller = seller;
    this.clients = connect(harness);
  }

  close(): void {
    for (const client of Object.values(this.clients)) client.close();
  }

  /** Connected to its platform, with `pieces` of the fixture's goods, and the fixture's region served. */
  static async start(harness: Harness, pieces: bigint): Promise<ProcurementUnderTest> {
    const one = new ProcurementUnderTest(harness, await harness.newSeller());
    await one.connectPlatform();
    await one.putOffer();
    await harness.clients.catalogAdmin.call('putArea', {
      sellerId: one.seller.sellerId,
      areaId: REGION,
      name: '西城区',
      places: [PLACE],
    });
    await one.putStock(pieces);
    return one;
  }

  private async connectPlatform(): Promise<void> {
    const { sellerId } = this.seller;
    const appKey = `9${sellerId}`;
    const { accessToken } = (await this.control('PUT', 'config', {
      sellerId,
      appKey,
      secret: SECRET,
      memberId: `b2b-${sellerId}`,
      refreshToken: `refresh-${sellerId}`,
    })) as { accessToken: string };
    const connection = {
      sellerId,
      appKey,
      gatewayUrl: httpUrl(this.harness.stack, 'sandbox'),
      memberId: `b2b-${sellerId}`,
    };
    const tokens = { secret: SECRET, accessToken, refreshToken: `refresh-${sellerId}` };
    await this.clients.platforms.call('putConnection', procurementConnection(connection, tokens));
  }

  /** The fixture's offer at another price. */
  async putPrice(agreementFen: bigint): Promise<void> {
    await this.putOffer(agreementFen);
  }

  private async putOffer(agreementFen = 1_000n): Promise<void> {
    const { sellerId } = this.seller;
    const { offer } = await this.clients.offers.call('putOffer', {
      offer: {
        sellerId,
        cargoNo: GOODS.cargoNo,
        specs: [],
        detail: detailOf(GOODS.outSkuId),
        prices: {
          agreementFen,
          marketFen: 1_200n,
          minimumMilli: 0n,
          taxRate: 13,
          untaxed: false,
          tiers: [],
          promotions: [],
        },
        poolIds: [],
        published: true,
        names: [],
        platformGoodsId: String(GOODS.mallGoodsId),
        platformSkuId: String(GOODS.skuId),
      },
    });
    this.goodsId = offer?.goodsId ?? '';
  }

  /** Puts pieces into the warehouse; fewer than none take some out, as somebody else's sale does. */
  async putStock(pieces: bigint, billNum = 'B-1'): Promise<void> {
    await this.putStockMilli(pieces * 1_000n, billNum);
  }

  /** The same in thousandths of a piece. */
  async putStockMilli(milli: bigint, billNum = 'B-1'): Promise<void> {
    const { sellerId } = this.seller;
    const line = {
      billNum,
      place: PLACE,
      goodsId: this.goodsId,
      kind: StockKind.CERTAIN,
    };
    const isFirst = billNum === 'B-1';
    const verb: NonNullable<Command['verb']> = isFirst
      ? {
          $case: 'initialise',
          value: {
            billScope: 'test',
            lines: [{ ...line, quantityMilli: milli, operationTimeMs: undefined }],
          },
        }
      : {
          $case: 'adjust',
          value: {
            billScope: 'test',
            lines: [
              {
                ...line,
                billType: BillType.BALANCE,
                deltaMilli: milli,
                finalQuantityMilli: undefined,
                operationTimeMs: undefined,
              },
            ],
          },
        };
    const command = Command.fromPartial({
      operationId: `test/${billNum}`,
      sellerId,
      actor: 'test',
      messageId: billNum,
      verb,
    });
    await this.harness.clients.inventory.call('execute', { command });
  }

  /** What a channel may still be promised, in pieces. */
  async sellable(): Promise<number> {
    const { sellerId } = this.seller;
    const { sellable } = await this.harness.clients.inventory.call('getSellable', {
      sellerId,
      goodsIds: [this.goodsId],
      places: [],
      channel: '1688',
    });
    return Number(sellable[0]?.sellableMilli ?? 0n) / 1_000;
  }

  /** Quantity and held of the warehouse, in pieces, `10/4`. */
  async stock(): Promise<string> {
    const { sellerId } = this.seller;
    const { cells } = await this.harness.clients.inventory.call('query', {
      sellerId,
      goodsIds: [this.goodsId],
      places: [],
      atLeast: undefined,
      pageToken: '',
    });
    const [cell] = cells;
    return `${(cell?.quantityMilli ?? 0n) / 1_000n}/${(cell?.heldMilli ?? 0n) / 1_000n}`;
  }

  /** The sandbox's control; it must succeed. */
  async control(method: string, path: string, body?: Json): Promise<unknown> {
    const url = `${httpUrl(this.harness.stack, 'sandbox')}/control/procurement/${path}`;
    const answer = await fetch(url, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return JSON.parse(text);
  }

  async put(book: 'goods' | 'orders' | 'requisitions', id: string, data: Json): Promise<void> {
    await this.control('PUT', `${book}/${id}`, { sellerId: this.seller.sellerId, data });
  }

  /** The platform has a requisition of so many pieces. */
  async putRequisition(id: string, pieces: number, status = 'approval'): Promise<void> {
    await this.put('requisitions', id, requisitionOf(this.seller.sellerId, id, pieces, status));
  }

  /** The platform has an order of so many pieces. */
  async putOrder(
    id: string,
    pieces: number,
    status: 'approved' | 'canceled' | 'wait_supplier_confirm',
    change: Json = {},
    entry: Json = {},
  ): Promise<void> {
    await this.put('orders', id, { ...orderOf(id, pieces, status, entry), ...change });
  }

  async say(kind: MessageKind, id: string, messageId?: string): Promise<number> {
    return await this.push({ kind, id, ...(messageId !== undefined && { messageId }) });
  }

  /** Pushes a message, again while it is answered that it cannot be taken now; how it was answered in the end. */
  async push(message: Json): Promise<number> {
    let again = message;
    return await eventually(
      async () => {
        const body = { sellerId: this.seller.sellerId, ...again };
        const said = (await this.control('POST', 'messages', body)) as {
          messageId: string;
          status: number;
        };
        again = { ...message, messageId: said.messageId };
        expect(said.status).not.toBe(503);
        return said.status;
      },
      { timeoutMs: 30_000 },
    );
  }

  /** What the platform was asked, oldest first; one of its interfaces, or all. */
  async calls(api?: string): Promise<readonly PlatformCall[]> {
    const { sellerId } = this.seller;
    const only = api === undefined ? '' : `&api=${api}`;
    return (await this.control('GET', `calls?sellerId=${sellerId}${only}`)) as PlatformCall[];
  }

  async faults(api: string, faults: readonly Json[]): Promise<void> {
    await this.control('PUT', 'faults', { sellerId: this.seller.sellerId, api, faults });
  }

  private async get(orderRef: OrderRef): Promise<Procurement | null> {
    try {
      const answer = await this.clients.procurements.call('getProcurement', { orderRef });
      return answer.procurement ?? null;
    } catch {
      return null;
    }
  }

  async requisition(id: string): Promise<Procurement | null> {
    return await this.get(requisitionRef(this.seller.sellerId, id));
  }

  async order(id: string): Promise<PurchaseOrder | null> {
    const found = await this.get(purchaseOrder(this.seller.sellerId, id));
    return found?.orders.find(({ orderId }) => orderId === id) ?? null;
  }

  async decide(number: string, decision: string, requisitionId = ''): Promise<void> {
    const orderRef = purchaseOrder(this.seller.sellerId, number);
    const asked = { orderRef, decision, requisitionId, askedBy: 'operator:test' };
    await this.clients.procurements.call('decideProcurement', asked);
  }

  /** Waits until an order is in a state, with what its stock is. */
  async until(id: string, expected: Partial<PurchaseOrder>): Promise<PurchaseOrder> {
    const seen = await eventually(
      async () => {
        const order = await this.order(id);
        expect(order).toMatchObject(expected);
        return order;
      },
      { timeoutMs: 30_000 },
    );
    if (!seen) throw new Error('an order that was seen is there');
    return seen;
  }

  /** Waits until the warehouse shows this. */
  async untilStock(expected: string): Promise<void> {
    await eventually(async () => expect(await this.stock()).toBe(expected), { timeoutMs: 30_000 });
  }

  async ship(id: string, parcelNo: string, pieces: bigint): Promise<string> {
    const answer = await this.clients.supplies.call('shipParcel', {
      orderRef: purchaseOrder(this.seller.sellerId, id),
      parcelNo,
      companyCode: 'SF',
      companyName: '顺丰',
      waybillNo: `SF${parcelNo}`,
      lines: [{ lineId: '41', quantityMilli: pieces * 1_000n }],
      operator: '小王',
      sentAt: undefined,
    });
    return answer.parcel?.state ?? '';
  }
}
