import { PlatformAccessServiceService } from '@astrolabe/contracts/ingress';
import type {
  CallsTold,
  GetAccessRequest,
  GetAccessResponse,
  TellCallsRequest,
  TellCallsResponse,
} from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcCode, GrpcServerOptions } from '@astrolabe/grpc';
import type { TrafficLog } from '@astrolabe/kernel';
import type { Access, NoAccess } from '../../application/platform/access.ts';
import { connectionId } from '../../domain/connection.ts';

const CODES: Readonly<Record<NoAccess['code'], GrpcCode>> = {
  NOT_CONNECTED: GRPC.notFound,
  CONNECTION_DISABLED: GRPC.failedPrecondition,
  REAUTH: GRPC.failedPrecondition,
  TOKEN_LATER: GRPC.unavailable,
};

/** What a seller's platform is called with, for the services that act for sellers. */
export const platformAccessService = (
  access: Pick<Access, 'get'>,
  traffic: Pick<TrafficLog, 'tell'>,
): GrpcServerOptions['services'][number] => [
  PlatformAccessServiceService,
  {
    getAccess: unary<GetAccessRequest, GetAccessResponse>(
      'getAccess',
      async ({ sellerId, platform, refusedToken }) => {
        const found = await access.get(platform, sellerId, refusedToken);
        if (!found.ok) {
          const { code: reason, details } = found.error;
          throw new GrpcRefusal({ code: CODES[reason], reason, details });
        }
        const { tokens, ...connection } = found.value;
        return {
          access: {
            platform,
            sellerId,
            gatewayUrl: connection.gatewayUrl,
            appKey: connection.appKey,
            secret: connection.secret,
            accessToken: tokens.access,
            accessTokenEndsAt: tokens.accessEndsAt,
            memberId: connection.memberId,
            mainUserId: connection.mainUserId,
            loginId: connection.loginId,
            callsPerSecond: connection.callsPerSecond,
          },
        };
      },
    ),
    tellCalls: unary<TellCallsRequest, TellCallsResponse>(
      'tellCalls',
      async ({ platform, calls }) => {
        const isGood = platform !== '' && calls.length <= CALLS_MAX && calls.every(isTold);
        if (!isGood) throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'BAD_FIELD' });
        for (const { sellerId, code, count, waitsUntil = null } of calls) {
          const connection = connectionId({ platform, sellerId });
          for (let told = 0; told < count; told += 1)
            traffic.tell(connection, { code, waitsUntil });
        }
        return {};
      },
    ),
  },
];

const CALLS_MAX = 1_000;
const COUNT_MAX = 10_000;
const CODE_MAX = 200;

const isTold = ({ sellerId, code, count }: CallsTold): boolean =>
  sellerId !== '' && code.length <= CODE_MAX && count > 0 && count <= COUNT_MAX;
