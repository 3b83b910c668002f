import { placeFromMessage } from '@astrolabe/contracts';
import type { Order, OrderLine } from '@astrolabe/contracts/order';
import type { HoldLine } from '@astrolabe/contracts/inventory';
import { RefusedHere, orNull } from '@astrolabe/door';
import type { FulfilmentStatus, OrderRef } from '@astrolabe/kernel';
import { holdRef, orderKey, tmallOrder } from '@astrolabe/kernel';
import { printOmnichannelParam } from '@astrolabe/schemas/jdp';
import { decodeTmallPush } from '@astrolabe/schemas/tmall';
import { getFullTrade } from '@astrolabe/schemas/top';
import type { OmnichannelEntry } from '@astrolabe/schemas/jdp';
import type { TmallTrade } from '@astrolabe/schemas/tmall';
import type { FullTrade, TradeStanding } from '@astrolabe/schemas/top';
import { LRUCache } from 'lru-cache';
import type { TradeInbox } from '../../application/ports.ts';
import type { Peers } from '../peers.ts';
import type { Caller } from '../caller.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';

type TradeDeps = {
  peers: Pick<Peers, 'orders' | 'inventory'>;
  trades: Pick<TradeInbox, 'newest' | 'isStill'>;
};

/** What was read of a trade a moment ago, and of which version it was. */
type Known = {
  readonly trade: TmallTrade;
  readonly version: bigint;
  /** As routing has it; null where it has none. */
  readonly order: Order | null;
};

/** Versions are confirmed for so long; also the longest that a receiver is in memory. */
const KNOWN = { max: 2_000, ttl: 60_000 } as const;

/**
 * `taobao.trade.fullinfo.get`: the trade as it was pushed last, and where each sub-order stands. An
 * ISV reads it to decide, and again to learn how a call of its own ended that got no answer: what is known of it
 * is confirmed by its versions, beside the question for its holds, and read only where it has changed.
 */
export const tradeMethod = (deps: TradeDeps): TopMethod => {
  const recent = new LRUCache<string, Known>(KNOWN);
  return topRow(getFullTrade, {
    readOnly: true,
    tradeOf: ({ tradeId }) => tradeId,
    work: async ({ tradeId }, caller) => {
      const orderRef = tmallOrder(caller.sellerId, tradeId);
      const key = orderKey(orderRef);
      const asking = { deps, orderRef, caller, holds: holdsOf(deps.peers, caller) };
      const known = recent.get(key);
      const read = known ? await confirmed(asking, known) : await readAnew(asking);
      if (read !== known) recent.set(key, read);
      return await standingsOf(asking, read);
    },
  });
};

type Asking = {
  readonly deps: TradeDeps;
  readonly orderRef: OrderRef;
  readonly caller: Caller;
  readonly holds: Holds;
};

/** The same object where nothing has changed. */
async function confirmed(asking: Asking, known: Known): Promise<Known> {
  const { deps, orderRef, holds } = asking;
  // Most trades have not changed, so that their holds are these; what is asked for in vain is asked for once.
  for (const ref of refsOf(orderRef, known)) void holds(ref).catch(() => undefined);
  const [isStill, order] = await Promise.all([
    deps.trades.isStill(orderRef, known.version),
    orderOf(asking, known.order),
  ]);
  const newest = isStill ? known : await newestTrade(deps.trades, orderRef);
  return newest === known && order === known.order ? known : { ...newest, order };
}

async function readAnew(asking: Asking): Promise<Known> {
  const newest = await newestTrade(asking.deps.trades, asking.orderRef);
  return { ...newest, order: await orderOf(asking, null) };
}

async function newestTrade(
  trades: TradeDeps['trades'],
  order: OrderRef,
): Promise<Pick<Known, 'trade' | 'version'>> {
  const newest = await trades.newest(order);
  const read = newest && decodeTmallPush(newest.rawBody);
  if (newest && read?.ok) return { trade: read.value.push.trade, version: newest.version };
  throw new RefusedHere({ code: 'isv.trade-not-exist', message: 'no such trade' });
}

/** The order as routing has it; the one that is known where that has not changed. */
async function orderOf(
  { deps, orderRef, caller }: Asking,
  known: Order | null,
): Promise<Order | null> {
  const asked = { orderRef, ...(known && { knownVersion: known.version }) };
  const found = await orNull(deps.peers.orders.call('getOrder', asked, caller.left()));
  return found && (found.order ?? known);
}

/** The lines of a hold; each is asked for once. */
type Holds = (ref: string) => Promise<readonly HoldLine[]>;

function holdsOf({ inventory }: TradeDeps['peers'], { sellerId, left }: Caller): Holds {
  const asked = new Map<string, Promise<readonly HoldLine[]>>();
  const ask = async (ref: string): Promise<readonly HoldLine[]> => {
    const held = await orNull(inventory.call('getHold', { sellerId, holdRef: ref }, left()));
    return held?.hold?.lines ?? [];
  };
  return (ref) => {
    const known = asked.get(ref) ?? ask(ref);
    asked.set(ref, known);
    return known;
  };
}

const lineOf = ({ order }: Known, subOrderId: string): OrderLine | undefined =>
  order?.lines.find((line) => line.subOrderId === subOrderId);

/** Lines that came back after a refund are in a hold of their own (docs/adr/0020). */
const refOf = (orderRef: OrderRef, known: Known, subOrderId: string): string =>
  lineOf(known, subOrderId)?.holdRef || holdRef(orderRef);

const refsOf = (orderRef: OrderRef, known: Known): readonly string[] => [
  ...new Set(known.trade.lines.map(({ subOrderId }) => refOf(orderRef, known, subOrderId))),
];

async function standingsOf({ orderRef, holds }: Asking, known: Known): Promise<FullTrade> {
  const { trade, order } = known;
  const refs = refsOf(orderRef, known);
  const lines = await Promise.all(refs.map(async (ref) => [ref, await holds(ref)] as const));
  const held = new Map(lines);
  const standings = trade.lines.map(({ subOrderId }) =>
    standingOf(
      subOrderId,
      lineOf(known, subOrderId),
      held.get(refOf(orderRef, known, subOrderId))?.find((line) => line.lineId === subOrderId),
    ),
  );
  const pickup = (trade.collect ?? '') !== '';
  const allocation = printOmnichannelParam(
    order?.lines.flatMap((line) => placementOf(line, pickup)) ?? [],
  );
  return { trade, standings, ...(allocation !== '' && { allocation }) };
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
