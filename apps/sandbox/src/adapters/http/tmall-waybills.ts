import {
  askStoreMailNo,
  cancelWaybill,
  encodeTopError,
  listWaybills,
  topError,
} from '@astrolabe/schemas/top';
import type { TopError, TopFormat } from '@astrolabe/schemas/top';
import { printDataOf } from '../../domain/tmall-waybills.ts';
import type { TmallWaybills } from '../../domain/tmall-waybills.ts';
import type { ShipMode, TmallTrades } from '../../domain/tmall-trades.ts';

export type WaybillDeps = {
  waybills: TmallWaybills;
  standings: Pick<TmallTrades, 'statusOf'>;
  /** By seller; what its ship interface does, this one does too. */
  shipModes: Map<string, ShipMode>;
};

const REQUEST_ID = 'sandbox';
const done = <T>(value: T) => ({ ok: true, message: '', value }) as const;
const REFUSED = { code: 'CONSIGN_NOT_ALLOWED', message: '订单状态不是待发货，不能取号' };

type Asked = { sellerId: string; params: ReadonlyMap<string, string>; format: TopFormat };

/**
 * Answers the platform's interfaces for numbers of parcels; undefined for another method, null where the
 * answer is lost.
 */
export function answerWaybills(
  deps: WaybillDeps,
  method: string,
  asked: Asked,
): string | null | undefined {
  if (method === askStoreMailNo.method) return ask(deps, asked);
  if (method === listWaybills.method) return list(deps, asked);
  if (method === cancelWaybill.method) return cancel(deps, asked);
  return undefined;
}

const refuse = (error: TopError, { format }: Asked): string =>
  encodeTopError(error, format, REQUEST_ID);

function ask({ waybills, standings, shipModes }: WaybillDeps, asked: Asked): string | null {
  const { sellerId, params, format } = asked;
  const sent = askStoreMailNo.decodeRequest(params);
  if (!sent.ok) return refuse(sent.error, asked);
  const [trade] = sent.value.trades;
  if (!trade) return refuse(topError('missingArguments'), asked);
  const subOrderIds = trade.subOrders.map(({ subOrderId }) => subOrderId);
  const standing = standings.statusOf(sellerId, trade.tradeId);
  const mayLeave = subOrderIds.every(
    (id) => standing?.lines.find(({ oid }) => oid === id)?.status === 'WAIT_SELLER_SEND_GOODS',
  );
  const mode = shipModes.get(sellerId) ?? 'normal';
  if (!mayLeave || mode === 'refuse') {
    return askStoreMailNo.encodeReply(done({ result: REFUSED }), format, REQUEST_ID);
  }
  const given = waybills.give(sellerId, {
    tradeId: trade.tradeId,
    storeId: sent.value.storeId,
    subOrderIds,
  });
  if (mode === 'lose-answer') {
    shipModes.delete(sellerId);
    return null;
  }
  const data = { mailNo: given.mailNo, printData: printDataOf(given) };
  return askStoreMailNo.encodeReply(done({ result: { data } }), format, REQUEST_ID);
}

function list({ waybills }: WaybillDeps, asked: Asked): string {
  const sent = listWaybills.decodeRequest(asked.params);
  if (!sent.ok) return refuse(sent.error, asked);
  const found = sent.value.asked.flatMap(({ tradeId }) => waybills.of(asked.sellerId, tradeId));
  const modules = found.map((one) => ({
    isFound: true,
    waybill: { mailNo: one.mailNo, carrier: one.carrier, printData: printDataOf(one) },
  }));
  return listWaybills.encodeReply(done({ found: modules }), asked.format, REQUEST_ID);
}

function cancel({ waybills }: WaybillDeps, asked: Asked): string {
  const sent = cancelWaybill.decodeRequest(asked.params);
  if (!sent.ok) return refuse(sent.error, asked);
  const isCancelled = waybills.cancel(asked.sellerId, sent.value);
  return cancelWaybill.encodeReply(done({ isCancelled }), asked.format, REQUEST_ID);
}
