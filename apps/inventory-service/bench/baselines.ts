import { connectMongo } from '@astrolabe/mongo';
import type { Load } from './load.ts';

const CLIENTS = 16;
const PLENTY = 1_000_000_000;

type Stock = { _id: string; available: number };
type Held = { _id: string; goods: string };

/**
 * What people usually do instead, on the same database with the same durability: a conditional
 * update of one counter, without holds or idempotency; and a transaction of three writes per order
 * (stock, hold, movement). One hot row, as in the runs beside them.
 */
export async function baselines(uri: string): Promise<{
  counter: Load;
  transaction: Load;
  stop(): Promise<void>;
}> {
  const connection = await connectMongo({ uri, database: 'bench_baselines', appName: 'bench' });
  const { db, client } = connection;
  const stock = db.collection<Stock>('stock');
  const holds = db.collection<Held>('holds');
  const movements = db.collection<Held>('movements');
  await stock.insertOne({ _id: 'SKU-HOT', available: PLENTY });
  let made = 0;
  const take = (options = {}) =>
    stock.findOneAndUpdate(
      { _id: 'SKU-HOT', available: { $gte: 1 } },
      { $inc: { available: -1 } },
      options,
    );
  const order = async (): Promise<void> => {
    made += 1;
    const order = { _id: String(made), goods: 'SKU-HOT' };
    const session = client.startSession();
    try {
      await session.withTransaction(async () => {
        await take({ session });
        await holds.insertOne(order, { session });
        await movements.insertOne(order, { session });
      });
    } finally {
      await session.endSession();
    }
  };
  return {
    counter: {
      send: async () => {
        await take();
      },
      weight: 1,
      inFlight: CLIENTS,
    },
    transaction: { send: order, weight: 1, inFlight: CLIENTS },
    stop: async () => {
      await db.dropDatabase();
      await connection.component.stop();
    },
  };
}
