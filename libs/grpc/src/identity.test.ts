import {
  InventoryAdminServiceClient,
  InventoryAdminServiceService,
  InventoryServiceClient,
  InventoryServiceService,
} from '@astrolabe/contracts/inventory';
import type {
  ExecuteStreamRequest,
  ExecuteStreamResponse,
  QueryRequest,
  QueryResponse,
  VerifyRequest,
  VerifyResponse,
} from '@astrolabe/contracts/inventory';
import { testIdentity } from '@astrolabe/testing';
import { Metadata } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { bidi, createGrpcClient, createGrpcServer, unary } from './index.ts';
import { IDENTITY_KEY } from './identity.ts';

const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
const QUERY: QueryRequest = { sellerId: '1', goodsIds: ['g'], places: [], pageToken: '' };

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A server that records who got through to its handlers. */
async function serve() {
  const callers: string[] = [];
  const nothing = unary('nothing', async () => ({}));
  const methods = Object.keys(InventoryServiceService).map((method) => [method, nothing]);
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port: 0,
    adminPort: 0,
    services: [
      [
        InventoryServiceService,
        {
          ...Object.fromEntries(methods),
          query: unary<QueryRequest, QueryResponse>('query', async (_request, { caller }) => {
            callers.push(caller);
            return { cells: [], nextToken: '' };
          }),
          executeStream: bidi<ExecuteStreamRequest, ExecuteStreamResponse>(
            'executeStream',
            async () => {
              callers.push('stream');
              return { outcomes: [] };
            },
            { join: ([first]) => first ?? { outcomes: [] } },
          ),
        },
      ],
      [
        InventoryAdminServiceService,
        {
          verify: unary('verify', async (_request: VerifyRequest, { caller }) => {
            callers.push(caller);
            return { records: 0n, operations: 0n, differences: [] } satisfies VerifyResponse;
          }),
          repair: nothing,
          rebuild: nothing,
        },
      ],
    ],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return {
    address: `127.0.0.1:${server.port()}`,
    adminAddress: `127.0.0.1:${server.adminPort()}`,
    callers,
  };
}

function connect(address: string, name: Parameters<typeof testIdentity>[0]) {
  const client = createGrpcClient(InventoryServiceClient, optionsOf(address, name));
  closers.push(() => client.close());
  return client;
}

function administer(address: string, name: Parameters<typeof testIdentity>[0]) {
  const client = createGrpcClient(InventoryAdminServiceClient, optionsOf(address, name));
  closers.push(() => client.close());
  return client;
}

const optionsOf = (address: string, name: Parameters<typeof testIdentity>[0]) => ({
  address,
  name: 'test',
  defaultDeadlineMs: 5_000,
  identity: testIdentity(name),
});

/** The status of a call with this metadata, on the wire as it is. */
const codeOf = (client: InventoryServiceClient, metadata: Metadata): Promise<number> =>
  new Promise((resolve) => {
    const deadline = Date.now() + 5_000;
    client.query(QUERY, metadata, { deadline }, (error) => resolve(error?.code ?? 0));
  });

const streamCodeOf = (client: InventoryServiceClient, metadata: Metadata): Promise<number> =>
  new Promise((resolve) => {
    const stream = client.executeStream(metadata);
    stream.on('error', (error: Error & { code?: number }) => resolve(error.code ?? 0));
    stream.on('data', () => {
      stream.end();
      resolve(0);
    });
    stream.write({ commands: [] });
  });

const withToken = (token: string): Metadata => {
  const metadata = new Metadata();
  metadata.set(IDENTITY_KEY, token);
  return metadata;
};

test('a call and a stream without identity, or with a forged one, reach no handler', async () => {
  const { address, callers } = await serve();
  const { raw } = connect(address, 'order-router');
  const foreign = testIdentity('order-router').tokenFor(
    'astrolabe.order.v1.OrderService',
    Date.now(),
  );
  const ended = testIdentity('order-router').tokenFor(CONTRACT, Date.now() - 10_800_000);
  for (const metadata of [new Metadata(), ...['', 'x', foreign, ended].map(withToken)]) {
    expect(await codeOf(raw, metadata)).toBe(UNAUTHENTICATED);
    expect(await streamCodeOf(raw, metadata)).toBe(UNAUTHENTICATED);
  }
  expect(callers).toEqual([]);
});

test('a service that the contract does not list is known and refused', async () => {
  const { address, callers } = await serve();
  const client = connect(address, 'settlement');
  await expect(client.call('query', QUERY)).rejects.toMatchObject({
    code: PERMISSION_DENIED,
    outcome: 'refused',
  });
  expect(await streamCodeOf(client.raw, client.metadata())).toBe(PERMISSION_DENIED);
  expect(callers).toEqual([]);
});

test('administration has a port of its own, where it is for operators alone', async () => {
  const { address, adminAddress, callers } = await serve();
  const asked = { partition: '' };
  await expect(administer(address, 'operator').call('verify', asked)).rejects.toMatchObject({
    code: UNIMPLEMENTED,
  });
  await expect(
    administer(adminAddress, 'order-router').call('verify', asked),
  ).rejects.toMatchObject({ code: PERMISSION_DENIED });
  await expect(connect(adminAddress, 'order-router').call('query', QUERY)).rejects.toMatchObject({
    code: UNIMPLEMENTED,
  });
  expect(callers).toEqual([]);
  await expect(administer(adminAddress, 'operator').call('verify', asked)).resolves.toBeDefined();
  expect(callers).toEqual(['operator']);
});

test('a port without a contract, and a contract without a port, are refused', () => {
  const common = { logger: { error: () => {} }, host: '127.0.0.1' };
  expect(() => createGrpcServer({ ...common, port: 0, services: [] })).toThrow('nothing is served');
  const services = [[InventoryAdminServiceService, {}]] as const;
  expect(() => createGrpcServer({ ...common, services })).toThrow('needs adminPort');
});

test('a listed service gets through, and the handler learns who it is, whatever name it gives', async () => {
  const { address, callers } = await serve();
  const client = connect(address, 'order-router');
  await client.call('query', QUERY, { actor: 'console' });
  expect(await streamCodeOf(client.raw, client.metadata())).toBe(0);
  expect(callers).toEqual(['order-router', 'stream']);
});
