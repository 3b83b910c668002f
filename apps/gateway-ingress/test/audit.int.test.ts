import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { IngressTradeServiceClient } from '@astrolabe/contracts/ingress';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { NO_RECORDS, followed } from '@astrolabe/signing';
import type { ChainEnd } from '@astrolabe/signing';
import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tradeJson } from './requests.ts';
import { SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { push } from './wire.ts';

const TID = '41171611600046999';
const PERMISSION_DENIED = 7;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
  await push(gateway.url, tradeJson({ tid: TID }))();
});
afterAll(async () => {
  await gateway.stop();
});

const look = (login: string, reveal: boolean) =>
  gateway.trades.call('getReceiver', {
    orderRef: tmallOrder(SELLER, TID),
    askedBy: `clerk:${login}`,
    reveal,
  });

const entries = async () =>
  (await gateway.admin.call('listAuditEntries', { afterSequence: 0n, size: 500 })).entries;

/** The end of the chain, or null where it is broken. */
async function chainEnd(): Promise<ChainEnd | null> {
  const all = await entries();
  return all.reduce<ChainEnd | null>(
    (end, { at, ...entry }) => (end && at ? followed(end, { ...entry, at }) : null),
    NO_RECORDS,
  );
}

test('each look is kept before it is answered, with the service that proved itself and the clerk', async () => {
  await look('xiaowang', false);
  await look('xiaozhao', true);
  const kept = (await entries()).map(({ caller, person, action, target: at }) => [
    caller,
    person,
    action,
    at,
  ]);
  const target = orderKey(tmallOrder(SELLER, TID));
  expect(kept).toEqual([
    ['console', 'clerk:xiaowang', 'receiver.masked', target],
    ['console', 'clerk:xiaozhao', 'receiver.revealed', target],
  ]);
});

test('looks at the same time make one chain without gaps', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => look(`clerk${n}`, false)));
  expect(await chainEnd()).toMatchObject({ sequence: 22n });
});

test('an operator administers, and is shown no receiver', async () => {
  const asOperator = createGrpcClient(IngressTradeServiceClient, {
    address: gateway.grpcAddress,
    name: 'console',
    defaultDeadlineMs: 5_000,
  });
  const asked = { orderRef: tmallOrder(SELLER, TID), askedBy: 'clerk:xiaowang', reveal: true };
  const refused: unknown = await asOperator
    .call('getReceiver', asked)
    .catch((error: unknown) => error);
  asOperator.close();
  expect(refused).toBeInstanceOf(GrpcCallError);
  expect(refused).toMatchObject({ code: PERMISSION_DENIED });
});

test('an entry that is changed or taken out breaks the chain', async () => {
  const log = gateway.database.db.collection<{ _id: bigint; person: string }>('audit');
  const { _id: id, ...entry } = (await log.findOne({ _id: 2n })) ?? { _id: 0n, person: '' };
  await log.updateOne({ _id: id }, { $set: { person: 'clerk:nobody' } });
  expect(await chainEnd()).toBeNull();
  await log.replaceOne({ _id: id }, entry);
  expect(await chainEnd()).not.toBeNull();
  await log.deleteOne({ _id: id });
  expect(await chainEnd()).toBeNull();
});
