import type { Clock, Result } from '@astrolabe/kernel';
import { ok, samePlace } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type {
  Begun,
  CallPorts,
  CallWatch,
  Failed,
  Outcome,
  Policy,
  Succeeded,
} from '@astrolabe/outbound';
import type { Allocation, Effect } from '../domain/allocation.ts';
import { effectBegun, effectEnded } from '../domain/decide.ts';
import type { SeenLine } from '../domain/decide.ts';
import type { Allocations, Platform, ReadFailure } from './ports.ts';

export type EffectDeps = {
  readonly allocations: Pick<Allocations, 'load' | 'change'>;
  readonly clock: Clock;
  /** Its lease is longer than the calls of an effect take. */
  readonly policy: Policy;
  readonly watch: CallWatch;
};

/** An effect whose attempt was begun, with its trade as it was then. */
type Sent = { readonly allocation: Allocation; readonly effect: Effect };

/**
 * Makes the calls of a trade that are due. When an earlier attempt may have had its effect, the platform
 * is asked first; only what it does not show is sent again, with the same key.
 */
export async function runEffects(
  deps: EffectDeps,
  platform: Platform,
  name: Allocation['orderRef'],
  callsMax: number,
): Promise<void> {
  const ports: CallPorts<Sent, Succeeded> = {
    begin: () => begin(deps, name),
    lookUp: (sent) => lookUp(platform, sent),
    send: ({ allocation, effect }) => platform.send(allocation, effect),
    record: async ({ effect }, outcome) => {
      await change(deps, name, (state) =>
        effectEnded(state, effect, outcome, deps.clock(), deps.policy),
      );
    },
  };
  await driveCalls(ports, deps.watch, callsMax);
}

async function begin(deps: EffectDeps, name: Allocation['orderRef']): Promise<Begun<Sent> | null> {
  const { allocations, clock, policy } = deps;
  const before = await allocations.load(name);
  if (!before || !effectBegun(before, clock(), policy)) return null;
  let taken: Begun<Sent> | null = null;
  await change(deps, name, (state) => {
    const next = effectBegun(state, clock(), policy);
    if (!next) {
      taken = null;
      return state;
    }
    const { allocation, begun } = next;
    taken = { ...begun, call: { allocation, effect: begun.call } };
    return allocation;
  });
  return taken;
}

/** Whether the platform, or Tmall, shows what an earlier attempt was to bring about. */
async function lookUp(platform: Platform, { allocation, effect }: Sent): Promise<Outcome | null> {
  const { number } = allocation.orderRef;
  switch (effect.kind) {
    case 'SHIP': {
      if (!effect.report) return null;
      const seen = await platform.isShippedAtTmall(number, effect.report.subOrderIds);
      if (!seen.ok) return unread(seen.error);
      return seen.value ? { kind: 'succeeded' } : null;
    }
    case 'ADJUST':
    case 'SYNC': {
      const view = await platform.trade(number);
      if (!view.ok) return unread(view.error);
      return stands(allocation, effect, view.value) ? { kind: 'succeeded' } : null;
    }
    case 'TAKEN':
    case 'STATUS':
      // A repeat of a status is no change at the platform.
      return null;
  }
}

const unread = ({ error }: ReadFailure): Failed => ({
  kind: 'unknown',
  problem: { code: '', message: error },
});

/** Whether the platform shows what the effect was to bring about. */
function stands(
  { lines }: Allocation,
  { kind, subOrderId }: Effect,
  view: readonly SeenLine[],
): boolean {
  const told = lines.filter((line) => kind === 'SYNC' || line.subOrderId === subOrderId);
  return told.every((line) => {
    const one = view.find((seen) => seen.subOrderId === line.subOrderId);
    const at = kind === 'SYNC' ? one?.target : one?.deducted;
    return line.place !== null && !!at && samePlace(at, line.place);
  });
}

async function change(
  { allocations }: EffectDeps,
  name: Allocation['orderRef'],
  next: (state: Allocation) => Allocation,
): Promise<void> {
  await allocations.change<never>(name, (current): Result<Allocation, never> => {
    if (!current) throw new TypeError('an allocation that is due has a document');
    return ok(next(current));
  });
}
