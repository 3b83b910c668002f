import type { Recovery } from '../test/recovery/replay.ts';
import { measureRecovery } from '../test/recovery/replay.ts';
import { BATCHES, batchLoad, createCallers } from './callers.ts';
import { fillStock, hot, order } from './requests.ts';
import type { startStack } from './stack.ts';

export const MILLION = 1_000_000;

/**
 * How long a partition takes to come back: so many orders of one line, journalled by the service, are
 * read by a fresh process, without and with a snapshot.
 */
export async function recoverOrders(
  stack: Awaited<ReturnType<typeof startStack>>,
  operations: number,
  database: string,
): Promise<Recovery> {
  const service = await stack.startService({ MONGODB_DATABASE: database });
  const callers = createCallers(`127.0.0.1:${service.ready.grpcPort}`);
  for (const command of fillStock()) await callers.execute(command);
  const load = batchLoad(callers, () => order(hot));
  let left = operations;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= load.weight;
      await load.send();
    }
  };
  await Promise.all(Array.from({ length: BATCHES }, caller));
  callers.close();
  service.kill('SIGKILL');
  await service.exited;
  return await measureRecovery(stack.mongo.uri, database);
}
