import { placeFromMessage } from '@astrolabe/contracts';
import type { OrderLine } from '@astrolabe/contracts/order';
import type { HoldLine } from '@astrolabe/contracts/inventory';
import { GrpcCallError } from '@astrolabe/grpc';
import { decodeTmallPush, encodeTopError, getFullTrade, topError } from '@astrolabe/schemas';
import type { FullTrade, TmallTrade, TradeStanding } from '@astrolabe/schemas';
import type { TradeInbox } from '../../application/ports.ts';
import type { Peers } from './peers.ts';
import type { Caller } from './qimen-method.ts';
import { isTransient, NotNow, refusalOfPeer } from './refusals.ts';
import type { TopMethod } from './top.ts';

type TradeDeps = {
  peers: Pick<Peers, 'orders' | 'inventory'>;
  trades: Pick<TradeInbox, 'newest'>;
};

/**
 * `taobao.trade.fullinfo.get`: the trade as it was pushed last, and where each sub-order stands. An
 * ISV reads it to decide, and again to learn how a call of its own ended that got no answer.
 */
export function tradeMethod(deps: TradeDeps): [string, TopMethod] {
  const method: TopMethod = (params, format, requestId) => {
    const decoded = getFullTrade.decodeRequest(params);
    if (!decoded.ok) return { refused: decoded.error };
    const { tradeId } = decoded.value;
    return {
      tradeId,
      readOnly: true,
      run: async (caller) => {
        const trade = await newestTrade(deps.trades, caller.sellerId, tradeId);
        if (!trade) {
          const error = topError('invalidArguments', 'isv.trade-not-exist', 'no such trade');
          return encodeTopError(error, format, requestId);
        }
        const full = { trade, standings: await standingsOf(deps.peers, caller, trade) };
        return getFullTrade.encodeReply(full, format, requestId);
      },
    };
  };
  return [getFullTrade.method, method];
}

async function newestTrade(
  trades: TradeDeps['trades'],
  sellerId: string,
  tradeId: string,
): Promise<TmallTrade | null> {
  const rawBody = await trades.newest(sellerId, tradeId);
  const push = rawBody && decodeTmallPush(rawBody);
  return push?.ok ? push.value.trade : null;
}

/** The hold of a trade is named by its channel and number, as the order's service names it. */
const holdRefOf = (tradeId: string): string => `tmall:${tradeId}`;

async function standingsOf(
  { orders, inventory }: TradeDeps['peers'],
  { sellerId, left }: Caller,
  { tradeId, lines }: TmallTrade,
): Promise<FullTrade['standings']> {
  const [order, hold] = await Promise.all([
    orNull(orders.call('getOrder', { sellerId, tradeId }, left())),
    orNull(inventory.call('getHold', { sellerId, holdRef: holdRefOf(tradeId) }, left())),
  ]);
  return lines.map(({ subOrderId }) =>
    standingOf(
      subOrderId,
      order?.order?.lines.find((line) => line.subOrderId === subOrderId),
      hold?.hold?.lines.find((line) => line.lineId === subOrderId),
    ),
  );
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

/** Nothing there is an answer; a peer that does not decide is none. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const refusal = refusalOfPeer(error);
    if (isTransient(refusal)) throw new NotNow(refusal);
    if (error instanceof GrpcCallError) return null;
    throw error;
  }
}
