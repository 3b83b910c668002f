import { askMailNo, giveBack, waybillsOf } from '@astrolabe/channel-client';
import type { CallFailure } from '@astrolabe/channel-client';
import type { HttpClient } from '@astrolabe/http';
import { err } from '@astrolabe/kernel';
import type { Clock, Result, TrafficLog } from '@astrolabe/kernel';
import type { WaybillPlatform } from '../../application/waybill-ports.ts';
import { accessOf, failedOf, tellTraffic } from './tmall.ts';

/** Numbers of parcels by the platform's interfaces for stores (docs/adr/ADR). */
export function createWaybillPlatform(
  http: HttpClient,
  clock: Clock,
  traffic: Pick<TrafficLog, 'tell'>,
): WaybillPlatform {
  const deps = { http, clock };
  const told = <T>(sellerId: string, called: Result<T, CallFailure>) =>
    tellTraffic(traffic, sellerId, called);
  const list: WaybillPlatform['list'] = async (shop, tradeId) => {
    const listed = told(shop.sellerId, await waybillsOf(deps, accessOf(shop), tradeId));
    if (listed.ok) return listed;
    return err({ code: 'TMALL_UNREACHABLE', message: listed.error.message });
  };
  return {
    list,
    get: async (shop, tradeId, { storeId, subOrderIds }) => {
      const parcel = { storeId, tradeId, subOrderIds };
      const asked = told(shop.sellerId, await askMailNo(deps, accessOf(shop), parcel));
      if (!asked.ok) return failedOf(asked.error.kind, asked.error.message);
      // The answer names no carrier; the platform's list of the order does.
      const listed = await list(shop, tradeId);
      if (!listed.ok) return { kind: 'unknown', problem: listed.error };
      const found = listed.value.find(({ mailNo }) => mailNo === asked.value);
      if (found) {
        const { mailNo, carrier } = found;
        return { kind: 'succeeded', number: { mailNo, carrier } };
      }
      return { kind: 'unknown', problem: { code: 'NOT_LISTED_YET', message: '' } };
    },
    cancel: async (shop, number) => {
      const called = told(shop.sellerId, await giveBack(deps, accessOf(shop), number));
      if (!called.ok) return failedOf(called.error.kind, called.error.message);
      return called.value ? { kind: 'succeeded' } : failedOf('refused', 'cancel_result=false');
    },
  };
}
