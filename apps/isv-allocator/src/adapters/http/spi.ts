import { bodyOf, headersOf, queryOf, typeOf } from '@astrolabe/door';
import type { Protocol, Told } from '@astrolabe/door';
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
} from '@astrolabe/schemas/omni';
import { parseTopTimestamp } from '@astrolabe/schemas/top';
import type { OmniSpi } from '@astrolabe/schemas/omni';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { TOP_CLOCK_TOLERANCE_MS, verifyTopSpi, withinWindow } from '@astrolabe/signing';
import type { FastifyRequest } from 'fastify';
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

/** A refusal in the form of every SPI: a code that is not "0" and a message. */
const refusalBody = ({ code, message }: ChannelRefusal): string =>
  notifyAllocation.encodeReply({ ok: false, code, message });

const REFUSALS: Readonly<Record<NoticeRefusal, ChannelRefusal>> = {
  ORDER_SHIPPED: { code: 'isv.order-shipped', message: 'the order is shipped' },
  ORDER_CLOSED: { code: 'isv.order-closed', message: 'the order is refunded' },
  UNKNOWN_TRADE: { code: 'isv.trade-not-exist', message: 'this trade is not known here' },
};

/** A decoded notice: whom it is about, and its work. */
type Notice = {
  readonly tradeId: string;
  /** The seller that the body names; undefined where it names none. */
  readonly sellerId: string | undefined;
  readonly run: (sellerId: string) => Promise<string>;
};

type Served = (body: Buffer) => Result<Notice, ChannelRefusal>;

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

type Call = {
  readonly query: [string, string][];
  readonly body: Buffer;
  readonly method: string;
};

const json = (verdict: string, body: string): Told => ({ verdict, type: JSON_TYPE, body });

const refused = (code: string, message: string, verdict = code) =>
  err(json(verdict, refusalBody({ code, message })));

/** One address for all SPIs: the method is in the query, the signature is over query and body. */
export function spiProtocol(deps: SpiDeps): Protocol<Call, Connection> {
  const methods = methodsOf(deps.spi);
  return {
    channel: 'spi',
    verdicts: [],
    paths: [SPI_PATH],
    methods: ['POST'],
    read: readCall,
    admit: (call, request) => admit(deps, call, request),
    prepare: ({ method, body }, { sellerId }) => {
      const served = methods.get(method);
      if (!served) return refused('isv.invalid-method', 'this method is not served here');
      const notice = served(body);
      if (!notice.ok) return refused(notice.error.code, notice.error.message);
      const { tradeId, sellerId: named, run } = notice.value;
      if (named !== undefined && named !== sellerId) {
        return refused('isv.permission-denied', 'this key does not act for that seller');
      }
      return ok({
        name: method,
        order: tmallOrder(sellerId, tradeId),
        // Every one of them is idempotent by what it says.
        kept: null,
        run: async () => ({ body: await run(sellerId), isDone: true }),
        refuse: refusalBody,
      });
    },
    say: (_call, verdict, body) => json(verdict, body),
    refuse: (_request, refusal) => ({ type: JSON_TYPE, body: refusalBody(refusal) }),
  };
}

function readCall(request: FastifyRequest): Result<Call, Told> {
  if (typeOf(request) !== 'application/json') {
    const message = 'the body must be application/json';
    return refused('isv.invalid-content-type', message, 'WRONG_CONTENT_TYPE');
  }
  const query = queryOf(request);
  return ok({ query, body: bodyOf(request), method: new Map(query).get('method') ?? '' });
}

/** Who calls; refused unless key, time and signature are good. */
async function admit(
  { connections, clock }: SpiDeps,
  { query, body }: Call,
  request: FastifyRequest,
): Promise<Result<Connection, Told>> {
  const params = new Map(query);
  const connection = await connections.findBySpiKey(params.get('app_key') ?? '');
  if (!connection) return refused('isv.invalid-app-key', 'unknown app_key');
  const at = parseTopTimestamp(params.get('timestamp') ?? '');
  if (!at.ok || !withinWindow(at.value, clock(), TOP_CLOCK_TOLERANCE_MS)) {
    return refused('isv.invalid-timestamp', 'timestamp is missing or not current');
  }
  const isSigned = verifyTopSpi({
    headers: headersOf(request),
    query,
    payload: { kind: 'body', body },
    secrets: [connection.spi.secret],
  });
  return isSigned
    ? ok(connection)
    : refused('isv.invalid-signature', 'the signature does not verify');
}
