import type { HttpClient } from '@astrolabe/http';
import { err } from '@astrolabe/kernel';
import type { Clock, Result, TrafficLog } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import { isShipped, shipTrade } from '@astrolabe/channel-client';
import type { CallFailure, TopAccess } from '@astrolabe/channel-client';
import type { Shop, Tmall } from '../../application/ports.ts';
import { companyCode } from '../../domain/shipping.ts';

/** How the open platform is called for a shop. */
export const accessOf = ({ tmallUrl, session, appKey, secret }: Shop): TopAccess => ({
  platformUrl: tmallUrl,
  session,
  top: { appKey, secret },
});

/** Counts a call of a shop, and gives its end back. */
export function tellTraffic<T>(
  traffic: Pick<TrafficLog, 'tell'>,
  sellerId: string,
  called: Result<T, CallFailure>,
): Result<T, CallFailure> {
  const code = called.ok ? '' : called.error.code || called.error.kind.toUpperCase();
  traffic.tell(`tmall/${sellerId}`, { code });
  return called;
}

/** Tmall's ship interface over signed HTTP (white paper 3.4: it is called before `consigned`). */
export function createTmall(
  http: HttpClient,
  clock: Clock,
  traffic: Pick<TrafficLog, 'tell'>,
): Tmall {
  const deps = { http, clock };
  const told = <T>(sellerId: string, called: Result<T, CallFailure>) =>
    tellTraffic(traffic, sellerId, called);
  return {
    ship: async (shop, tradeId, { subOrderIds, mailNo, company }, whole) => {
      const parcel = {
        tradeId,
        subOrderIds: whole ? null : subOrderIds,
        mailNo,
        companyCode: companyCode(company),
      };
      const called = told(shop.sellerId, await shipTrade(deps, accessOf(shop), parcel));
      if (!called.ok) return failedOf(called.error.kind, called.error.message);
      return called.value ? { kind: 'succeeded' } : failedOf('refused', 'is_success=false');
    },
    shipped: async (shop, tradeId, subOrderIds) => {
      const seen = await isShipped(deps, accessOf(shop), tradeId, subOrderIds);
      const called = told(shop.sellerId, seen);
      if (called.ok) return called;
      return err({ code: 'TMALL_UNREACHABLE', message: called.error.message });
    },
  };
}

/** How a call to Tmall failed, in the words that the pages have. */
export function failedOf(kind: 'refused' | 'later' | 'unknown', message: string): Failed {
  const code = kind === 'refused' ? 'TMALL_REFUSED' : 'TMALL_UNREACHABLE';
  return { kind: kind === 'later' ? 'unanswered' : kind, problem: { code, message } };
}
