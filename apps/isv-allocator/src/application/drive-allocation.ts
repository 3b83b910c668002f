import type { OrderRef } from '@astrolabe/kernel';
import { openEffect } from '../domain/allocation.ts';
import { decideTrade } from './decide-trade.ts';
import type { DecideDeps } from './decide-trade.ts';
import type { Allocations, ConnectPlatform, Connections } from './ports.ts';
import { runEffect } from './run-effect.ts';
import type { EffectDeps } from './run-effect.ts';

export type DriveAllocationDeps = DecideDeps &
  EffectDeps & {
    readonly allocations: Allocations;
    readonly connections: Connections;
    readonly connect: ConnectPlatform;
  };

/** Steps that one turn takes at most; what is left waits for the next sweep. */
const STEPS_MAX = 100;

/** Does what is due for one trade, a step after the other: report, decide, move, tell. */
export const makeDriveAllocation =
  (deps: DriveAllocationDeps) =>
  async (name: OrderRef): Promise<void> => {
    const connection = await deps.connections.find(name.sellerId);
    if (!connection) return;
    const platform = deps.connect(connection);
    let allocation = await deps.allocations.load(name);
    for (let step = 0; step < STEPS_MAX && allocation; step += 1) {
      const now = deps.clock();
      const effect = openEffect(allocation, now);
      const { decision } = allocation;
      if (effect) {
        allocation = await runEffect(deps, platform, allocation, effect);
      } else if (decision && decision.nextAt.getTime() <= now.getTime()) {
        allocation = await decideTrade(deps, platform, allocation);
      } else {
        return;
      }
    }
  };
