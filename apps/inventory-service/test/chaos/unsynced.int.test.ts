import { expect, test } from 'vitest';
import { JournalBroken } from '../../src/application/journal/record.ts';
import { KILLS, figure, killDatabase } from './kills.ts';
import { mustBeInJournal } from './orders.ts';
import { arena, connector } from './processes.ts';

const stage = await arena({ syncOnCommit: false });
const connect = connector();

/**
 * A database that answers before its log is on the disk may forget what it acknowledged, and then no
 * engine can keep its word. What the engine can do is to say so: the chain of its records breaks at
 * the first one that is gone.
 */
test('a database that does not sync its log: what it loses is named, never passed over', async () => {
  const { orders, db } = await killDatabase(stage, connect, KILLS);
  const acknowledged = orders.acknowledged.size;
  try {
    const operations = await mustBeInJournal(db, orders);
    figure('kill unsynced database', { kills: KILLS, acknowledged, operations, lost: 0 });
  } catch (error) {
    expect(error).toBeInstanceOf(JournalBroken);
    figure('kill unsynced database', { kills: KILLS, acknowledged, broken: String(error) });
  }
}, 900_000);
