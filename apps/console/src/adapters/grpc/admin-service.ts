import { Role, ConsoleAdminServiceService } from '@astrolabe/contracts/console';
import type {
  ListAuditEntriesRequest,
  ListAuditEntriesResponse,
  DisableUserRequest,
  DisableUserResponse,
  Grant as GrantMessage,
  ListUsersRequest,
  ListUsersResponse,
  PutUserRequest,
  PutUserResponse,
} from '@astrolabe/contracts/console';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { AuditLog } from '../../application/audit-ports.ts';
import type { makeDisableUser, makeListUsers, makePutUser } from '../../application/sign-in.ts';
import { grantProblem, isOfStore } from '../../domain/rights.ts';
import type { Grant } from '../../domain/rights.ts';

export type AdminDeps = {
  putUser: ReturnType<typeof makePutUser>;
  disableUser: ReturnType<typeof makeDisableUser>;
  listUsers: ReturnType<typeof makeListUsers>;
  audit: Pick<AuditLog, 'after'>;
};

const AUDIT_PAGE = 100;
const AUDIT_PAGE_MAX = 500;

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

/** Whoever has no session here, but a key of a service: the command line, for who runs it. */
const servicePerson = (caller: string): string => `service:${caller}`;

const invalid = (reason: string, details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** The administration of accounts: who may sign in, and what each may see. */
export const adminService = ({
  putUser,
  disableUser,
  listUsers,
  audit,
}: AdminDeps): GrpcServerOptions['services'][number] => [
  ConsoleAdminServiceService,
  {
    putUser: unary<PutUserRequest, PutUserResponse>('putUser', async (user, { caller }) => {
      const { login, name, password } = user;
      if (!login || !name) throw invalid('MISSING_FIELD', 'login and name are required');
      if (password.length < PASSWORD_MIN || password.length > PASSWORD_MAX) {
        throw invalid(
          'BAD_PASSWORD',
          `a password has ${PASSWORD_MIN} to ${PASSWORD_MAX} characters`,
        );
      }
      const grants = user.grants.map((grant) => grantFromMessage(grant));
      const problem = grantProblem(grants);
      if (problem) throw invalid(problem, 'grants name a seller, of a clerk one store of it');
      await putUser({ login, name, password, grants }, servicePerson(caller));
      return {};
    }),
    disableUser: unary<DisableUserRequest, DisableUserResponse>(
      'disableUser',
      async ({ login }, { caller }) => {
        if (await disableUser(login, servicePerson(caller))) return {};
        throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_USER' });
      },
    ),
    listUsers: unary<ListUsersRequest, ListUsersResponse>('listUsers', async ({ token }) => {
      const { users, next } = await listUsers(token);
      const listed = users.map(({ login, name, enabled, grants }) => ({
        login,
        name,
        enabled,
        grants: grants.map((grant) => grantToMessage(grant)),
      }));
      return { users: listed, nextToken: next };
    }),
    listAuditEntries: unary<ListAuditEntriesRequest, ListAuditEntriesResponse>(
      'listAuditEntries',
      async ({ afterSequence, size }) => {
        if (afterSequence < 0n || size < 0 || size > AUDIT_PAGE_MAX) {
          throw invalid('BAD_PAGE', `after_sequence from 0, size from 0 to ${AUDIT_PAGE_MAX}`);
        }
        return { entries: [...(await audit.after(afterSequence, size || AUDIT_PAGE))] };
      },
    ),
  },
];

function grantFromMessage({ role, sellerId, storeId, allSellers }: GrantMessage): Grant {
  switch (role) {
    case Role.CLERK:
    case Role.MANAGER:
      if (allSellers) throw invalid('BAD_GRANT', 'a store is of one seller');
      return { role: role === Role.CLERK ? 'CLERK' : 'MANAGER', sellerId, storeId };
    case Role.OPERATOR:
    case Role.READER:
      if (storeId !== '' || (allSellers && sellerId !== '')) {
        throw invalid('BAD_GRANT', 'one seller, or all sellers, without a store');
      }
      return {
        role: role === Role.OPERATOR ? 'OPERATOR' : 'READER',
        sellerId: allSellers ? null : sellerId,
      };
    case Role.UNSPECIFIED:
    default:
      throw invalid('BAD_GRANT', 'role is required');
  }
}

const ROLES = {
  CLERK: Role.CLERK,
  MANAGER: Role.MANAGER,
  OPERATOR: Role.OPERATOR,
  READER: Role.READER,
} as const satisfies Record<Grant['role'], Role>;

const grantToMessage = (grant: Grant): GrantMessage => ({
  role: ROLES[grant.role],
  sellerId: grant.sellerId ?? '',
  storeId: isOfStore(grant) ? grant.storeId : '',
  allSellers: grant.sellerId === null,
});
