import type { MallOrderAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import type { makeExpireMallOrder } from '../../../application/mall/end.ts';
import type { MallOrders, MallSettingsSource } from '../../../application/mall/ports.ts';
import { MALL_STATES } from '../../../domain/mall/order.ts';
import { invalid, mallOrderToMessage } from './messages.ts';

export type MallOrderAdminDeps = {
  readonly orders: Pick<MallOrders, 'load' | 'list'>;
  readonly settings: MallSettingsSource;
  readonly expire: ReturnType<typeof makeExpireMallOrder>;
  readonly traceIdOf: (name: OrderRef) => string;
};

const DEFAULT_PAGE = 100;
const MAX_PAGE = 500;
const NAME_MAX = 500;
/** A year: longer than any budget year that a mall buys in. */
const SPAN_MAX_MS = 366n * 24n * 3_600_000n;
const BUDGET_MAX = 1_000_000_000_000n;

const isIn = (value: bigint, max: bigint): boolean => value >= 0n && value <= max;

/** MallOrderAdminService: what operators see of malls' orders, and set about them. */
export const mallOrderAdminService = (deps: MallOrderAdminDeps): MallOrderAdminServiceServer => ({
  listMallOrders: unary('MallOrderAdminService/ListMallOrders', async (request) => {
    const { sellerId, state, page } = request;
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const known = MALL_STATES.find((one) => one === state) ?? null;
    if (state !== '' && !known) throw invalid('UNKNOWN_STATE');
    const size = page?.size ?? 0;
    if (size < 0 || size > MAX_PAGE) throw invalid('INVALID_PAGE_SIZE');
    const limit = size === 0 ? DEFAULT_PAGE : size;
    const asked = { sellerId, state: known, limit, after: page?.token ?? '' };
    const listed = await deps.orders.list(asked);
    if (!listed.ok) throw invalid(listed.error);
    const { items, next } = listed.value;
    const orders = items.map((item) => mallOrderToMessage(item, deps.traceIdOf));
    return { orders, nextToken: next };
  }),
  showMallOrder: unary('MallOrderAdminService/ShowMallOrder', async (request) => {
    const found = await deps.orders.load(orderOf(request));
    if (!found) throw unknown();
    return { order: mallOrderToMessage(found, deps.traceIdOf) };
  }),
  expireMallOrder: unary('MallOrderAdminService/ExpireMallOrder', async (request) => {
    const { askedBy } = request;
    if (askedBy === '') throw invalid('MISSING_FIELD');
    if (askedBy.length > NAME_MAX) throw invalid('TOO_LONG');
    const done = await deps.expire(orderOf(request), askedBy);
    if (done.ok) return { order: mallOrderToMessage(done.value, deps.traceIdOf) };
    if (done.error === 'UNKNOWN_ORDER') throw unknown();
    throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: done.error });
  }),
  putMallSettings: unary('MallOrderAdminService/PutMallSettings', async ({ settings }) => {
    if (!settings?.sellerId) throw invalid('MISSING_FIELD');
    const { sellerId, preorderTtlMs, alertAfterMs, heldPerPurchaserMilli } = settings;
    const inRange =
      isIn(preorderTtlMs, SPAN_MAX_MS) &&
      isIn(alertAfterMs, SPAN_MAX_MS) &&
      isIn(heldPerPurchaserMilli, BUDGET_MAX);
    if (!inRange) throw invalid('OUT_OF_RANGE');
    await deps.settings.put({
      sellerId,
      preorderTtlMs: Number(preorderTtlMs),
      alertAfterMs: Number(alertAfterMs),
      heldPerPurchaserMilli,
    });
    return {};
  }),
  getMallSettings: unary('MallOrderAdminService/GetMallSettings', async ({ sellerId }) => {
    if (sellerId === '') throw invalid('MISSING_FIELD');
    const found = await deps.settings.find(sellerId);
    return {
      settings: {
        sellerId,
        preorderTtlMs: BigInt(found.preorderTtlMs),
        alertAfterMs: BigInt(found.alertAfterMs),
        heldPerPurchaserMilli: found.heldPerPurchaserMilli,
      },
    };
  }),
});

const unknown = (): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
