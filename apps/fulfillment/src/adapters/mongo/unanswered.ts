import type { OrderRef } from '@astrolabe/kernel';
import { mongoSpan } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Db } from 'mongodb';
import type { Unanswered, UnansweredAt } from '../../application/ports.ts';
import type { Offer } from '../../domain/waiting.ts';
import { FULFILMENTS, OFFERED_SINCE } from './fulfilments.ts';

/** Orders that are looked at, the oldest first; a seller has fewer unless its stores are asleep. */
const LOOKED_AT_MAX = 5_000;
const FRESH_MS = 2_000;
/** While newer ones are read, who looks meanwhile is shown the last ones. */
const STALE_MS = 8_000;
const REMEMBERED_MAX = 200;

type Found = { state: { orderRef: OrderRef; offers: readonly Offer[] } };

/** What waits for the answer of each place of a seller, by an index of orders that wait and no others. */
export function createUnanswered(db: Db): Unanswered {
  const read = async (sellerId: string): ReturnType<Unanswered> => {
    const found = await mongoSpan(`find ${FULFILMENTS}`, {}, () =>
      db
        .collection<Found>(FULFILMENTS)
        .find({ 'state.orderRef.sellerId': sellerId, [OFFERED_SINCE]: { $gt: new Date(0) } })
        .project<Found>({ _id: 0, 'state.orderRef': 1, 'state.offers': 1 })
        .sort({ [OFFERED_SINCE]: 1, _id: 1 })
        .limit(LOOKED_AT_MAX + 1)
        .toArray(),
    );
    const places = byPlace(found.slice(0, LOOKED_AT_MAX));
    return { places, isMore: found.length > LOOKED_AT_MAX };
  };
  const known = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: FRESH_MS,
    staleMs: STALE_MS,
    most: REMEMBERED_MAX,
    read,
  });
  return known.of;
}

function byPlace(found: readonly Found[]): ReadonlyMap<string, UnansweredAt> {
  const places = new Map<string, UnansweredAt>();
  for (const { state } of found) {
    for (const { place, since } of state.offers) {
      const known = places.get(place);
      const isOldest = !known || since < known.since;
      const oldest = isOldest ? { since, orderRef: state.orderRef } : known;
      places.set(place, { ...oldest, count: (known?.count ?? 0) + 1 });
    }
  }
  return places;
}
