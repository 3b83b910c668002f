import { OrderServiceClient, OrderServiceService } from '@astrolabe/contracts/order';
import { readFailuresWith } from '@astrolabe/service';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { afterEach, expect, test } from 'vitest';
import { createGrpcClient, createGrpcServer, unary } from './index.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const key = { orderRef: { channel: 'tmall', sellerId: '21230', number: '41171611600046273' } };

async function serve(getOrder: () => Promise<void>, port = 0) {
  const nothing = unary('nothing', async () => ({}));
  const answer = unary('getOrder', async () => {
    await getOrder();
    return { order: undefined };
  });
  const methods = { getOrder: answer, listOrders: nothing, reportAllocation: nothing };
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port,
    services: [[OrderServiceService, methods]],
  });
  await server.component.start();
  return server;
}

function connect(port: number, repeatLost: boolean) {
  const client = createGrpcClient(OrderServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'test',
    defaultDeadlineMs: 30_000,
    repeatLost,
  });
  closers.push(() => client.close());
  return client;
}

const lostCalls = async (): Promise<number> => {
  const line = new RegExp(`^${METRIC.grpcClientLost}\\{method="getOrder"[^}]*\\} (\\d+)`, 'm');
  return Number(line.exec(await metricsText())?.[1] ?? 0);
};

test('calls that a forced stop ends are counted as lost, and repeated where that is safe', async () => {
  const entered = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let calls = 0;
  const hanging = await serve(async () => {
    entered[calls]?.resolve();
    calls += 1;
    await new Promise(() => {});
  });
  const port = hanging.port();
  const repeated = connect(port, true).call('getOrder', key);
  const once = connect(port, false)
    .call('getOrder', key)
    .catch((error: unknown) => error);
  await Promise.all(entered.map(({ promise }) => promise));
  const before = await lostCalls();
  await hanging.component.stop();
  const next = await serve(async () => {}, port);
  closers.push(() => next.component.stop());
  expect(await repeated).toEqual({ order: undefined });
  expect(await once).toMatchObject({ outcome: 'unknown' });
  expect((await lostCalls()) - before).toBeGreaterThanOrEqual(2);
});

class DriverGone extends Error {}

test('a handler whose database is away says UNAVAILABLE, and that it is unknown what was done', async () => {
  readFailuresWith((error) =>
    error instanceof DriverGone ? { kind: 'UNAVAILABLE', code: '', message: '' } : null,
  );
  const server = await serve(async () => {
    throw new DriverGone('at a secret address');
  });
  closers.push(() => server.component.stop());
  const failed = await connect(server.port(), false)
    .call('getOrder', key)
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: 14, reason: '', outcome: 'unknown' });
  expect(String(failed)).not.toContain('secret');
});
