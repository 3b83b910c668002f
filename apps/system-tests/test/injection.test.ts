import { APP_NAMES, httpUrl } from '@astrolabe/local-stack';
import { servers } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endpointsOf } from '../src/faults/doors.ts';
import type { Endpoint } from '../src/faults/doors.ts';
import { A_FEW } from '../src/faults/hostile.ts';
import { attack, strangeNames } from '../src/faults/injection.ts';
import { pagesOf } from '../src/faults/pages.ts';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { connectIsv, sellerWithIsv } from '../src/isv.ts';
import type { IsvClient } from '../src/isv.ts';
import { startedSeller } from '../src/scenario.ts';

/** A few values in every field of every message; `npm run faults -- 22` tries them all. */

const AT_ONCE = 8;

let harness: Harness;
let isv: IsvClient;
let endpoints: Endpoint[];
beforeAll(async () => {
  harness = await startHarness({ apps: APP_NAMES.filter((app) => app !== 'sandbox') });
  isv = connectIsv(harness);
  const actor = await startedSeller(harness);
  const spiUrl = `${httpUrl(harness.stack, 'isv-allocator')}/spi`;
  const second = await sellerWithIsv(harness, isv);
  endpoints = [...endpointsOf(actor, { actor: second, spiUrl }), ...(await pagesOf(actor))];
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  isv.close();
  await harness.stop();
});

test('whatever stands in a field, it is answered in the channel’s form, and never by 5xx', async () => {
  const found: unknown[] = [];
  for (const endpoint of endpoints) {
    found.push(...(await attack(endpoint, A_FEW, AT_ONCE)).faults);
  }
  expect(found).toEqual([]);
}, 600_000);

test('no name that a caller made up is in a database', async () => {
  const { databasePrefix } = harness.stack.settings;
  expect(await strangeNames(servers().mongoUri, databasePrefix)).toEqual([]);
});
