import { ClerkRole, StoreConsoleAdminServiceService } from '@astrolabe/contracts/storeconsole';
import type { PutClerkRequest, PutClerkResponse } from '@astrolabe/contracts/storeconsole';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { makePutClerk } from '../../application/sign-in.ts';

export type AdminDeps = { putClerk: ReturnType<typeof makePutClerk> };

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

const invalid = (reason: string, details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** The administration of clerks, for inside the cluster. */
export const adminService = ({ putClerk }: AdminDeps): GrpcServerOptions['services'][number] => [
  StoreConsoleAdminServiceService,
  {
    putClerk: unary<PutClerkRequest, PutClerkResponse>('putClerk', async ({ clerk }) => {
      if (!clerk?.login || !clerk.name || !clerk.sellerId || !clerk.storeId) {
        throw invalid('MISSING_FIELD', 'login, name, seller_id and store_id are required');
      }
      const { length } = clerk.password;
      if (length < PASSWORD_MIN || length > PASSWORD_MAX) {
        throw invalid(
          'BAD_PASSWORD',
          `a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`,
        );
      }
      if (clerk.role !== ClerkRole.CLERK && clerk.role !== ClerkRole.MANAGER) {
        throw invalid('MISSING_FIELD', 'role is required');
      }
      await putClerk({ ...clerk, role: clerk.role === ClerkRole.MANAGER ? 'MANAGER' : 'CLERK' });
      return {};
    }),
  },
];
