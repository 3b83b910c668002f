import { IngressAdminServiceService } from '@astrolabe/contracts/ingress';
import type {
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
} from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { AuditLog } from '../../application/ports.ts';
import type { AppKeyMethods } from './app-keys.ts';
import type { SessionMethods } from './sessions.ts';

const AUDIT_PAGE = 100;
const AUDIT_PAGE_MAX = 500;

/** The administration of application keys, their sessions and the audit log, for inside the cluster. */
export const adminService = (
  appKeys: AppKeyMethods,
  auditLog: Pick<AuditLog, 'list'>,
  sessions: SessionMethods,
): GrpcServerOptions['services'][number] => [
  IngressAdminServiceService,
  {
    ...sessions,
    ...appKeys,
    listAuditEntries: unary<ListAuditEntriesRequest, ListAuditEntriesResponse>(
      'listAuditEntries',
      async ({ afterSequence, size }) => {
        if (afterSequence < 0n || size < 0 || size > AUDIT_PAGE_MAX) {
          throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'INVALID_PAGE_SIZE' });
        }
        return { entries: [...(await auditLog.list(afterSequence, size || AUDIT_PAGE))] };
      },
    ),
  },
];
