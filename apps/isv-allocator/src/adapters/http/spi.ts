import type { ChannelError, TransportError } from '@astrolabe/http';
import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok, tmallOrder } from '@astrolabe/kernel';
import {
  allocate,
  getAllocation,
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefund,
  notifyRefused,
  parseTopTimestamp,
} from '@astrolabe/schemas';
import type { ChannelRefusal, OmniSpi } from '@astrolabe/schemas';
import { TOP_CLOCK_TOLERANCE_MS, verifyTopSpi, withinWindow } from '@astrolabe/signing';
import { METRIC, counter, withOrderSpan } from '@astrolabe/telemetry';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Spi } from '../../application/answer-spi.ts';
import type { Connection, Connections } from '../../application/ports.ts';
import type { Allocation } from '../../domain/allocation.ts';
import type { NoticeRefusal } from '../../domain/notices.ts';
import type { ToldRefund } from '../../domain/refund.ts';
import { reportOf } from './platform.ts';

export const SPI_PATH = '/spi';
const JSON_TYPE = 'application/json;charset=utf-8';

export type SpiDeps = {
  readonly spi: Spi;
  readonly connections: Pick<Connections, 'findBySpiKey'>;
  readonly clock: Clock;
};

const verdicts = counter(METRIC.inboundVerdicts, 'Requests by what became of them', [
  'channel',
  'verdict',
]);

/** A refusal in the form of every SPI: a code that is not "0" and a message. */
const refusalBody = ({ code, message }: ChannelRefusal): string =>
  notifyAllocation.encodeReply({ ok: false, code, message });

const UNAVAILABLE = 503;

/** The code that asks the platform to send the same call again later. */
const TRY_AGAIN: ChannelRefusal = {
  code: 'isp.service-unavailable',
  message: 'Service temporarily unavailable, repeat the request',
};

/** What no route answers, in the SPI's own form; what was not decided has HTTP 200, as every answer. */
export const spiError = ({ status, code, message }: TransportError): ChannelError => {
  const isUndecided = status === UNAVAILABLE;
  if (isUndecided) verdicts.inc({ channel: 'spi', verdict: TRY_AGAIN.code });
  return {
    status: isUndecided ? 200 : status,
    contentType: JSON_TYPE,
    body: refusalBody(isUndecided ? TRY_AGAIN : { code, message }),
  };
};

const REFUSALS: Readonly<Record<NoticeRefusal, ChannelRefusal>> = {
  ORDER_SHIPPED: { code: 'isv.order-shipped', message: 'the order is shipped' },
  ORDER_CLOSED: { code: 'isv.order-closed', message: 'the order is refunded' },
  UNKNOWN_TRADE: { code: 'isv.trade-not-exist', message: 'this trade is not known here' },
};

/** A decoded call: whom it is about, and its work. */
type Call = {
  readonly tradeId: string;
  /** The seller that the body names; undefined where it names none. */
  readonly sellerId: string | undefined;
  readonly run: (sellerId: string) => Promise<string>;
};

type Served = (body: Buffer) => Result<Call, ChannelRefusal>;

/** Binds an SPI to its work. */
function serve<Request extends { tradeId: string; sellerId?: string }, Answer>(
  wire: OmniSpi<Request, Answer>,
  work: (request: Request, sellerId: string) => Promise<Result<Allocation, NoticeRefusal>>,
  answerOf: (state: Allocation) => Answer,
): [string, Served] {
  const served: Served = (body) => {
    const decoded = wire.decodeRequest(body);
    if (!decoded.ok) return decoded;
    const { tradeId, sellerId } = decoded.value;
    return ok({
      tradeId,
      sellerId,
      run: async (seller) => {
        const done = await work(decoded.value, seller);
        return wire.encodeReply(
          done.ok
            ? { ok: true, message: '', value: answerOf(done.value) }
            : { ok: false, ...REFUSALS[done.error] },
        );
      },
    });
  };
  return [wire.method, served];
}

/** The trade statuses of a refund (catalogue 4.3); what is not paid has nothing to give back. */
const STANDINGS: Partial<Record<string, ToldRefund['standing']>> = {
  PAID: 'ASKED',
  SUCCEEDED: 'COMES_BACK',
  REFUNDED: 'OVER',
};

/** The SPIs of an ISV that allocates (white paper 6.6.1, 6.6.3 to 6.6.7) and of a POS (model C). */
const methodsOf = (spi: Spi): ReadonlyMap<string, Served> =>
  new Map([
    // No appKey: the platform writes to the RDS that was registered with it (white paper 3.2).
    serve(
      allocate,
      ({ tradeId }, sellerId) => spi.allocate(tmallOrder(sellerId, tradeId)),
      () => ({}),
    ),
    serve(
      getAllocation,
      ({ tradeId }, sellerId) => spi.result(tmallOrder(sellerId, tradeId)),
      (state) => {
        const { tradeId, status, allocations } = reportOf(state);
        return { tradeId, status, allocations: status === 'WAITING' ? [] : allocations };
      },
    ),
    serve(
      notifyRefund,
      ({ tradeId, subOrders }, sellerId) => {
        const told = subOrders.flatMap(({ subOrderId, status }) => {
          const standing = STANDINGS[status];
          return standing ? [{ subOrderId, standing }] : [];
        });
        return spi.refund(tmallOrder(sellerId, tradeId), told);
      },
      () => ({}),
    ),
    serve(
      notifyAccepted,
      ({ tradeId }, sellerId) => spi.accepted(tmallOrder(sellerId, tradeId)),
      () => ({}),
    ),
    serve(
      notifyRefused,
      ({ tradeId }, sellerId) => spi.refused(tmallOrder(sellerId, tradeId)),
      () => ({}),
    ),
    serve(
      notifyConsigned,
      ({ tradeId }, sellerId) => spi.consigned(tmallOrder(sellerId, tradeId)),
      () => ({}),
    ),
    serve(
      notifyAllocation,
      ({ tradeId, allocations }, sellerId) => {
        const placed = allocations.filter(({ status }) => status === 'ALLOCATED');
        return spi.told(tmallOrder(sellerId, tradeId), placed);
      },
      () => ({}),
    ),
  ]);

/** One address for all SPIs: the method is in the query, the signature is over query and body. */
export function registerSpi(app: FastifyInstance, deps: SpiDeps): void {
  const methods = methodsOf(deps.spi);
  app.post(SPI_PATH, async (request, reply) => {
    const startTime = deps.clock().getTime();
    const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    const isJson = type === 'application/json';
    const answer = isJson
      ? await answerCall(deps, methods, request, startTime)
      : refused('isv.invalid-content-type', 'the body must be application/json');
    verdicts.inc({ channel: 'spi', verdict: answer.verdict });
    return await reply
      .code(isJson ? 200 : 415)
      .type(JSON_TYPE)
      .send(answer.body);
  });
}

type Answer = { readonly verdict: string; readonly body: string };

const refused = (code: string, message: string): Answer => ({
  verdict: code,
  body: refusalBody({ code, message }),
});

async function answerCall(
  deps: SpiDeps,
  methods: ReadonlyMap<string, Served>,
  request: FastifyRequest,
  startTime: number,
): Promise<Answer> {
  const query = queryOf(request);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const admitted = await admit(deps, request, query, body);
  if (!admitted.ok) return refused(admitted.error.code, admitted.error.message);
  const method = new Map(query).get('method') ?? '';
  const served = methods.get(method);
  if (!served) return refused('isv.invalid-method', 'this method is not served here');
  const call = served(body);
  if (!call.ok) return refused(call.error.code, call.error.message);
  const { sellerId } = admitted.value;
  const { tradeId, run } = call.value;
  if (call.value.sellerId !== undefined && call.value.sellerId !== sellerId) {
    return refused('isv.permission-denied', 'this key does not act for that seller');
  }
  const link = request.headers['traceparent'];
  const span = {
    name: method,
    isFirst: false,
    startTime,
    ...(typeof link === 'string' ? { link } : {}),
  };
  const told = await withOrderSpan(tmallOrder(sellerId, tradeId), span, () => run(sellerId));
  return { verdict: 'ANSWERED', body: told };
}

/** Who calls; refused unless key, time and signature are good. */
async function admit(
  { connections, clock }: SpiDeps,
  request: FastifyRequest,
  query: [string, string][],
  body: Buffer,
): Promise<Result<Connection, ChannelRefusal>> {
  const params = new Map(query);
  const connection = await connections.findBySpiKey(params.get('app_key') ?? '');
  if (!connection) return err({ code: 'isv.invalid-app-key', message: 'unknown app_key' });
  const at = parseTopTimestamp(params.get('timestamp') ?? '');
  if (!at.ok || !withinWindow(at.value, clock(), TOP_CLOCK_TOLERANCE_MS)) {
    return err({ code: 'isv.invalid-timestamp', message: 'timestamp is missing or not current' });
  }
  const isSigned = verifyTopSpi({
    headers: headersOf(request),
    query,
    payload: { kind: 'body', body },
    secrets: [connection.spi.secret],
  });
  return isSigned
    ? ok(connection)
    : err({ code: 'isv.invalid-signature', message: 'the signature does not verify' });
}

/** The query as pairs; a name sent twice keeps both, so that the signature check refuses it. */
function queryOf(request: FastifyRequest): [string, string][] {
  const question = request.url.indexOf('?');
  return question < 0 ? [] : [...new URLSearchParams(request.url.slice(question + 1))];
}

const headersOf = (request: FastifyRequest): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : value,
    ]),
  );
