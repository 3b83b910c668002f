import { randomBytes } from 'node:crypto';
import { Role, ConsoleAdminServiceClient } from '@astrolabe/contracts/console';
import type { Grant } from '@astrolabe/contracts/console';
import { createGrpcClient } from '@astrolabe/grpc';
import { adminAddress, httpUrl } from '@astrolabe/local-stack';
import { openSession } from './api-session.ts';
import type { ApiSession } from './api-session.ts';
import type { Harness } from './harness.ts';
import type { Actor } from './scenario.ts';

const DEADLINE_MS = 30_000;

export type TestUser = { login: string; name: string; password: string };

/** Runs `work` with the console's administration at an address. */
export async function administering<T>(
  address: string,
  work: (admin: ReturnType<typeof connect>) => Promise<T>,
): Promise<T> {
  const admin = connect(address);
  try {
    return await work(admin);
  } finally {
    admin.close();
  }
}

const connect = (address: string) =>
  createGrpcClient(ConsoleAdminServiceClient, {
    address,
    name: 'system-test',
    defaultDeadlineMs: DEADLINE_MS,
  });

/** A new account with these grants, at the console whose administration has this address. */
export async function newUser(
  address: string,
  grants: readonly Partial<Grant>[],
): Promise<TestUser> {
  const suffix = randomBytes(4).toString('hex');
  const user = { login: `user-${suffix}`, name: `运营 ${suffix}`, password: suffix.repeat(2) };
  const nothing = { role: Role.UNSPECIFIED, sellerId: '', storeId: '', allSellers: false };
  await administering(address, (admin) =>
    admin.call('putUser', { ...user, grants: grants.map((grant) => ({ ...nothing, ...grant })) }),
  );
  return user;
}

/** Who looks after every seller and the platform. */
export const newPlatformOperator = ({ stack }: Harness): Promise<TestUser> =>
  newUser(adminAddress(stack, 'console'), [{ role: Role.OPERATOR, allSellers: true }]);

/** The operator of a seller alone, who may sign in. */
export async function operatorOf({ seller }: Actor): Promise<TestUser> {
  const operator = seller.operators.find(({ allSellers }) => !allSellers);
  if (!operator) throw new Error(`No operator of ${seller.sellerId}`);
  return await seller.account(operator);
}

/** Signs the operator of a seller in, with a session of its own. */
export const operatorAtWork = async (actor: Actor): Promise<ApiSession> =>
  await openSession(httpUrl(actor.harness.stack, 'console'), await operatorOf(actor));
