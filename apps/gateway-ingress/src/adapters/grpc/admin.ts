import { IngressAdminServiceService } from '@astrolabe/contracts/ingress';
import type {
  AppKey,
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  PutAppKeyRequest,
  PutAppKeyResponse,
} from '@astrolabe/contracts/ingress';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import { TOP_SIGN_METHODS } from '@astrolabe/signing';
import type { AppKeys, AuditLog } from '../../application/ports.ts';
import type { SessionMethods } from './sessions.ts';

/** Ids of operations and actors are made of it. */
const APP_KEY_LENGTH_MAX = 50;
const AUDIT_PAGE = 100;
const AUDIT_PAGE_MAX = 500;
/** The current secret and the one before it. */
const SECRETS_MAX = 2;
const ROLES: readonly string[] = ['pos', 'erp', 'isv', 'tmall'];
const METHODS: readonly string[] = TOP_SIGN_METHODS;

/** What is wrong with a key; null when nothing is. A key that could never be used is a mistake. */
function wrongWith(key: AppKey): string | null {
  if (key.appKey === '' || key.appKey.length > APP_KEY_LENGTH_MAX)
    return 'app_key: 1 to 50 letters';
  if (key.secrets.length === 0 || key.secrets.length > SECRETS_MAX) return 'secrets: one or two';
  if (key.secrets.includes('')) return 'secrets: none may be empty';
  if (!key.signMethods.every((method) => METHODS.includes(method))) return 'sign_methods: unknown';
  if (!ROLES.includes(key.role)) return 'role: pos, erp, isv or tmall';
  return key.ratePerSecond < 0 ? 'rate_per_second: not below 0' : null;
}

/** The administration of application keys, their sessions and the audit log, for inside the cluster. */
export const adminService = (
  appKeys: AppKeys,
  auditLog: Pick<AuditLog, 'list'>,
  sessions: SessionMethods,
): GrpcServerOptions['services'][number] => [
  IngressAdminServiceService,
  {
    ...sessions,
    putAppKey: unary<PutAppKeyRequest, PutAppKeyResponse>('putAppKey', async ({ appKey }) => {
      const details = appKey ? wrongWith(appKey) : 'app_key: required';
      if (!appKey || details !== null) {
        const code = GRPC.invalidArgument;
        throw new GrpcRefusal({ code, reason: 'INVALID_APP_KEY', details: details ?? '' });
      }
      await appKeys.put(appKey);
      return {};
    }),
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
