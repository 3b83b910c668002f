import { ClerkRole, StoreConsoleAdminServiceClient } from '@astrolabe/contracts/storeconsole';
import { createGrpcClient } from '@astrolabe/grpc';
import type { DemoSeller } from './demo.ts';
import { adminAddress, httpUrl } from './stack.ts';
import type { Stack } from './stack.ts';

const DEADLINE_MS = 30_000;

/** Makes a seller's clerks and shop known; nothing to do in a stack without the store console. */
export async function loadClerks(
  stack: Stack,
  { sellerId, clerks, keys }: Pick<DemoSeller, 'sellerId' | 'clerks' | 'keys'>,
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
    // The sandbox plays Tmall; without it the shop is not connected.
    if (stack.has('sandbox')) {
      const { appKey, secret } = keys.tmall;
      const tmallUrl = httpUrl(stack, 'sandbox');
      const shop = { sellerId, tmallUrl, appKey, secret, session: sellerId };
      await client.call('putShop', { shop });
    }
  } finally {
    client.close();
  }
}
