import type { Clock, Place, Result } from '@astrolabe/kernel';
import { err, ok, placeKey } from '@astrolabe/kernel';
import type { Policy } from '@astrolabe/outbound';
import type { Allocation, Line } from '../domain/allocation.ts';
import type { Choice, Offer } from '../domain/choose.ts';
import { choose } from '../domain/choose.ts';
import type { SeenLine } from '../domain/decide.ts';
import {
  awaitsRefusal,
  awaitsReopening,
  decided,
  postponed,
  seen,
  undecided,
} from '../domain/decide.ts';
import type { Allocations, Platform, ReadFailure } from './ports.ts';

export type DecideDeps = {
  readonly allocations: Pick<Allocations, 'change'>;
  readonly clock: Clock;
  readonly policy: Policy;
};

/** Stores whose stock is asked for; the white paper bounds a binding call by the same number. */
const STORES_MAX = 200;
/** Stores that are found closed before the decision goes on without looking further. */
const CLOSED_MAX = 20;

/** Reads what a decision needs, decides, and writes the decision down; or postpones it. */
export async function decideTrade(
  deps: DecideDeps,
  platform: Platform,
  allocation: Allocation,
): Promise<void> {
  const made = await chosen(platform, allocation);
  const now = deps.clock();
  await deps.allocations.change<never>(allocation.orderRef, (current) => {
    if (!current) throw new TypeError('an allocation that is due has a document');
    // A later request, or another process, was faster: its decision counts.
    const isOld =
      !current.decision ||
      current.round !== allocation.round ||
      current.decisions !== allocation.decisions;
    if (isOld) return ok(current);
    return ok(
      made.ok
        ? decided(current, made.value.view, made.value.choices, now)
        : postponed(current, made.error.error, now, deps.policy),
    );
  });
}

type Made = { readonly view: readonly SeenLine[]; readonly choices: readonly Choice[] };

async function chosen(
  platform: Platform,
  allocation: Allocation,
): Promise<Result<Made, ReadFailure>> {
  const view = await platform.trade(allocation.orderRef.number);
  if (!view.ok) return view;
  if (awaitsRefusal(allocation, view.value)) {
    return err({ error: 'the platform does not show the refusal yet' });
  }
  if (awaitsReopening(allocation, view.value)) {
    return err({ error: 'the platform has not opened the sub-order again yet' });
  }
  const lines = undecided(seen(allocation, view.value), view.value);
  if (lines.some(({ deducted }) => deducted === null)) {
    return err({ error: 'the platform has not deducted the stock yet' });
  }
  if (lines.length === 0) return ok({ view: view.value, choices: [] });
  const offers = await offersFor(platform, lines);
  if (!offers.ok) return offers;
  const choices = await openChoices(platform, lines, offers.value);
  return choices.ok ? ok({ view: view.value, choices: choices.value }) : choices;
}

async function offersFor(
  platform: Platform,
  lines: readonly Line[],
): Promise<Result<readonly Offer[], ReadFailure>> {
  const bound = new Map<string, ReadonlySet<string>>();
  for (const itemId of new Set(lines.map(({ goods }) => goods.itemId))) {
    const stores = await platform.storesOf(itemId);
    if (!stores.ok) return stores;
    bound.set(itemId, new Set(stores.value));
  }
  const ids = [...new Set([...bound.values()].flatMap((stores) => [...stores]))];
  if (ids.length === 0) return ok([]);
  const places = ids.slice(0, STORES_MAX).map((id): Place => ({ type: 'STORE', id }));
  const offers = await platform.stock(lines, places);
  if (!offers.ok) return offers;
  return ok(
    offers.value.filter(({ subOrderId, place }) => {
      const line = lines.find((one) => one.subOrderId === subOrderId);
      return line !== undefined && bound.get(line.goods.itemId)?.has(place.id) === true;
    }),
  );
}

/** Chooses again, without the closed stores, as long as a chosen one takes no orders. */
async function openChoices(
  platform: Platform,
  lines: readonly Line[],
  offers: readonly Offer[],
): Promise<Result<readonly Choice[], ReadFailure>> {
  const open = new Map<string, boolean>();
  const mayServe = ({ place }: { readonly place: Place }): boolean =>
    open.get(placeKey(place)) !== false;
  const deducted = lines.flatMap(({ subOrderId, deducted: place }) =>
    place ? [{ subOrderId, place }] : [],
  );
  for (let asked = 0; asked <= CLOSED_MAX; asked += 1) {
    const choices = choose(lines, offers.filter(mayServe), deducted.filter(mayServe));
    for (const { place } of choices) {
      if (place.type !== 'STORE' || open.has(placeKey(place))) continue;
      const isOpen = await platform.isOpenStore(place.id);
      if (!isOpen.ok) return isOpen;
      open.set(placeKey(place), isOpen.value);
    }
    if (choices.every(mayServe)) return ok(choices);
  }
  return ok([]);
}
