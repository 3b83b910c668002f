import { testIdentity } from '@astrolabe/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { REQUEST_MS } from './awaited-request.ts';
import { openRaw, serveBatches } from './test-server.ts';

const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
const HEALTH = 'grpc.health.v1.Health';
const CARRIER = 'astrolabe.transport.v1.CarrierService';
const [DEADLINE_EXCEEDED, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED] = [
  '4',
  '7',
  '12',
  '16',
];

let served: Awaited<ReturnType<typeof serveBatches>>;
let raw: ReturnType<typeof openRaw>;
beforeAll(async () => {
  served = await serveBatches(async () => ({ outcomes: [] }));
  raw = openRaw(served.address);
  // The connection stands before time is ours.
  await raw.open(CONTRACT, 'ExecuteBatch', null).ended;
});
afterAll(async () => {
  raw.destroy();
  await served.stop();
});
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const tokenOf = (who: 'operator' | 'sandbox') => testIdentity(who).tokenFor(CONTRACT, Date.now());

/** As the server has the call, and waits for its request. */
const isWaiting = () => expect.poll(() => vi.getTimerCount()).toBeGreaterThan(0);

test.each([
  ['nobody', null, UNAUTHENTICATED],
  ['a service that may not call', tokenOf('sandbox'), PERMISSION_DENIED],
])('%s is refused by the headers, though no request ever comes', async (_, token, status) => {
  const call = raw.open(CONTRACT, 'ExecuteBatch', token);
  expect((await call.ended).status).toBe(status);
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['sends nothing', null],
  ['sends half of a message', Buffer.from([0, 0, 0])],
  ['sends a message and does not end it', Buffer.alloc(5)],
])('a service that %s is ended after its time', async (_, sent) => {
  const call = raw.open(CONTRACT, 'ExecuteBatch', tokenOf('operator'));
  if (sent) call.stream.write(sent);
  await isWaiting();
  await vi.advanceTimersByTimeAsync(REQUEST_MS - 1);
  expect(call.stream.closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect((await call.ended).status).toBe(DEADLINE_EXCEEDED);
});

test('a request that has come is served for as long as it takes', async () => {
  const call = raw.open(CONTRACT, 'ExecuteBatch', tokenOf('operator'));
  await isWaiting();
  call.stream.end(Buffer.alloc(5));
  await call.ended;
  expect(vi.getTimerCount()).toBe(0);
});

test('whether it is well may be asked by everybody, who is as quick; nobody is told as it changes', async () => {
  const check = raw.open(HEALTH, 'Check', null);
  await isWaiting();
  await vi.advanceTimersByTimeAsync(REQUEST_MS);
  expect((await check.ended).status).toBe(DEADLINE_EXCEEDED);
  const asked = raw.open(HEALTH, 'Check', null);
  asked.stream.end(Buffer.alloc(5));
  expect((await asked.ended).status).toBe('0');
  expect((await raw.open(HEALTH, 'Watch', null).ended).status).toBe(UNIMPLEMENTED);
});

test('a stream of calls is ended when no call on it says who calls', async () => {
  const nobody = raw.open(CARRIER, 'Carry', null);
  await isWaiting();
  // An empty list of calls says nothing.
  nobody.stream.write(Buffer.alloc(5));
  await vi.advanceTimersByTimeAsync(REQUEST_MS);
  expect((await nobody.ended).status).toBe(UNAUTHENTICATED);
});

test('a stream on which a service waits for an answer stays', async () => {
  const gate = Promise.withResolvers<void>();
  const slow = await serveBatches(async () => {
    await gate.promise;
    return { outcomes: [] };
  });
  const waiting = slow.client.call('executeBatch', { commands: [] }, { deadlineMs: 60_000 });
  await isWaiting();
  await vi.advanceTimersByTimeAsync(2 * REQUEST_MS);
  gate.resolve();
  expect(await waiting).toEqual({ outcomes: [] });
  await slow.stop();
});
