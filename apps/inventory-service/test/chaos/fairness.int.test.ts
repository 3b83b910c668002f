import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, ExecuteBatchResponse } from '@astrolabe/contracts/inventory';
import { eventually } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { CERTAIN, WH, initialise, reserve } from '../commands.ts';
import type { Client } from './processes.ts';
import { arena, connector } from './processes.ts';

const LIMITS = { QUEUE_LIMIT: '8192', SELLER_QUEUE_LIMIT: '1024', LEASE_TTL_MS: '60000' };
const BATCH = 1_000;
const BATCHES = 8;
const ORDERS = 50;
const DEADLINE_MS = 30_000;

const stage = await arena();
const connect = connector();

const of = (sellerId: string, command: Command): Command => ({ ...command, sellerId });

type Refused = { code: number; metadata: { get(key: string): unknown[] } };

/** One call, not repeated: its answer or its refusal. */
const batchOnce = (on: Client, commands: Command[]) =>
  new Promise<ExecuteBatchResponse | Refused>((resolve) => {
    const deadline = new Date(Date.now() + DEADLINE_MS);
    on.raw.executeBatch({ commands }, on.metadata(), { deadline }, (error, response) =>
      resolve(error ?? response),
    );
  });

test('a seller that floods fills its own share of the queue: the others are served', async () => {
  const service = await stage.start('fairness', LIMITS);
  const on = connect(service.port);
  for (const seller of ['flooding', 'quiet']) {
    await on.call('execute', { command: of(seller, initialise(WH, CERTAIN, 100_000)) });
  }
  // Nothing becomes durable, so whatever comes has to wait.
  stage.pauseDatabase();
  const flood = Array.from({ length: BATCHES }, (_, at) =>
    batchOnce(
      on,
      Array.from({ length: BATCH }, (_each, n) =>
        of('flooding', reserve(1, `flood-${at}-${n}`, `flood-${at}-${n}`)),
      ),
    ),
  );
  const first = await Promise.race(flood);
  expect(first).toMatchObject({ code: 8 });
  if (!('metadata' in first)) throw new Error('it was answered while nothing can be durable');
  expect(first.metadata.get('astrolabe-reason')).toEqual(['OVERLOADED']);
  expect(Number(first.metadata.get('grpc-retry-pushback-ms')[0])).toBeGreaterThan(0);

  const quiet = Promise.all(
    Array.from({ length: ORDERS }, async (_, at) => {
      const command = of('quiet', reserve(1, `quiet-${at}`, `quiet-${at}`));
      const { outcome } = await on.call('execute', { command }, { deadlineMs: DEADLINE_MS });
      return outcome?.status;
    }),
  );
  const metrics = `http://127.0.0.1:${service.ready.healthPort}/metrics`;
  await eventually(async () => {
    const text = await (await fetch(metrics)).text();
    expect(text).toMatch(/astrolabe_inventory_refused_total\{[^}]*reason="OVERLOADED"[^}]*\} \d/);
  });
  stage.resumeDatabase();
  expect(new Set(await quiet)).toEqual(new Set([OutcomeStatus.APPLIED]));
  const answers = await Promise.all(flood);
  const refused = answers.filter((answer) => 'code' in answer);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(BATCHES);

  // A client of ours comes back when it was told to.
  const again = Array.from({ length: BATCHES }, (_, at) =>
    on.call(
      'executeBatch',
      {
        commands: Array.from({ length: BATCH }, (_each, n) =>
          of('flooding', reserve(1, `flood-${at}-${n}`, `flood-${at}-${n}`)),
        ),
      },
      { deadlineMs: DEADLINE_MS },
    ),
  );
  for (const { outcomes } of await Promise.all(again)) {
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set([OutcomeStatus.APPLIED]));
  }
}, 120_000);
