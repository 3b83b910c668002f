import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, Outcome } from '@astrolabe/contracts/inventory';
import type { Db } from 'mongodb';
import { expect } from 'vitest';
import { createJournal, hashRecord } from '../../src/adapters/mongo/journal.ts';
import { decidedIn } from '../../src/application/journal/unpack.ts';
import { createReplica, replay } from '../../src/application/partition/replica.ts';
import { auditHolds } from '../../src/domain/invariants.ts';
import { reserve } from '../commands.ts';
import type { Client } from './processes.ts';

const RETRY_MS = 20;

/**
 * Callers that place orders of one piece one after the other, each until it is answered; whatever
 * happens to the service they send the same operation id again.
 */
export class Orders {
  readonly acknowledged = new Map<string, Outcome['status']>();
  private readonly client: () => Client;
  private readonly name: string;
  private stopping = false;
  private made = 0;
  private running: Promise<unknown> = Promise.resolve();

  constructor(name: string, client: () => Client) {
    this.name = name;
    this.client = client;
  }

  start(callers: number): void {
    this.running = Promise.all(Array.from({ length: callers }, () => this.call()));
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async call(): Promise<void> {
    while (!this.stopping) {
      this.made += 1;
      const id = `${this.name}:${this.made}`;
      await this.untilAnswered(id, reserve(1, id, id));
    }
  }

  /** Sends the command until its outcome is known. */
  async untilAnswered(id: string, command: Command): Promise<void> {
    for (;;) {
      try {
        const { outcome } = await this.client().call('execute', { command });
        this.acknowledged.set(id, outcome?.status ?? 0);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Folds the journal: each acknowledged order is in it once, and it replays to sums that hold. */
export async function mustBeInJournal(db: Db, orders: Orders): Promise<number> {
  const replica = createReplica('p0000', 1_024);
  const times = new Map<string, number>();
  const journal = createJournal(db);
  for (;;) {
    const records = await journal.readAfter('p0000', replica.sequence, 500);
    if (records.length === 0) break;
    for (const record of records) {
      replay(replica, record, hashRecord);
      for (const { command } of decidedIn(record)) {
        const { operationId } = command;
        times.set(operationId, (times.get(operationId) ?? 0) + 1);
      }
    }
  }
  expect(auditHolds(replica.state)).toEqual([]);
  for (const [id, count] of times) expect(`${id} ${count}`).toBe(`${id} 1`);
  for (const [id, status] of orders.acknowledged) {
    const isApplied = status === OutcomeStatus.APPLIED;
    expect(`${id} ${times.has(id)}`).toBe(`${id} ${isApplied}`);
  }
  return replica.operations;
}

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
};
