import { IngressAdminServiceService } from '@astrolabe/contracts/ingress';
import type { PutAppKeyRequest, PutAppKeyResponse } from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { AppKeys } from '../../application/ports.ts';

/** The administration of application keys, for inside the cluster. */
export const adminService = (appKeys: AppKeys): GrpcServerOptions['services'][number] => [
  IngressAdminServiceService,
  {
    putAppKey: unary<PutAppKeyRequest, PutAppKeyResponse>('putAppKey', async ({ appKey }) => {
      if (!appKey?.appKey || appKey.secrets.length === 0 || appKey.secrets.includes('')) {
        throw new GrpcRefusal({
          code: GRPC.invalidArgument,
          reason: 'MISSING_FIELD',
          details: 'app_key and at least one secret are required',
        });
      }
      await appKeys.put(appKey);
      return {};
    }),
  },
];
