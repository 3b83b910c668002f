import { ClerkRole, StoreConsoleAdminServiceClient } from '@astrolabe/contracts/storeconsole';
import { createGrpcClient } from '@astrolabe/grpc';
import type { DemoSeller } from './demo.ts';
import { adminAddress } from './stack.ts';
import type { Stack } from './stack.ts';

const DEADLINE_MS = 30_000;

/** Makes a seller's clerks known; nothing to do in a stack without the store console. */
export async function loadClerks(
  stack: Stack,
  { sellerId, clerks }: Pick<DemoSeller, 'sellerId' | 'clerks'>,
): Promise<void> {
  if (!stack.has('store-console')) return;
  const client = createGrpcClient(StoreConsoleAdminServiceClient, {
    address: adminAddress(stack, 'store-console'),
    name: 'demo-seller',
    defaultDeadlineMs: DEADLINE_MS,
  });
  try {
    for (const { role, ...clerk } of clerks) {
      await client.call('putClerk', {
        clerk: {
          ...clerk,
          sellerId,
          role: role === 'manager' ? ClerkRole.MANAGER : ClerkRole.CLERK,
          enabled: true,
        },
      });
    }
  } finally {
    client.close();
  }
}
