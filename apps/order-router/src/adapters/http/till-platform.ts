import { createTillTrade, tillForm } from '@astrolabe/channel-client';
import type { TopAccess } from '@astrolabe/channel-client';
import type { HttpClient } from '@astrolabe/http';
import type { Clock, OrderRef, TrafficLog } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { TillRequest } from '@astrolabe/schemas/top';
import type { Sealer } from '@astrolabe/signing';
import type { PlatformRequests, Platforms, TillPlatform } from '../../application/till/ports.ts';
import type { Basket, BasketLine } from '../../domain/till/basket.ts';
import type { PlatformAnswer } from '../../domain/till/platform.ts';

/** Name of the parameter that carries the buyer's code. */
const BUYER = 'buyer_id';

const contextOf = (name: OrderRef): string => `till-request|${orderKey(name)}`;

/** What goes to the platform, sealed as it is signed and sent: an attempt a day later has the same bytes. */
export function createPlatformRequests(sealer: Sealer): PlatformRequests {
  return {
    make: (name, basket, lines, buyerId) => {
      const form = tillForm(requestOf(name, basket, lines, buyerId));
      const bytes = Buffer.from(JSON.stringify([...form]), 'utf8');
      return sealer.seal(bytes, contextOf(name));
    },
    buyerOf: (name, request) => formOf(sealer, name, request).get(BUYER) ?? '',
  };
}

/** The trades of tills at a platform that speaks TOP, over signed HTTP. */
export function createPlatforms(
  http: HttpClient,
  clock: Clock,
  sealer: Sealer,
  traffic: Pick<TrafficLog, 'tell'>,
): Platforms {
  return {
    send: async (platform, name, request): Promise<PlatformAnswer> => {
      const form = formOf(sealer, name, request);
      const called = await createTillTrade({ http, clock }, accessOf(platform), form);
      const failed = called.ok ? '' : called.error.code || called.error.kind.toUpperCase();
      traffic.tell(`till/${platform.sellerId}`, { code: failed });
      if (!called.ok) {
        const { kind, code, message } = called.error;
        return { kind, problem: { code, message } };
      }
      const { tradeNo, totalFen = null, payFen = null } = called.value;
      return { kind: 'created', trade: { tradeNo, totalFen, payFen } };
    },
  };
}

const formOf = (sealer: Sealer, name: OrderRef, request: Uint8Array): ReadonlyMap<string, string> =>
  new Map(JSON.parse(sealer.open(request, contextOf(name)).toString('utf8')) as [string, string][]);

const accessOf = ({ url, session, appKey, secret }: TillPlatform): TopAccess => ({
  platformUrl: url,
  session,
  top: { appKey, secret },
});

/** The basket in the platform's words; what the till left out is left out. */
function requestOf(
  { number }: OrderRef,
  basket: Basket,
  lines: readonly BasketLine[],
  buyerId: string,
): TillRequest {
  const { store, coupons, buyerKind, payment, device, deviceNo, operatorId } = basket;
  return {
    goods: lines,
    ...(buyerId !== '' && { buyerId }),
    buyerKind,
    storeId: store.id,
    ...(device !== '' && { device }),
    ...(deviceNo !== '' && { deviceNo }),
    ...(operatorId !== '' && { operatorId }),
    payment,
    ...(coupons.length > 0 && {
      coupons: coupons.map(({ name, discountFen, optionId }) => ({
        ...(name !== '' && { name }),
        ...(discountFen !== null && { discountFen }),
        ...(optionId !== '' && { optionId }),
      })),
    }),
    storeKind: store.kind,
    requestNo: number,
  };
}
