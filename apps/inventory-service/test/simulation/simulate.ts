import { decidedIn } from '../../src/application/journal/unpack.ts';
import { createReplica, replay } from '../../src/application/partition/replica.ts';
import { auditHolds } from '../../src/domain/invariants.ts';
import { Clients } from './clients.ts';
import { Database } from './database.ts';
import type { World } from './process.ts';
import { Process, hashOf } from './process.ts';
import { random } from './random.ts';

export type Simulated = {
  readonly records: number;
  readonly operations: number;
  readonly responses: number;
  readonly leaderships: number;
};

const PROCESSES = 2;

/**
 * One whole life of a partition under one seed: processes that take it over from each other, crash
 * between any two effects or go on in the belief that they still own it; a database that loses
 * answers; callers that ask again. Throws when any promise is broken.
 */
export function simulate(seed: number, steps: number): Simulated {
  const source = random(seed);
  const database = new Database(source, 4 + source.below(30));
  const clients = new Clients(source);
  const world: World = {
    database,
    clients,
    random: source,
    snapshot: null,
    parts: new Map(),
    nowMs: 1_000_000,
    lease: { owner: '', untilMs: 0 },
  };
  let leaderships = 0;
  const fresh = (): Process => {
    leaderships += 1;
    return new Process(world, `process-${leaderships}`);
  };
  const running = Array.from({ length: PROCESSES }, fresh);
  for (let step = 0; step < steps; step += 1) {
    world.nowMs += source.once(60) ? source.below(600) : source.below(20);
    const at = source.below(PROCESSES);
    const process = running[at];
    // The stale owner goes on for a while now and then; nobody tells it that it is stale.
    if (process && (!process.dead || source.once(8))) process.step();
    if (process?.dead || source.once(150)) {
      running[at] = fresh();
      // Its lease may have to run out before the next one can begin.
      if (source.once(2)) world.nowMs += source.below(400);
    }
    if (source.once(40)) database.land();
  }
  return { ...check(world), leaderships };
}

/** Every promise that the journal and the callers can be asked about afterwards. */
function check({ database, clients }: World): Omit<Simulated, 'leaderships'> {
  const folded = createReplica('p0000', 1_024);
  const effects = new Map<string, { sequence: number; outcome: unknown }>();
  for (const record of database.after(0)) {
    replay(folded, record, hashOf);
    for (const { command, outcome } of decidedIn(record)) {
      const { sellerId, operationId } = command;
      const id = `${sellerId}|${operationId}`;
      const isExpiry = operationId.startsWith('expire:');
      if (effects.has(id) && !isExpiry) throw new Error(`${id} has two effects`);
      effects.set(id, { sequence: record.sequence, outcome });
    }
  }
  if (folded.sequence !== database.records.size) throw new Error('the journal has a gap');
  const wrong = auditHolds(folded.state);
  if (wrong.length > 0) throw new Error(`holds do not add up at ${wrong[0]?.key}`);
  for (const { command, outcome, sequence } of clients.responses.values()) {
    const effect = effects.get(`${command.sellerId}|${command.operationId}`);
    const isApplied = outcome.status === 'APPLIED';
    if (isApplied && effect?.sequence !== sequence) {
      throw new Error(`${command.operationId} was answered as applied and is not in the journal`);
    }
    if (isApplied && JSON.stringify(effect?.outcome) !== JSON.stringify(outcome)) {
      throw new Error(`${command.operationId} was answered otherwise than the journal says`);
    }
    const heardAll = !clients.isOpen(command.operationId);
    if (!isApplied && effect && outcome.status !== 'PARTIAL' && heardAll)
      throw new Error(`${command.operationId} was refused and is written`);
  }
  const { operations } = folded;
  return { records: folded.sequence, operations, responses: clients.responses.size };
}
