import { InventoryServiceClient, InventoryServiceService } from '@astrolabe/contracts/inventory';
import type { ExecuteBatchRequest, ExecuteBatchResponse } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from './client.ts';
import { createGrpcServer, unary } from './server.ts';

const DEADLINE_MS = 10_000;

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
  const address = `127.0.0.1:${server.port()}`;
  const client = createGrpcClient(InventoryServiceClient, {
    address,
    name: 'test',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const stop = async (): Promise<void> => {
    client.close();
    await server.component.stop();
  };
  /** A call in a stream of its own, which others do not share. */
  const callAlone = (request: ExecuteBatchRequest): Promise<ExecuteBatchResponse> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + DEADLINE_MS;
      client.raw.executeBatch(request, client.metadata(), { deadline }, (error, response) =>
        error ? reject(error) : resolve(response),
      );
    });
  return { address, client, callAlone, stop };
}
