import { Role, ConsoleAdminServiceClient } from '@astrolabe/contracts/console';
import { createGrpcClient } from '@astrolabe/grpc';
import type { DemoSeller } from './demo.ts';
import { adminAddress } from './stack.ts';
import type { Stack } from './stack.ts';

const DEADLINE_MS = 30_000;

/** Makes a seller's clerks and operators known; nothing to do in a stack without the console. */
export async function loadUsers(
  stack: Stack,
  { sellerId, clerks, operators }: Pick<DemoSeller, 'sellerId' | 'clerks' | 'operators'>,
): Promise<void> {
  if (!stack.has('console')) return;
  const client = createGrpcClient(ConsoleAdminServiceClient, {
    address: adminAddress(stack, 'console'),
    name: 'demo-seller',
    defaultDeadlineMs: DEADLINE_MS,
  });
  try {
    for (const { role, storeId, ...clerk } of clerks) {
      const grant = { role: role === 'manager' ? Role.MANAGER : Role.CLERK, storeId };
      const grants = [{ ...grant, sellerId, allSellers: false }];
      await client.call('putUser', { ...clerk, grants });
    }
    for (const { allSellers, ...operator } of operators) {
      const grant = { role: Role.OPERATOR, sellerId: allSellers ? '' : sellerId, storeId: '' };
      await client.call('putUser', { ...operator, grants: [{ ...grant, allSellers }] });
    }
  } finally {
    client.close();
  }
}
