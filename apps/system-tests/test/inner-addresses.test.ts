import { IsvAdminServiceClient } from '@astrolabe/contracts/isv';
import { PushMethod } from '@astrolabe/contracts/push';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { adminAddress } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';

const APPS = ['fulfillment', 'order-push', 'isv-allocator'] as const;
const SELLER = '21230';
const KEY = { appKey: '21230001', secret: 'a-secret-of-the-seller' };
const OUTSIDE = 'https://8.8.8.8/spi';
const INNER = [
  'http://127.0.0.1:9200/spi',
  'http://0x7f.1/',
  'http://localhost:27017/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.100.100.200/',
  'https://10.96.0.1/',
  'https://[::1]/',
  'https://[::ffff:10.96.0.1]/',
  'https://[fd00::1]/',
];

let harness: Harness;
let register: Record<string, (url: string) => Promise<unknown>>;
const closers: (() => void)[] = [];

/** As in a cluster: no inner network is listed. */
const noException = (app: AppName) => [app, { SPI_ALLOWED_NETWORKS: '' }] as const;

beforeAll(async () => {
  harness = await startHarness({ apps: APPS, extra: Object.fromEntries(APPS.map(noException)) });
  const to = (app: AppName) => ({
    address: adminAddress(harness.stack, app),
    name: 'system-test',
    defaultDeadlineMs: 10_000,
  });
  const { fulfillmentAdmin, push } = harness.clients;
  const isv = createGrpcClient(IsvAdminServiceClient, to('isv-allocator'));
  closers.push(() => isv.close());
  const putIsv = (platformUrl: string, tmall: string) =>
    isv.call('putConnection', {
      connection: {
        sellerId: SELLER,
        platformUrl,
        spi: KEY,
        qimen: KEY,
        top: KEY,
        tmall: { url: tmall, key: KEY, session: 'session' },
      },
    });
  register = {
    'store system of fulfillment': (spiUrl) =>
      fulfillmentAdmin.call('putConnection', { sellerId: SELLER, spiUrl, ...KEY }),
    'router of order-push': (spiUrl) =>
      push.call('putSeller', {
        seller: {
          sellerId: SELLER,
          spiUrl,
          spiAppKey: KEY.appKey,
          onboardingAppKey: '',
          method: PushMethod.RETURNED,
          applications: [],
        },
        spiSecret: KEY.secret,
      }),
    'platform of isv-allocator': (url) => putIsv(url, OUTSIDE),
    'Tmall of isv-allocator': (url) => putIsv(OUTSIDE, url),
    'shop at Tmall of fulfillment': (tmallUrl) =>
      fulfillmentAdmin.call('putShop', {
        shop: { sellerId: SELLER, tmallUrl, ...KEY, session: 'session' },
      }),
  };
});
afterAll(async () => {
  for (const close of closers) close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

test('an address that leads inside is refused where it is registered, with the reason', async () => {
  for (const [what, put] of Object.entries(register)) {
    await expect(put(OUTSIDE), what).resolves.toBeDefined();
    for (const url of INNER) {
      const refused: unknown = await put(url).catch((error: unknown) => error);
      expect(refused, `${what} at ${url}`).toBeInstanceOf(GrpcCallError);
      expect(refused, `${what} at ${url}`).toMatchObject({
        outcome: 'refused',
        reason: 'INNER_ADDRESS',
      });
    }
  }
});
