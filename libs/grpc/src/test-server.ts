import { connect } from 'node:http2';
import type { ClientHttp2Stream } from 'node:http2';
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

/** For tests: calls as frames, by a client that keeps no rule of gRPC. */
export function openRaw(address: string) {
  const session = connect(`http://${address}`);
  return {
    destroy: (): void => session.destroy(),
    /** A stream that its caller never ends by itself, and what it comes to. */
    open: (contract: string, method: string, token: string | null) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': `/${contract}/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...(token !== null && { 'astrolabe-identity': token }),
      });
      stream.resume();
      return { stream, ended: endOf(stream) };
    },
  };
}

/** The status that was answered, and the code that the stream was ended with. */
async function endOf(stream: ClientHttp2Stream): Promise<{ status: unknown; code: unknown }> {
  let status: unknown = null;
  const read = (headers: Record<string, unknown>): void => {
    status = headers['grpc-status'] ?? status;
  };
  stream.on('response', read);
  stream.on('trailers', read);
  return await new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', () => resolve({ status, code: stream.rstCode }));
  });
}
