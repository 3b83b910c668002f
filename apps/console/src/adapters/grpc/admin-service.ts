import { Role, ConsoleAdminServiceService } from '@astrolabe/contracts/console';
import type {
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
import type { makeDisableUser, makeListUsers, makePutUser } from '../../application/sign-in.ts';
import { grantProblem, isOfStore } from '../../domain/rights.ts';
import type { Grant } from '../../domain/rights.ts';

export type AdminDeps = {
  putUser: ReturnType<typeof makePutUser>;
  disableUser: ReturnType<typeof makeDisableUser>;
  listUsers: ReturnType<typeof makeListUsers>;
};

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

const invalid = (reason: string, details: string): GrpcRefusal =>
  new GrpcRefusal({ code: GRPC.invalidArgument, reason, details });

/** The administration of accounts: who may sign in, and what each may see. */
export const adminService = ({
  putUser,
  disableUser,
  listUsers,
}: AdminDeps): GrpcServerOptions['services'][number] => [
  ConsoleAdminServiceService,
  {
    putUser: unary<PutUserRequest, PutUserResponse>('putUser', async (user) => {
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
      await putUser({ login, name, password, grants });
      return {};
    }),
    disableUser: unary<DisableUserRequest, DisableUserResponse>(
      'disableUser',
      async ({ login }) => {
        if (await disableUser(login)) return {};
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
