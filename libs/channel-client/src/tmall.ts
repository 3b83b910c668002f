import { getTradeStatus, shipAtTmall } from '@astrolabe/schemas/top';
import { mapOk } from '@astrolabe/kernel';
import { callTop } from './platform.ts';
import type { CallDeps, Called, TopAccess } from './platform.ts';

/** What leaves: `subOrderIds` null for the whole trade. */
export type Consignment = {
  readonly tradeId: string;
  readonly subOrderIds: readonly string[] | null;
  readonly mailNo: string;
  /** Tmall's code of the carrier. */
  readonly companyCode: string;
};

/** What a sub-order is at Tmall once it is shipped. */
const SHIPPED: readonly string[] = [
  'WAIT_BUYER_CONFIRM_GOODS',
  'TRADE_BUYER_SIGNED',
  'TRADE_FINISHED',
];

/**
 * Ships at Tmall (white paper 3.4: before `consigned`). False when Tmall says that it has not. A
 * repeat of a shipment is refused there, so after an unknown end `isShipped` is asked first.
 */
export async function shipTrade(
  deps: CallDeps,
  access: TopAccess,
  { tradeId, subOrderIds, mailNo, companyCode }: Consignment,
): Promise<Called<boolean>> {
  const called = await callTop(deps, access, shipAtTmall, {
    tradeId,
    ...(subOrderIds ? { subOrderIds } : {}),
    split: subOrderIds ? 1 : 0,
    mailNo,
    companyCode,
  });
  return mapOk(called, ({ shipping }) => shipping.isSuccess);
}

/** Whether Tmall has all these sub-orders as shipped. */
export async function isShipped(
  deps: CallDeps,
  access: TopAccess,
  tradeId: string,
  subOrderIds: readonly string[],
): Promise<Called<boolean>> {
  const fields = 'tid,status,orders.oid,orders.status';
  const called = await callTop(deps, access, getTradeStatus, { fields, tradeId });
  return mapOk(called, ({ trade }) =>
    subOrderIds.every((id) =>
      trade.orders.some((one) => one.subOrderId === id && SHIPPED.includes(one.status)),
    ),
  );
}
