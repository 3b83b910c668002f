import { ClerkRole, StoreConsoleAdminServiceClient } from '@astrolabe/contracts/storeconsole';
import { createGrpcClient } from '@astrolabe/grpc';
import { UsageError, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const ROLES: ReadonlyMap<string, ClerkRole> = new Map([
  ['clerk', ClerkRole.CLERK],
  ['manager', ClerkRole.MANAGER],
]);

/** `clerk add`: an account of the store console. The password never stands on the command line. */
export async function clerkAdd({ words, option, environment, output }: Invocation): Promise<void> {
  const login = required(words[0], 'LOGIN');
  const role = ROLES.get(option('role') ?? 'clerk');
  if (role === undefined) throw new UsageError('--role is not clerk or manager');
  const clerk = {
    login,
    name: required(option('name'), '--name'),
    sellerId: required(option('seller'), '--seller'),
    storeId: required(option('store'), '--store'),
  };
  const password = required(environment['CLERK_PASSWORD'], 'CLERK_PASSWORD');
  const client = createGrpcClient(
    StoreConsoleAdminServiceClient,
    peerOf(environment, 'STORE_CONSOLE_ADMIN_ADDRESS', DEADLINE_MS),
  );
  try {
    await client.call('putClerk', { clerk: { ...clerk, password, role, enabled: true } });
    output.out(JSON.stringify(clerk));
  } finally {
    client.close();
  }
}
