import { createStore, initialiseItems } from '@astrolabe/schemas/qimen';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { problemOf, sendDocument } from '../src/faults/hostile-documents.ts';
import { HOSTILE_BYTES, HOSTILE_DOCUMENTS } from '../src/faults/hostile-xml.ts';
import { startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';

let harness: Harness;
let actor: Actor;
beforeAll(async () => {
  harness = await startHarness();
  actor = await startedSeller(harness);
});
afterAll(async () => {
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

describe.each([createStore.method, initialiseItems.method])('%s', (method) => {
  test.each([...HOSTILE_DOCUMENTS, ...HOSTILE_BYTES])(
    '$what: refused in the form of Qimen, or as 4xx',
    async (document) => {
      expect(problemOf(await sendDocument(actor, method, document))).toBeNull();
    },
  );
});
