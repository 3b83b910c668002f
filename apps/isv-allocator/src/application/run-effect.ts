import type { Clock, Result } from '@astrolabe/kernel';
import { ok, samePlace } from '@astrolabe/kernel';
import type { Allocation, Effect } from '../domain/allocation.ts';
import { begun, recorded } from '../domain/decide.ts';
import type { Outcome, SeenLine } from '../domain/decide.ts';
import type { Allocations, Platform } from './ports.ts';

export type EffectDeps = {
  readonly allocations: Pick<Allocations, 'change'>;
  readonly clock: Clock;
  readonly retryMs: number;
  /** Longer than any call to the platform takes. */
  readonly leaseMs: number;
};

/**
 * Makes the call of an effect. That it is sent is durable before it is, and how it ended afterwards.
 * When an earlier try may have had its effect, the platform is asked first; only what it does not
 * show is sent again, with the same key.
 */
export async function runEffect(
  deps: EffectDeps,
  platform: Platform,
  allocation: Allocation,
  effect: Effect,
): Promise<Allocation> {
  const start = deps.clock();
  let mine = false;
  const sent = await change(deps, allocation, (state) => {
    const next = begun(state, effect.id, start, deps.leaseMs);
    mine = next !== null;
    return next ?? state;
  });
  if (!mine) return sent;
  const outcome = await outcomeOf(platform, sent, effect);
  const end = deps.clock();
  return await change(deps, allocation, (state) =>
    recorded(state, effect.id, outcome, end, deps.retryMs),
  );
}

async function outcomeOf(
  platform: Platform,
  allocation: Allocation,
  effect: Effect,
): Promise<Outcome> {
  if (effect.kind === 'SHIP' && effect.report && effect.state === 'SENT_UNKNOWN') {
    const seen = await platform.isShippedAtTmall(
      allocation.orderRef.number,
      effect.report.subOrderIds,
    );
    if (!seen.ok) return { kind: 'unknown', error: seen.error.error };
    if (seen.value) return { kind: 'done' };
  }
  // A repeat of a status is no change at the platform: it is sent again without asking.
  if (effect.state === 'SENT_UNKNOWN' && (effect.kind === 'ADJUST' || effect.kind === 'SYNC')) {
    const view = await platform.trade(allocation.orderRef.number);
    if (!view.ok) return { kind: 'unknown', error: view.error.error };
    if (stands(allocation, effect, view.value)) return { kind: 'done' };
  }
  return await platform.send(allocation, effect);
}

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
  allocation: Allocation,
  next: (state: Allocation) => Allocation,
): Promise<Allocation> {
  const written = await allocations.change<never>(
    allocation.orderRef,
    (current): Result<Allocation, never> => {
      if (!current) throw new TypeError('an allocation that is due has a document');
      return ok(next(current));
    },
  );
  return written.ok ? written.value : allocation;
}
