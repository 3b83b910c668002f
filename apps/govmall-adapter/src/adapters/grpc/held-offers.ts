import { createKeyedGatherer } from '@astrolabe/service';
import { SHARED_TURN } from '../turn.ts';
import type { Offer, Offers } from '../../application/ports.ts';

/** Offers as they are now, and what makes right what is held of others. */
export type Followed = {
  /** For the next time; 0: nothing of this may be held. */
  readonly turn: bigint;
  /** Everything that is held may be old. */
  readonly forgetAll: boolean;
  /** SKUs that have changed since the turn that was asked for. */
  readonly changed: readonly string[];
  /** SKUs that are being changed: they must not be held. */
  readonly open: readonly string[];
  /** Of the SKUs that were asked for; unknown ones are left out. */
  readonly offers: readonly Offer[];
};

export type Follow = (sellerId: string, turn: bigint, skus: readonly string[]) => Promise<Followed>;

export type HeldOffersOptions = {
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
  /** SKUs of all sellers in memory. */
  readonly heldMax?: number;
};

/** What is held of a seller; null: nothing is sold under the SKU. */
type Held = { readonly at: number; turn: bigint; readonly offers: Map<string, Offer | null> };

/** About 400 bytes each. Those of the seller of whom nothing was asked for longest go first. */
const HELD_MAX = 200_000;
const SELLERS_MAX = 256;
/** Of one call to the catalogue. */
const SKUS_AT_ONCE = 1_000;
const REQUESTS_AT_ONCE = 64;
/** Held offers are read anew after this, as the catalogue's own views are: a catalogue of an older version tells no changes. */
const HELD_MS = 600_000;

/**
 * Offers of sellers in this process, made right by one call for all who ask in a turn of the event loop: it begins after
 * they have asked, says what has changed since the call before, and has the offers that are not held. So nobody
 * is told less than was true when it asked (docs/adr/0097).
 */
export function holdOffers(
  follow: Follow,
  { ticks, heldMax = HELD_MAX }: HeldOffersOptions,
): Offers['find'] {
  const sellers = new Map<string, Held>();
  const heldOf = (sellerId: string): Held => {
    const known = sellers.get(sellerId);
    const isYoung = known && ticks() - known.at < HELD_MS;
    const held = isYoung ? known : { at: ticks(), turn: 0n, offers: new Map() };
    // The seller that was asked for last stands last.
    sellers.delete(sellerId);
    sellers.set(sellerId, held);
    return held;
  };
  return createKeyedGatherer<readonly string[], readonly (Offer | null)[]>(
    async (sellerId, requests) => {
      const held = heldOf(sellerId);
      const read = new Map<string, Offer | null>();
      const ask = async (skus: readonly string[]): Promise<void> =>
        learn(held, skus, await follow(sellerId, held.turn, skus), read);
      const missing = [...notIn(held.offers, requests)];
      await ask(missing.slice(0, SKUS_AT_ONCE));
      // What is held now was true after everybody had asked; a later call may forget some of it.
      const told = requests.map((skus) => skus.map((sku) => heldOr(held.offers, read, sku)));
      const rest = [...holesIn(requests, told)];
      for (let at = 0; at < rest.length; at += SKUS_AT_ONCE) {
        await ask(rest.slice(at, at + SKUS_AT_ONCE));
      }
      trim(sellers, heldMax);
      return rest.length === 0 ? (told as (Offer | null)[][]) : filled(requests, told, read);
    },
    REQUESTS_AT_ONCE,
    SHARED_TURN,
  );
}

/** Takes out what may be old, and keeps what may be held; `read` has all that was asked for. */
function learn(
  held: Held,
  skus: readonly string[],
  { turn, forgetAll, changed, open, offers }: Followed,
  read: Map<string, Offer | null>,
): void {
  if (forgetAll) held.offers.clear();
  for (const sku of changed) held.offers.delete(sku);
  for (const sku of open) held.offers.delete(sku);
  held.turn = turn;
  if (skus.length === 0) return;
  for (const sku of skus) read.set(sku, null);
  for (const offer of offers) read.set(offer.sku, offer);
  if (turn === 0n) return;
  const unsure = new Set(open);
  for (const sku of skus) if (!unsure.has(sku)) held.offers.set(sku, read.get(sku) ?? null);
}

type Told = readonly (readonly (Offer | null | undefined)[])[];
type Requests = readonly (readonly string[])[];

const heldOr = (
  held: ReadonlyMap<string, Offer | null>,
  read: ReadonlyMap<string, Offer | null>,
  sku: string,
): Offer | null | undefined => {
  const known = held.get(sku);
  return known === undefined ? read.get(sku) : known;
};

function notIn(held: ReadonlyMap<string, Offer | null>, requests: Requests): Set<string> {
  const missing = new Set<string>();
  for (const skus of requests) for (const sku of skus) if (!held.has(sku)) missing.add(sku);
  return missing;
}

function holesIn(requests: Requests, told: Told): Set<string> {
  const holes = new Set<string>();
  for (const [nth, skus] of requests.entries()) {
    for (const [at, sku] of skus.entries()) if (told[nth]?.[at] === undefined) holes.add(sku);
  }
  return holes;
}

const filled = (
  requests: Requests,
  told: Told,
  read: ReadonlyMap<string, Offer | null>,
): (Offer | null)[][] =>
  requests.map((skus, nth) =>
    skus.map((sku, at) => {
      const known = told[nth]?.[at];
      return known === undefined ? (read.get(sku) ?? null) : known;
    }),
  );

/** Makes room: the sellers of whom nothing was asked for longest, then the last one's offers that were learned first. */
function trim(sellers: Map<string, Held>, heldMax: number): void {
  let count = 0;
  for (const { offers } of sellers.values()) count += offers.size;
  for (const [oldest, { offers }] of sellers) {
    if (count <= heldMax && sellers.size <= SELLERS_MAX) return;
    if (sellers.size === 1) break;
    count -= offers.size;
    sellers.delete(oldest);
  }
  for (const { offers } of sellers.values()) {
    for (const sku of offers.keys()) {
      if (count <= heldMax) return;
      offers.delete(sku);
      count -= 1;
    }
  }
}
