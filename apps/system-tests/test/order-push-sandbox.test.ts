import { PushMethod } from '@astrolabe/contracts/push';
import { tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'order-push', 'sandbox'],
    extra: { 'order-push': { ALLOCATION_WINDOW_MS: '500', QUERY_RETRY_MS: '500' } },
  });
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

const control = async (method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> => {
  const answer = await fetch(`${httpUrl(harness.stack, 'sandbox')}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(200);
  return await answer.json();
};

test('the sandbox plays the router: asked to allocate, then for its result; no table is configured', async () => {
  const actor = await startedSeller(harness, { allocator: 'isv', acceptor: 'pos' });
  const { sellerId, nick, keys, spi } = actor.seller;
  const key = { appKey: spi.appKey, secret: spi.secret };
  await control('PUT', 'config', { sellerId, nick, keys, spi: key });
  await control('PUT', 'isv', { sellerId, appKeys: ['123543', '89765'] });
  await harness.clients.push.call('putSeller', {
    seller: {
      sellerId,
      spiUrl: `${httpUrl(harness.stack, 'sandbox')}/spi`,
      spiAppKey: spi.appKey,
      method: PushMethod.RETURNED,
      onboardingAppKey: '',
      applications: [
        { appKey: '123543', omni: true },
        { appKey: '89765', omni: true },
      ],
    },
    spiSecret: spi.secret,
  });
  await actor.pay();
  await actor.order('AWAITING_ALLOCATION');
  const place = { type: 'STORE', id: '1342' };
  await control('PUT', 'isv/results', { tid: TID, lines: [{ oid: OID, place }] });
  const order = await actor.order('ALLOCATED');
  expect(order.lines[0]?.routedPlace?.id).toBe('1342');

  const exchanges = (await control('GET', 'exchanges')) as { party: string; method: string }[];
  const asked = exchanges.filter(({ party }) => party === 'isv').map(({ method }) => method);
  expect(asked.at(-1)).toBe('taobao.qimen.omniorder.allocate');
  expect(asked[0]).toBe('taobao.qimen.omniorder.allocatedinfo.get');
  await eventually(async () => {
    const { push } = await harness.clients.push.call('getPush', {
      orderRef: tmallOrder(sellerId, TID),
    });
    expect(push).toMatchObject({
      returnedAppKeys: ['123543', '89765'],
      query: { state: 'DONE' },
      rows: [],
      problems: [],
    });
  });
});
