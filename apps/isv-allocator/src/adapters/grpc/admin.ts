import { placeToMessage } from '@astrolabe/contracts';
import { IsvAdminServiceService } from '@astrolabe/contracts/isv';
import type {
  GetAllocationRequest,
  GetAllocationResponse,
  Key as KeyMessage,
  PutConnectionRequest,
  PutConnectionResponse,
  ReportStoreRequest,
  ReportStoreResponse,
  TmallAccess,
} from '@astrolabe/contracts/isv';
import { GRPC, GrpcRefusal, orderOf, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { standingOf, wordsOf } from '@astrolabe/outbound';
import { INNER_ADDRESS_DETAILS, spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type { Allocations, Connection, Connections } from '../../application/ports.ts';
import type { makeReportStore } from '../../application/report-store.ts';
import type { Allocation } from '../../domain/allocation.ts';

export type AdminDeps = {
  readonly connections: Pick<Connections, 'put'>;
  readonly allocations: Pick<Allocations, 'load'>;
  readonly reportStore: ReturnType<typeof makeReportStore>;
  readonly clock: Clock;
  readonly urlRule: SpiUrlRule;
};

const invalid = (reason: string, details: string = reason): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** Connections and allocations, for inside the cluster. */
export const adminService = (deps: AdminDeps): GrpcServerOptions['services'][number] => [
  IsvAdminServiceService,
  {
    putConnection: unary<PutConnectionRequest, PutConnectionResponse>(
      'putConnection',
      async ({ connection }) => {
        const keys = [connection?.spi, connection?.qimen, connection?.top];
        const [spi, qimen, top] = keys.map(keyOf);
        if (!connection || connection.sellerId === '' || !spi || !qimen || !top) {
          throw invalid('MISSING_FIELD');
        }
        const { sellerId } = connection;
        const { urlRule } = deps;
        const platformUrl = await addressOf(connection.platformUrl, urlRule, 'BAD_PLATFORM_URL');
        const tmall = await tmallOf(connection.tmall, urlRule);
        await deps.connections.put({ sellerId, platformUrl, spi, qimen, top, tmall });
        return {};
      },
    ),
    getAllocation: unary<GetAllocationRequest, GetAllocationResponse>(
      'getAllocation',
      async (request) => {
        const found = await deps.allocations.load(orderOf(request));
        if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
        return toMessage(found);
      },
    ),
    reportStore: unary<ReportStoreRequest, ReportStoreResponse>('reportStore', async (request) => {
      const { subOrderIds, status, operator, actionTime, logistics } = request;
      const sent = {
        subOrderIds: [...new Set(subOrderIds)],
        status,
        operator,
        happenedAt: actionTime ?? deps.clock(),
        logistics: logistics
          ? {
              id: logistics.logisticId,
              company: logistics.logisticCompany,
              companyCode: logistics.companyCode,
              mailNo: logistics.mailNo,
              description: logistics.description,
            }
          : null,
      };
      if (operator === '') throw invalid('MISSING_FIELD');
      const taken = await deps.reportStore(orderOf(request), sent);
      if (taken.ok) return taken.value;
      throw taken.error === 'UNKNOWN_TRADE'
        ? new GrpcRefusal({ code: GRPC.notFound, reason: taken.error })
        : invalid(taken.error);
    }),
  },
];

/** Tmall's router as it is kept; null where none is given. */
async function tmallOf(
  tmall: TmallAccess | undefined,
  urlRule: SpiUrlRule,
): Promise<Connection['tmall']> {
  if (!tmall) return null;
  const key = keyOf(tmall.key);
  if (!key || tmall.session === '') throw invalid('MISSING_FIELD');
  const url = await addressOf(tmall.url, urlRule, 'BAD_TMALL_URL');
  return { url, key, session: tmall.session };
}

const keyOf = (key: KeyMessage | undefined) =>
  key && key.appKey !== '' && key.secret !== '' ? key : null;

/** The base address without a trailing slash; refuses one that we may not call. */
async function addressOf(text: string, urlRule: SpiUrlRule, refusal: string): Promise<string> {
  const problem = text === '' ? 'BAD_URL' : await spiUrlProblem(text, urlRule);
  if (problem === 'INNER_ADDRESS') throw invalid(problem, INNER_ADDRESS_DETAILS);
  if (problem) throw invalid(refusal);
  return new URL(text).href.replace(/\/+$/, '');
}

const toMessage = (state: Allocation): GetAllocationResponse => ({
  refunds: (state.refunds ?? []).map(({ subOrderId, refundId, state: at, afterSale, feeFen }) => ({
    subOrderId,
    refundId,
    state: at,
    afterSale,
    feeFen,
  })),
  status: state.status,
  progress: state.progress,
  round: state.round,
  requestedAt: state.requestedAt,
  notifiedAt: state.notifiedAt ?? undefined,
  lines: state.lines.map(({ subOrderId, place, refusedBy }) => ({
    subOrderId,
    place: place ? placeToMessage(place) : undefined,
    refusedBy: refusedBy.map((one) => placeToMessage(one)),
  })),
  effects: state.effects.map((effect) => ({
    kind: effect.kind,
    round: effect.round,
    billNum: effect.billNum,
    state: standingOf(effect),
    attempts: effect.attempts,
    lastError: wordsOf(effect),
    status: effect.report?.status ?? '',
  })),
});
