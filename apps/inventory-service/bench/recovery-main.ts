/**
 * How long a partition takes to come back, and what its journal takes when it is archived.
 *
 *   npm run recovery -w @astrolabe/inventory-service [-- --operations 5000000]
 */
import { parseArgs } from 'node:util';
import { tuneMemory } from '@astrolabe/service';
import { measureArchive } from '../test/recovery/archive.ts';
import { MILLION, recoverOrders } from './million.ts';
import { startStack } from './stack.ts';

// As the service does: it is the one that recovers.
tuneMemory();
const { values } = parseArgs({
  options: { operations: { type: 'string', default: String(MILLION) } },
});
const DATABASE = 'bench_recovery';

const stack = await startStack();
const recovery = await recoverOrders(stack, Number(values.operations), DATABASE);
console.log(`recovery: ${JSON.stringify(recovery)}`);
console.log(`archive: ${JSON.stringify(await measureArchive(stack.mongo.uri, DATABASE))}`);
await stack.stop();
