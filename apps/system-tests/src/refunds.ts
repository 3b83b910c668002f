import { FiguresServiceClient } from '@astrolabe/contracts/fulfillment';
import { createGrpcClient } from '@astrolabe/grpc';
import { formatShanghai, tmallOrder } from '@astrolabe/kernel';
import { grpcAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import { orderStatusXml } from './requests.ts';
import { OID, TID } from './scenario.ts';
import type { Actor } from './scenario.ts';
import { element } from './wire.ts';

/** The stock of the worked example, and after two pieces were sold at store 1342. */
export const FULL = { 'WH-01 C': '10/0', '1342 U': '4/0', '123 C': '3/0', '123 U': '2/0' };
export const HELD = { ...FULL, 'WH-01 C': '10/2', '1342 U': '4/2' };
export const SOLD = { ...FULL, '1342 U': '2/0' };

export type RefundOptions = {
  tid?: string;
  oids?: string[];
  all?: string[];
  modified?: Date;
  refundId?: string;
  /** In yuan; absent: what was paid. */
  refundFee?: string;
  /** Pieces that are given back: 0 for money alone; absent: all. */
  refundNum?: number;
};

/** Tmall tells of the buyer's refunds: those of `oids`, in a trade with all of `all`. */
const pushed =
  (
    topic:
      | 'taobao_refund_RefundCreated'
      | 'taobao_refund_RefundBuyerModifyAgreement'
      | 'taobao_refund_RefundClosed',
  ) =>
  (actor: Actor, options: RefundOptions = {}): Promise<void> => {
    const { tid = TID, oids = [OID], all = oids, modified = new Date(), refundId } = options;
    const { refundFee, refundNum } = options;
    const isClosed = topic === 'taobao_refund_RefundClosed';
    const refund = isClosed ? ('CLOSED' as const) : ('WAIT_SELLER_AGREE' as const);
    const of = {
      refund,
      ...(refundId && { refundId }),
      ...(refundFee && { refundFee }),
      ...(refundNum !== undefined && { refundNum }),
    };
    const lines = all.map((oid) =>
      oids.includes(oid) ? { oid, ...of } : { oid, refund: 'NO_REFUND' as const },
    );
    return actor.push(topic, { tid, lines, modified });
  };

export const askRefund = pushed('taobao_refund_RefundCreated');
export const changeRefund = pushed('taobao_refund_RefundBuyerModifyAgreement');
export const withdrawRefund = pushed('taobao_refund_RefundClosed');

/** Ratios of the operating metrics of today's orders, as numerator and denominator. */
async function ratiosOf(harness: Harness, actor: Actor) {
  const day = formatShanghai(new Date()).slice(0, 10);
  const client = createGrpcClient(FiguresServiceClient, {
    address: grpcAddress(harness.stack, 'fulfillment'),
    name: 'system-test',
    defaultDeadlineMs: 5_000,
  });
  try {
    const { figures } = await client.call('getFigures', {
      sellerId: actor.seller.sellerId,
      storeId: '',
      period: { fromDay: day, toDay: day },
    });
    const of = (one?: { numerator: bigint; denominator: bigint }): string =>
      `${one?.numerator}/${one?.denominator}`;
    return {
      orderAccept: of(figures?.orderAcceptRate),
      storeDispatch: of(figures?.storeDispatchRate),
      storeAccept: of(figures?.storeAcceptRate),
    };
  } finally {
    client.close();
  }
}

/** What one test says about the refunds of orders. */
export const refundsOf = (harness: Harness) => {
  const nameOf = (actor: Actor, tradeId: string) => ({
    orderRef: tmallOrder(actor.seller.sellerId, tradeId),
  });
  const tasks = async (actor: Actor, tid = TID) =>
    (await harness.clients.fulfillment.call('getFulfillment', nameOf(actor, tid))).tasks;
  const refunds = async (actor: Actor, tid = TID) => {
    const answer = await harness.clients.fulfillment.call('listRefunds', nameOf(actor, tid));
    return answer.refunds.map(({ subOrderId, state, allowed }) => ({ subOrderId, state, allowed }));
  };
  const shippedAtTmall = (actor: Actor, tid = TID) =>
    eventually(async () => {
      const found = await harness.clients.fulfillment.call('getFulfillment', nameOf(actor, tid));
      expect(found.shippedAtTmall).toBe(true);
    });

  /** Waits until fulfillment has given the sub-orders to their store. */
  const givenToStore = (actor: Actor, tid = TID, allocation = 1) =>
    eventually(
      async () => {
        const found = await tasks(actor, tid);
        expect(found.length).toBeGreaterThan(0);
        for (const task of found) {
          expect(task).toMatchObject({ status: 'OFFERED', allocation });
        }
      },
      { timeoutMs: 60_000 },
    );

  /** Paid, and told to store 1342. */
  const toldTo1342 = async (actor: Actor, lines = [{ oid: OID }]): Promise<void> => {
    await actor.pay({ lines });
    await actor.order('ALLOCATED');
    await givenToStore(actor);
  };

  return {
    tasks,
    refunds,
    ratios: (actor: Actor) => ratiosOf(harness, actor),
    shippedAtTmall,
    givenToStore,
    toldTo1342,
    /** Waits until the store is asked about sub-orders whose money is back already. */
    askedBack: (actor: Actor, oids = [OID]) =>
      eventually(async () => {
        const { refunds: found } = await harness.clients.fulfillment.call(
          'listRefunds',
          nameOf(actor, TID),
        );
        const asked = found.map(({ subOrderId, state, granted }) => ({
          subOrderId,
          state,
          granted,
        }));
        expect(asked).toEqual(
          oids.map((subOrderId) => ({ subOrderId, state: 'WAITING_STORE', granted: true })),
        );
      }),
    /** Waits until the only refund of the order is in a state. */
    refundIs: (actor: Actor, state: string, allowed: boolean, tid = TID) =>
      eventually(async () =>
        expect(await refunds(actor, tid)).toEqual([{ subOrderId: OID, state, allowed }]),
      ),
    /** Paid, routed to store 1342, and accepted there. */
    acceptedAt1342: async (actor: Actor): Promise<void> => {
      await toldTo1342(actor);
      await actor.stockIs(HELD);
      expect(await actor.storeReport('accpeted', '1342')).toMatchObject({ code: '0' });
      await actor.order('ACCEPTED');
      await actor.stockIs(SOLD);
    },
    shippedFrom1342: async (actor: Actor): Promise<void> => {
      await actor.push('taobao_trade_TradeSellerShip');
      await eventually(async () =>
        expect(await actor.storeReport('consigned', '1342')).toMatchObject({ code: '0' }),
      );
      await actor.order('SHIPPED');
    },
  };
};

/**
 * A store's status through orderStatus.update (model C): success or failure. A request that is the
 * same to the second gets the first one's answer, so one that is to be read anew has its own time.
 */
export async function reportStatus(
  actor: Actor,
  status: string,
  oids = [OID],
  at = new Date(),
): Promise<string> {
  const xml = orderStatusXml({
    sellerCode: actor.seller.sellerId,
    tid: TID,
    oids,
    status,
    storeId: '1342',
    type: 'FAHUO',
    actionTime: formatShanghai(at),
  });
  const { text } = await actor.qimen('taobao.qimen.orderStatus.update', xml);
  return element(text, 'flag') ?? '';
}
