import type { Result } from '@astrolabe/kernel';
import { err, ok, placeFromKey, placeKey } from '@astrolabe/kernel';
import { daysOf } from '../../domain/figures/period.ts';
import type { PlaceWork } from '../../domain/figures/place-work.ts';
import { placeWork } from '../../domain/figures/place-work.ts';
import type { Unanswered, UnansweredAt } from '../ports.ts';
import type { AskStore } from './ports.ts';

/** A place with what it was asked in some days, and what waits for it now. */
export type PlaceRow = PlaceWork & { readonly unanswered: UnansweredAt | null };

export type PlaceRows = { readonly places: readonly PlaceRow[]; readonly isMore: boolean };

/** A week: today is compared with it. */
const DAYS_MAX = 7;
/** As many stores as routing looks at. */
const PLACES_MAX = 10_000;

/**
 * What the places of a seller have come to in days of Asia/Shanghai (yyyy-MM-dd, both included, 7 at the
 * most), and what waits for them now. Only places that were asked, or are.
 */
export const makeReadPlaceWork =
  (asks: Pick<AskStore, 'ofDay'>, unanswered: Unanswered) =>
  async (
    sellerId: string,
    fromDay: string,
    toDay: string,
  ): Promise<Result<PlaceRows, 'INVALID_PERIOD'>> => {
    const days = daysOf(fromDay, toDay);
    if (!days.ok) return days;
    if (days.value.length > DAYS_MAX) return err('INVALID_PERIOD');
    const [waiting, ...groups] = await Promise.all([
      unanswered(sellerId),
      ...days.value.map((day) => asks.ofDay(sellerId, day)),
    ]);
    const worked = placeWork(groups.flat());
    const known = new Set(worked.map(({ place }) => placeKey(place)));
    const rows = worked.map((work): PlaceRow => ({
      ...work,
      unanswered: waiting.places.get(placeKey(work.place)) ?? null,
    }));
    const others = [...waiting.places].flatMap(([key, at]): PlaceRow[] => {
      const place = known.has(key) ? null : placeFromKey(key);
      return place ? [{ ...NOTHING, place, unanswered: at }] : [];
    });
    const places = [...rows, ...others];
    return ok({
      places: places.slice(0, PLACES_MAX),
      isMore: waiting.isMore || places.length > PLACES_MAX,
    });
  };

const NOTHING = {
  asked: 0,
  answered: 0,
  accepted: 0,
  refused: 0,
  reasons: [],
  inTime: 0,
  acceptSeconds: null,
} as const;
