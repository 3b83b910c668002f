import { placeToMessage } from '@astrolabe/contracts';
import { IsvAdminServiceService } from '@astrolabe/contracts/isv';
import type {
  GetAllocationRequest,
  GetAllocationResponse,
  Key as KeyMessage,
  PutConnectionRequest,
  PutConnectionResponse,
} from '@astrolabe/contracts/isv';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { Allocations, Connections } from '../../application/ports.ts';
import type { Allocation } from '../../domain/allocation.ts';

export type AdminDeps = {
  readonly connections: Pick<Connections, 'put'>;
  readonly allocations: Pick<Allocations, 'load'>;
  readonly allowHttp: boolean;
};

const invalid = (reason: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason });

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
        const platformUrl = addressOf(connection.platformUrl, deps.allowHttp);
        if (platformUrl === null) throw invalid('BAD_PLATFORM_URL');
        await deps.connections.put({ sellerId, platformUrl, spi, qimen, top });
        return {};
      },
    ),
    getAllocation: unary<GetAllocationRequest, GetAllocationResponse>(
      'getAllocation',
      async ({ sellerId, tradeId }) => {
        const found = await deps.allocations.load({ sellerId, tradeId });
        if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
        return toMessage(found);
      },
    ),
  },
];

const keyOf = (key: KeyMessage | undefined) =>
  key && key.appKey !== '' && key.secret !== '' ? key : null;

/** The base address without a trailing slash; null when it is none that we may call. */
function addressOf(text: string, allowHttp: boolean): string | null {
  const url = URL.parse(text);
  if (!url || url.username !== '' || url.search !== '' || url.hash !== '') return null;
  const isAllowed = url.protocol === 'https:' || (allowHttp && url.protocol === 'http:');
  return isAllowed ? url.href.replace(/\/+$/, '') : null;
}

const toMessage = (state: Allocation): GetAllocationResponse => ({
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
  effects: state.effects.map(({ kind, round, billNum, state: at, attempts, lastError }) => ({
    kind,
    round,
    billNum,
    state: at,
    attempts,
    lastError,
  })),
});
