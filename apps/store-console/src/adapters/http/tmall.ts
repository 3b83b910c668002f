import type { HttpClient } from '@astrolabe/http';
import { err, ok } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { getTradeStatus, shipAtTmall } from '@astrolabe/schemas';
import { callTop } from '@astrolabe/spi';
import type { TopAccess } from '@astrolabe/spi';
import type { Shop, Tmall } from '../../application/ports.ts';
import { companyCode } from '../../domain/shipping.ts';
import type { TryOutcome } from '../../domain/shipping.ts';

/** What a sub-order is at Tmall once it is shipped. */
const SHIPPED: readonly string[] = [
  'WAIT_BUYER_CONFIRM_GOODS',
  'TRADE_BUYER_SIGNED',
  'TRADE_FINISHED',
];

const accessOf = ({ tmallUrl, session, appKey, secret }: Shop): TopAccess => ({
  platformUrl: tmallUrl,
  session,
  top: { appKey, secret },
});

/** Tmall's ship interface over signed HTTP (white paper 3.4: it is called before `consigned`). */
export function createTmall(http: HttpClient, clock: Clock): Tmall {
  const deps = { http, clock };
  return {
    ship: async (shop, tradeId, parcel, whole) => {
      const called = await callTop(deps, accessOf(shop), shipAtTmall, {
        tradeId,
        ...(whole ? {} : { subOrderIds: parcel.subOrderIds }),
        split: whole ? 0 : 1,
        mailNo: parcel.mailNo,
        companyCode: companyCode(parcel.company),
      });
      if (!called.ok) return outcomeOf(called.error.kind, called.error.message);
      if (called.value.shipping.isSuccess) return { kind: 'done' };
      return outcomeOf('refused', 'is_success=false');
    },
    shipped: async (shop, tradeId, subOrderIds) => {
      const fields = 'tid,status,orders.oid,orders.status';
      const called = await callTop(deps, accessOf(shop), getTradeStatus, { fields, tradeId });
      if (!called.ok) return err({ code: 'TMALL_UNREACHABLE', message: called.error.message });
      const lines = called.value.trade.orders.order;
      const isShipped = (id: string): boolean =>
        lines.some(({ subOrderId, status }) => subOrderId === id && SHIPPED.includes(status));
      return ok(subOrderIds.every(isShipped));
    },
  };
}

function outcomeOf(kind: 'refused' | 'later' | 'unknown', message: string): TryOutcome {
  const code = kind === 'refused' ? 'TMALL_REFUSED' : 'TMALL_UNREACHABLE';
  return { kind, problem: { code, message } };
}
