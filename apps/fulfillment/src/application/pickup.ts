import type { Clock, OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, ok, placeKey } from '@astrolabe/kernel';
import {
  CALLER_FAILURES_MAX,
  NO_FAILURES,
  failedOnce,
  isLocked,
  redeem,
  waitingPickups,
} from '../domain/pickup.ts';
import { byAllocation } from '../domain/events.ts';
import type { PickupRefusal, Redeemed } from '../domain/pickup.ts';
import type { Pickup } from '../domain/fulfilment.ts';
import type { Fulfilments, PickupCodes, PickupGuards } from './ports.ts';

export type PickupDeps = {
  fulfilments: Fulfilments;
  codes: PickupCodes;
  guards: PickupGuards;
  clock: Clock;
};

export type RedeemRequest = {
  orderRef: OrderRef;
  code: string;
  place: Place | null;
  operator: string;
  actor: string;
  messageId: string;
  /** What the caller saw and hands over; empty: whatever waits. */
  subOrderIds: readonly string[];
};

/** What is told of a pick-up that was handed over. */
export type HandedOver = { subOrderIds: readonly string[]; redeemedAt: Date };

/** A clerk guesses for a store, whoever is signed in; an application for itself. */
const callerOf = (place: Place | null, actor: string): string => (place ? placeKey(place) : actor);

/** Runs a look-up of a code; a wrong one counts against the caller, and too many lock it. */
async function guarded<T>(
  { guards, clock }: Pick<PickupDeps, 'guards' | 'clock'>,
  sellerId: string,
  caller: string,
  look: () => Promise<Result<T, PickupRefusal>>,
): Promise<Result<T, PickupRefusal>> {
  const before = await guards.failures(sellerId, caller);
  if (isLocked(before, clock())) return err('CODE_LOCKED');
  const found = await look();
  if (!found.ok && found.error === 'WRONG_CODE') {
    await guards.put(sellerId, caller, failedOnce(before, CALLER_FAILURES_MAX, clock()));
  } else if (found.ok && before.count > 0) {
    await guards.put(sellerId, caller, NO_FAILURES);
  }
  return found;
}

/**
 * Hands the goods of a pick-up over (catalogue A.5, consume). The hand-over is durable, with its
 * event, when this answers; a second redemption is CODE_USED, but for a repeat of the same message.
 */
export const makeRedeemPickup =
  (deps: PickupDeps) =>
  (request: RedeemRequest): Promise<Result<HandedOver, PickupRefusal>> => {
    const { orderRef, place, operator, messageId, actor, subOrderIds } = request;
    const { sellerId } = orderRef;
    return guarded(deps, sellerId, callerOf(place, actor), async () => {
      const known = await deps.fulfilments.load(orderRef);
      // An order that nobody knows is not told apart from a wrong code.
      if (!known) return err('WRONG_CODE');
      const kept = new Set(known.pickups?.map((one) => one.codeHash));
      const [newest = '', ...older] = deps.codes.hashesOf(sellerId, request.code);
      const codeHash = older.find((hash) => kept.has(hash)) ?? newest;
      const asked = { codeHash, place, operator, messageId, subOrderIds };
      const done = await deps.fulfilments.change<Redeemed['outcome'], never>(
        orderRef,
        null,
        (current) => {
          if (!current) throw new TypeError('an order was there and is gone');
          const now = deps.clock();
          const { fulfilment, outcome, changed } = redeem(current, asked, now);
          const events = byAllocation('HANDED_OVER', changed, now, operator);
          return ok({ state: fulfilment, events, result: outcome });
        },
      );
      const outcome = done.ok ? done.value : null;
      if (!outcome) throw new TypeError('a change without origin is always applied');
      if (!outcome.ok) return outcome;
      const { pickup, handed } = outcome.value;
      if (!pickup.redeemedAt) throw new TypeError('a redeemed pick-up has its time');
      return ok({
        subOrderIds: handed.map((task) => task.subOrderId),
        redeemedAt: pickup.redeemedAt,
      });
    });
  };

/** The trade that a code belongs to (catalogue A.5, query). */
export const makeQueryPickup =
  (deps: PickupDeps) =>
  (
    sellerId: string,
    code: string,
    actor: string,
  ): Promise<Result<{ orderRef: OrderRef; pickup: Pickup }, PickupRefusal>> =>
    guarded(deps, sellerId, actor, async () => {
      const hashes = deps.codes.hashesOf(sellerId, code);
      const found = await Promise.all(
        hashes.map((codeHash) => deps.fulfilments.byPickup(sellerId, codeHash)),
      );
      const [orderRef, ...others] = found.flat();
      // Two equal codes tell no trade apart; with the trade's number each of them still works.
      if (!orderRef || others.length > 0) return err('WRONG_CODE');
      const fulfilment = await deps.fulfilments.load(orderRef);
      const pickup = fulfilment?.pickups?.find((one) => hashes.includes(one.codeHash));
      return pickup ? ok({ orderRef, pickup }) : err('WRONG_CODE');
    });

/** The codes that the buyer's channel shows: of pick-ups that wait for the buyer. */
export const makeShowPickups =
  ({ fulfilments, codes }: Pick<PickupDeps, 'fulfilments' | 'codes'>) =>
  async (order: OrderRef): Promise<readonly (Pickup & { code: string })[]> => {
    const found = await fulfilments.load(order);
    if (!found) return [];
    return waitingPickups(found).flatMap((one) => {
      const code = codes.codeWithHash(order, one.number, one.codeHash);
      return code === null ? [] : [{ ...one, code }];
    });
  };
