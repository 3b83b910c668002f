import type { OrderRef } from '@astrolabe/kernel';
import { decideTrade } from './decide-trade.ts';
import type { DecideDeps } from './decide-trade.ts';
import type { Allocations, ConnectPlatform, Connections } from './ports.ts';
import { runEffects } from './run-effect.ts';
import type { EffectDeps } from './run-effect.ts';

export type DriveAllocationDeps = DecideDeps &
  EffectDeps & {
    readonly allocations: Allocations;
    readonly connections: Connections;
    readonly connect: ConnectPlatform;
  };

/** Decisions, and calls after each, that one turn makes at most; what is left waits for the next sweep. */
const DECISIONS_MAX = 10;
const CALLS_MAX = 100;

/** Does what is due for one trade, a step after the other: report, decide, move, tell. */
export const makeDriveAllocation =
  (deps: DriveAllocationDeps) =>
  async (name: OrderRef): Promise<void> => {
    const connection = await deps.connections.find(name.sellerId);
    if (!connection) return;
    const platform = deps.connect(connection);
    for (let decisions = 0; decisions < DECISIONS_MAX; decisions += 1) {
      await runEffects(deps, platform, name, CALLS_MAX);
      const allocation = await deps.allocations.load(name);
      const nextAt = allocation?.decision?.nextAt;
      if (!allocation || !nextAt || nextAt.getTime() > deps.clock().getTime()) return;
      await decideTrade(deps, platform, allocation);
    }
  };
