import { placeFromMessage } from '@astrolabe/contracts';
import type { OrderLine } from '@astrolabe/contracts/order';
import type { HoldLine } from '@astrolabe/contracts/inventory';
import { RefusedHere, orNull } from '@astrolabe/door';
import type { FulfilmentStatus, OrderRef } from '@astrolabe/kernel';
import { holdRef, tmallOrder } from '@astrolabe/kernel';
import { printOmnichannelParam } from '@astrolabe/schemas/jdp';
import { decodeTmallPush } from '@astrolabe/schemas/tmall';
import { getFullTrade } from '@astrolabe/schemas/top';
import type { OmnichannelEntry } from '@astrolabe/schemas/jdp';
import type { TmallTrade } from '@astrolabe/schemas/tmall';
import type { FullTrade, TradeStanding } from '@astrolabe/schemas/top';
import type { TradeInbox } from '../../application/ports.ts';
import type { Peers } from '../peers.ts';
import type { Caller } from '../caller.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';

type TradeDeps = {
  peers: Pick<Peers, 'orders' | 'inventory'>;
  trades: Pick<TradeInbox, 'newest'>;
};

/**
 * `taobao.trade.fullinfo.get`: the trade as it was pushed last, and where each sub-order stands. An
 * ISV reads it to decide, and again to learn how a call of its own ended that got no answer.
 */
export const tradeMethod = (deps: TradeDeps): TopMethod =>
  topRow(getFullTrade, {
    readOnly: true,
    tradeOf: ({ tradeId }) => tradeId,
    work: async ({ tradeId }, caller) => {
      const trade = await newestTrade(deps.trades, tmallOrder(caller.sellerId, tradeId));
      if (trade) return { trade, ...(await standingsOf(deps.peers, caller, trade)) };
      throw new RefusedHere({ code: 'isv.trade-not-exist', message: 'no such trade' });
    },
  });

async function newestTrade(
  trades: TradeDeps['trades'],
  order: OrderRef,
): Promise<TmallTrade | null> {
  const rawBody = await trades.newest(order);
  const read = rawBody && decodeTmallPush(rawBody);
  return read?.ok ? read.value.push.trade : null;
}

async function standingsOf(
  { orders, inventory }: TradeDeps['peers'],
  { sellerId, left }: Caller,
  { tradeId, lines, collect = '' }: TmallTrade,
): Promise<Omit<FullTrade, 'trade'>> {
  const orderRef = tmallOrder(sellerId, tradeId);
  const found = await orNull(orders.call('getOrder', { orderRef }, left()));
  const known = found?.order?.lines ?? [];
  const refOf = (subOrderId: string): string =>
    known.find((line) => line.subOrderId === subOrderId)?.holdRef || holdRef(orderRef);
  // Lines that came back after a refund are in a hold of their own (docs/adr/0020).
  const refs = [...new Set(lines.map(({ subOrderId }) => refOf(subOrderId)))];
  const holds = new Map(
    await Promise.all(
      refs.map(async (ref): Promise<[string, readonly HoldLine[]]> => {
        const asked = { sellerId, holdRef: ref };
        const held = await orNull(inventory.call('getHold', asked, left()));
        return [ref, held?.hold?.lines ?? []];
      }),
    ),
  );
  const standings = lines.map(({ subOrderId }) =>
    standingOf(
      subOrderId,
      known.find((line) => line.subOrderId === subOrderId),
      holds.get(refOf(subOrderId))?.find((line) => line.lineId === subOrderId),
    ),
  );
  const allocation = printOmnichannelParam(
    known.flatMap((line) => placementOf(line, collect !== '')),
  );
  return { standings, ...(allocation !== '' && { allocation }) };
}

/** Where a sub-order stands at its place, by the order's states in which it has one (catalogue 4.1). */
const DELIVERY_STATUSES = new Map<string, FulfilmentStatus>([
  ['ALLOCATED', 'OFFERED'],
  ['ACCEPTED', 'ACCEPTED'],
  ['SHIPPED', 'SHIPPED'],
]);

const PICKUP_STATUSES = new Map<string, FulfilmentStatus>([
  ...DELIVERY_STATUSES,
  ['ACCEPTED', 'READY'],
]);

/** The sub-order as the push tables show it (white paper 2.3, 2.4). */
function placementOf(line: OrderLine, pickup: boolean): OmnichannelEntry[] {
  const place = placeFromMessage(line.routedPlace);
  const orderState = (pickup ? PICKUP_STATUSES : DELIVERY_STATUSES).get(line.state);
  if (!place || !orderState) return [];
  const { subOrderId, allocation } = line;
  const attributes = Object.entries(line.attributes);
  return [{ subOrderId, allocation, place, orderState, pickup, attributes }];
}

function standingOf(
  subOrderId: string,
  line: OrderLine | undefined,
  held: HoldLine | undefined,
): TradeStanding {
  // A shared hold is the newer one: the certain hold stays behind it as the guarantee.
  const deducted = placeFromMessage(held?.sharedPlace) ?? placeFromMessage(held?.certainPlace);
  const target = placeFromMessage(line?.routedPlace);
  return {
    subOrderId,
    ...(deducted ? { deducted: { place: deducted } } : {}),
    ...(target ? { target: { place: target } } : {}),
    state: line?.state ?? 'WAITING',
  };
}
