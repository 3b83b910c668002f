import type { Clock, OrderRef } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Failed, Succeeded } from '@astrolabe/outbound';
import { afterLook, callBegun, callEnded, waitingFor } from '../../domain/supply/calls.ts';
import type { SupplyCall, SupplyOutcome, SupplyPolicies } from '../../domain/supply/calls.ts';
import type { Supply } from '../../domain/supply/supply.ts';
import type { Supplies, SupplyNotes, SupplyPlatform, SupplyStock } from './ports.ts';

export type DriveSupplyDeps = {
  readonly supplies: Pick<Supplies, 'load' | 'change'>;
  readonly platform: Pick<SupplyPlatform, 'ship' | 'detail'>;
  readonly stock: SupplyStock;
  readonly notes: SupplyNotes;
  readonly clock: Clock;
  readonly policies: SupplyPolicies;
  readonly watch: CallWatch;
};

/** Calls that one turn makes at most; what is left waits for the next sweep. */
const CALLS_MAX = 20;

type Ended = (Succeeded | Failed) & SupplyOutcome;

/**
 * Makes the calls that an order owes: a parcel is told to its platform and then taken out of the stock, and what came
 * back is put there. After a lost answer the platform is looked at first; the stock knows a repeat by itself.
 */
export const makeDriveSupply =
  (deps: DriveSupplyDeps) =>
  async (order: OrderRef): Promise<void> => {
    const { supplies, clock, policies } = deps;
    const ports: CallPorts<SupplyCall, Succeeded & SupplyOutcome> = {
      begin: () => begin(deps, order),
      lookUp: (call) => lookUp(deps, order, call),
      send: (call) => send(deps, order, call),
      record: async (call, outcome) => {
        const changed = await supplies.change<Supply, never>(order, null, (current) => {
          const after = callEnded(there(current), call, outcome, clock(), policies);
          return ok({ ...after, result: after.supply });
        });
        const problem = changed.ok && changed.value && waitingFor(changed.value, call);
        if (!problem) return;
        deps.notes.waits(call.about.kind === 'PUT_BACK' ? 'RETURN' : 'PARCEL', order, problem);
      },
    };
    await driveCalls(ports, deps.watch, CALLS_MAX);
  };

function there(supply: Supply | null): Supply {
  if (!supply) throw new TypeError('a supply that is due has a document');
  return supply;
}

async function begin(deps: DriveSupplyDeps, order: OrderRef): Promise<Begun<SupplyCall> | null> {
  const { supplies, clock, policies } = deps;
  const seen = await supplies.load(order);
  if (!seen || !callBegun(seen, clock(), policies)) return null;
  return await supplies
    .change<Begun<SupplyCall> | null, never>(order, null, (current) => {
      const supply = there(current);
      const next = callBegun(supply, clock(), policies);
      return ok({ supply: next?.supply ?? supply, events: [], result: next?.begun ?? null });
    })
    .then((changed) => (changed.ok ? changed.value : null));
}

/** What the platform shows of a parcel whose call has an unknown end (document 000, interface 6). */
async function lookUp(
  { supplies, platform }: DriveSupplyDeps,
  order: OrderRef,
  { about }: SupplyCall,
): Promise<Ended | null> {
  if (about.kind !== 'PLATFORM') return null;
  const detail = await platform.detail(order);
  if (!detail.ok) return { kind: 'unknown', problem: detail.error };
  return afterLook(there(await supplies.load(order)), about.parcel, detail.value);
}

async function send(
  { supplies, platform, stock }: DriveSupplyDeps,
  order: OrderRef,
  { about }: SupplyCall,
): Promise<Ended> {
  const supply = there(await supplies.load(order));
  if (about.kind === 'PUT_BACK') return await stock.putBack(supply, about.goods, about.arrival);
  if (about.kind === 'STOCK') return await stock.take(supply, about.parcel);
  if (supply.cancelled) return { kind: 'refused', problem: { code: 'CANCELLED', message: '' } };
  return await platform.ship(order, about.parcel);
}
