import type { FastifyInstance } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
import {
  TOP_CONTENT_TYPES,
  createTillOrder,
  encodeTopError,
  getTradeStatus,
  parseForm,
  printForm,
  shipAtTmall,
  topError,
  topFormat,
} from '@astrolabe/schemas/top';
import type { TopError, TopFormat } from '@astrolabe/schemas/top';
import { topBaseString, verifyTop } from '@astrolabe/signing';
import { withoutSign } from '../../domain/exchanges.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Seller } from '../../domain/seller.ts';
import type { ShipMode, ShipVerdict, TmallTrades } from '../../domain/tmall-trades.ts';
import type { TillTrades } from '../../domain/till-trades.ts';
import { wrongSignature } from '../../domain/wrong-signature.ts';
import type { TmallWaybills } from '../../domain/tmall-waybills.ts';
import { answerTill } from './tmall-till.ts';
import type { TillAnswered } from './tmall-till.ts';
import { answerWaybills } from './tmall-waybills.ts';
import type { Tmall, Trade } from './tmall.ts';

export type TmallRouterDeps = {
  tmall: Tmall;
  standings: TmallTrades;
  sellers: ReadonlyMap<string, Seller>;
  trades: ReadonlyMap<string, Trade>;
  /** By seller; `normal` where none is set. */
  shipModes: Map<string, ShipMode>;
  tillTrades: TillTrades;
  waybills: TmallWaybills;
  clock: Clock;
  ticks: () => number;
  log: ExchangeLog;
  onError: (error: unknown) => void;
};

const REQUEST_ID = 'sandbox';
const REFUSAL = 'isv.logistics-offline-service-error:B04';

const REFUSALS: Record<Exclude<ShipVerdict, 'SHIPPED'>, TopError> = {
  UNKNOWN_TRADE: topError('remoteServiceError', 'isv.trade-not-exist', '交易订单不存在'),
  UNKNOWN_ORDER: topError('remoteServiceError', 'isv.trade-not-exist', '子订单不存在'),
  NOT_TO_BE_SHIPPED: topError('remoteServiceError', REFUSAL, '订单状态不是待发货，不能发货'),
};

type Params = ReadonlyMap<string, string>;
type Answered = TillAnswered;

/** The router of Tmall's open platform, as far as a store needs it: to ship, and to ask. */
export function registerTmallRouter(app: FastifyInstance, deps: TmallRouterDeps): void {
  app.post('/router/rest', async (request, reply) => {
    const startedAt = deps.ticks();
    const form = parseForm(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    const params: Params = form.ok ? form.value : new Map();
    const format = topFormat(params);
    const answered = await answer(deps, params, format);
    const text = typeof answered === 'string' ? answered : null;
    deps.log.add({
      at: deps.clock().toISOString(),
      party: 'tmall',
      direction: 'from-platform',
      method: params.get('method') ?? '',
      request: `POST /router/rest\n${withoutSign(printForm(params))}`,
      response: text ?? (answered === null ? '(lost)' : JSON.stringify(answered)),
      tookMs: Math.round(deps.ticks() - startedAt),
    });
    if (answered !== null && typeof answered === 'object') {
      return await reply.code(answered.status).type('text/html').send('');
    }
    if (text === null) {
      request.raw.socket.destroy();
      return reply.hijack();
    }
    return await reply.type(TOP_CONTENT_TYPES[format]).send(text);
  });
}

async function answer(deps: TmallRouterDeps, params: Params, format: TopFormat): Promise<Answered> {
  const refuse = (error: TopError): string => encodeTopError(error, format, REQUEST_ID);
  const seller = [...deps.sellers.values()].find(
    ({ keys }) => keys.tmall.appKey === params.get('app_key'),
  );
  if (!seller) return refuse(topError('invalidAppKey'));
  const asked = Object.fromEntries(params);
  if (!verifyTop({ params: asked, secrets: [seller.keys.tmall.secret] })) {
    const text = wrongSignature('签名错误', topBaseString(asked));
    return refuse(topError('invalidSignature', undefined, text));
  }
  if (params.get('session') !== seller.sellerId) return refuse(topError('invalidSession'));
  const method = params.get('method');
  if (method === shipAtTmall.method) return ship(deps, seller, params, format);
  if (method === getTradeStatus.method) return status(deps, seller, params, format);
  if (method === createTillOrder.method) {
    return await answerTill(deps.tillTrades, seller.sellerId, params, format);
  }
  const call = { sellerId: seller.sellerId, params, format };
  const waybills = answerWaybills(deps, method ?? '', call);
  return waybills === undefined ? refuse(topError('invalidMethod')) : waybills;
}

const done = <T>(value: T) => ({ ok: true, message: '', value }) as const;

function ship(deps: TmallRouterDeps, seller: Seller, params: Params, format: TopFormat): Answered {
  const refuse = (error: TopError): string => encodeTopError(error, format, REQUEST_ID);
  const sent = shipAtTmall.decodeRequest(params);
  if (!sent.ok) return refuse(sent.error);
  const { sellerId } = seller;
  const mode = deps.shipModes.get(sellerId) ?? 'normal';
  if (mode === 'refuse') return refuse(REFUSALS.NOT_TO_BE_SHIPPED);
  const { tradeId, subOrderIds } = sent.value;
  const verdict = deps.standings.ship(sellerId, tradeId, subOrderIds);
  if (verdict !== 'SHIPPED') return refuse(REFUSALS[verdict]);
  const trade = deps.trades.get(tradeId);
  // Tmall tells everybody of a shipment after it stands.
  if (trade) deps.tmall.tell(seller, trade, 'shipped').catch(deps.onError);
  if (mode === 'lose-answer') {
    deps.shipModes.delete(sellerId);
    return null;
  }
  return shipAtTmall.encodeReply(done({ shipping: { isSuccess: true } }), format, REQUEST_ID);
}

function status(
  { standings }: TmallRouterDeps,
  { sellerId }: Seller,
  params: Params,
  format: TopFormat,
): Answered {
  const asked = getTradeStatus.decodeRequest(params);
  if (!asked.ok) return encodeTopError(asked.error, format, REQUEST_ID);
  const { tradeId } = asked.value;
  const standing = standings.statusOf(sellerId, tradeId);
  if (!standing) return encodeTopError(REFUSALS.UNKNOWN_TRADE, format, REQUEST_ID);
  const order = standing.lines.map(({ oid, status: at }) => ({ subOrderId: oid, status: at }));
  const trade = { tradeId, status: standing.status, orders: order };
  return getTradeStatus.encodeReply(done({ trade }), format, REQUEST_ID);
}
