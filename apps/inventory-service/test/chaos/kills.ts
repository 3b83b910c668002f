import { eventually } from '@astrolabe/testing';
import type { Db } from 'mongodb';
import { expect } from 'vitest';
import { CERTAIN, WH, initialise } from '../commands.ts';
import { Orders } from './orders.ts';
import type { Client, arena } from './processes.ts';

/** How often each kill is repeated; the figures of the scenarios want 8 or 20. */
export const KILLS = Number(process.env['CHAOS_KILLS'] ?? 2);
/** Orders that are acknowledged before each kill of the database, and after the last. */
const ORDERS = Number(process.env['CHAOS_ORDERS'] ?? 100);
export const PLENTY = 10_000_000;
const CALLERS = 64;
const ORDERS_MAX_MS = 240_000;

export const figure = (name: string, values: Record<string, unknown>): void =>
  void process.stdout.write(`${name}: ${JSON.stringify(values)}\n`);

/** Kills the database under load, so often, each time after so many orders. */
export async function killDatabase(
  stage: Awaited<ReturnType<typeof arena>>,
  connect: (port: number) => Client,
  kills: number,
): Promise<{ db: Db; orders: Orders; service: { port: number } }> {
  const { db } = await stage.connect('kill_database');
  const service = await stage.start('kill_database');
  const client = connect(service.port);
  await client.call('execute', { command: initialise(WH, CERTAIN, PLENTY) });
  const orders = new Orders('order', () => client);
  orders.start(CALLERS);
  const more = async (): Promise<void> => {
    const before = orders.acknowledged.size;
    await eventually(() => expect(orders.acknowledged.size).toBeGreaterThan(before + ORDERS), {
      timeoutMs: ORDERS_MAX_MS,
    });
  };
  for (let kill = 0; kill < kills; kill += 1) {
    await more();
    await stage.crashDatabase();
  }
  await more();
  await orders.stop();
  return { db, orders, service };
}
