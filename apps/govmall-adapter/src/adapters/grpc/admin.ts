import { GovmallAdminServiceService } from '@astrolabe/contracts/govmall';
import type { PutAccountRequest, PutAccountResponse } from '@astrolabe/contracts/govmall';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { Accounts } from '../../application/ports.ts';

/** The administration of accounts, for inside the cluster. */
export const adminService = (accounts: Accounts): GrpcServerOptions['services'][number] => [
  GovmallAdminServiceService,
  {
    putAccount: unary<PutAccountRequest, PutAccountResponse>('putAccount', async ({ account }) => {
      if (!account?.username || !account.password || !account.sellerId) {
        throw new GrpcRefusal({
          code: GRPC.invalidArgument,
          reason: 'MISSING_FIELD',
          details: 'username, password and seller_id are required',
        });
      }
      await accounts.put(account);
      return {};
    }),
  },
];
