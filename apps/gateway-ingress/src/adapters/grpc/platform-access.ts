import { PlatformAccessServiceService } from '@astrolabe/contracts/ingress';
import type { GetAccessRequest, GetAccessResponse } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcCode, GrpcServerOptions } from '@astrolabe/grpc';
import type { Access, NoAccess } from '../../application/platform/access.ts';

const CODES: Readonly<Record<NoAccess['code'], GrpcCode>> = {
  NOT_CONNECTED: GRPC.notFound,
  CONNECTION_DISABLED: GRPC.failedPrecondition,
  REAUTH: GRPC.failedPrecondition,
  TOKEN_LATER: GRPC.unavailable,
};

/** What a seller's platform is called with, for the services that act for sellers. */
export const platformAccessService = (
  access: Pick<Access, 'get'>,
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
  },
];
