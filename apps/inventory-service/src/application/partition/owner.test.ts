import { expect, test } from 'vitest';
import { hashOf } from '../../../test/simulation/process.ts';
import { GOODS, SELLER, WH } from '../../../test/partition.ts';
import type { Body, Command } from '../../domain/commands.ts';
import { Owner } from './owner.ts';
import { createReplica } from './replica.ts';

const NOW_MS = 1_000;

/** An owner with ten pieces, whose lease the test holds in its hand. */
function owned() {
  const lease = { runs: true };
  const owner = new Owner(
    createReplica('p0000', 1_024),
    { name: 'owner', epoch: 1 },
    { hashOf, queueLimit: 64, sellerQueueLimit: 64, isLeased: () => lease.runs },
  );
  const answered: string[] = [];
  const offer = (operationId: string, body: Body): void => {
    const command: Command = { operationId, sellerId: SELLER, actor: '', messageId: '', body };
    owner.offer({
      commands: [command],
      deadlineMs: NOW_MS,
      answered: ([decided]) => answered.push(`${operationId} ${decided?.outcome.status}`),
      undecided: (why) => answered.push(`${operationId} ${why}`),
    });
    owner.work(NOW_MS);
  };
  const append = (): void => {
    expect(owner.next()).toMatchObject({ do: 'APPEND' });
    expect(owner.on({ came: 'APPENDED' })).toBeNull();
  };
  const line = { billNum: 'b', goodsId: GOODS, quantity: 10_000, place: WH };
  offer('fill', {
    verb: 'INITIALISE',
    billScope: 's',
    lines: [{ ...line, kind: 'CERTAIN', operationTimeMs: null }],
  });
  append();
  return { owner, lease, answered, offer, append };
}

const reserve = (ref: string, pieces: number): Body => ({
  verb: 'RESERVE',
  ref,
  channel: 'tmall',
  ttlMs: 0,
  buyerRef: '',
  lines: [
    { lineId: ref, goodsId: GOODS, quantity: pieces * 1_000, place: WH, kind: 'CERTAIN' as const },
  ],
});

test('an answer with an append of its own needs no lease: the append is the proof', () => {
  const { lease, answered, offer, append } = owned();
  lease.runs = false;
  offer('pay', reserve('a', 1));
  expect(answered).toEqual(['fill APPLIED']);
  append();
  expect(answered).toEqual(['fill APPLIED', 'pay APPLIED']);
});

test('past the lease a refusal and a read wait until a renewal shows that nobody has come', () => {
  const { owner, lease, answered, offer } = owned();
  const reads: string[] = [];
  lease.runs = false;
  offer('much', reserve('b', 11));
  owner.whenDurable({ release: () => reads.push('read'), abandon: () => reads.push('none') });
  expect([answered, reads]).toEqual([['fill APPLIED'], []]);
  lease.runs = true;
  owner.leaseRenewed();
  expect([answered, reads]).toEqual([['fill APPLIED', 'much INSUFFICIENT'], ['read']]);
});

test('what leans on an append in flight waits for the lease too when that comes too late', () => {
  const { owner, lease, answered, offer } = owned();
  offer('pay', reserve('a', 10));
  const effect = owner.next();
  expect(effect).toMatchObject({ do: 'APPEND' });
  offer('more', reserve('b', 1));
  lease.runs = false;
  owner.on({ came: 'APPENDED' });
  expect(answered).toEqual(['fill APPLIED', 'pay APPLIED']);
  owner.end();
  expect(answered).toEqual(['fill APPLIED', 'pay APPLIED', 'more NOT_OWNER']);
  expect(owner.next()).toBeNull();
});
