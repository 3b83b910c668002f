import { InventoryServiceClient, InventoryServiceService } from '@astrolabe/contracts/inventory';
import type { ExecuteBatchRequest, ExecuteBatchResponse } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from './client.ts';
import { createGrpcServer, unary } from './server.ts';

/** For tests: a server of one method, the way a service serves it, and a client of it. */
export async function serveBatches(
  executeBatch: (request: ExecuteBatchRequest) => Promise<ExecuteBatchResponse>,
) {
  const nothing = unary('nothing', async () => ({}));
  const methods = Object.keys(InventoryServiceService).map((method) => [method, nothing]);
  const served = { executeBatch: unary('executeBatch', executeBatch) };
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port: 0,
    services: [[InventoryServiceService, { ...Object.fromEntries(methods), ...served }]],
  });
  await server.component.start();
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${server.port()}`,
    name: 'test',
    defaultDeadlineMs: 10_000,
  });
  const stop = async (): Promise<void> => {
    client.close();
    await server.component.stop();
  };
  return { client, stop };
}
