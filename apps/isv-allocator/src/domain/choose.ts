import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { placeKey, samePlace } from '@astrolabe/kernel';
import type { Line } from './allocation.ts';

/** What the platform says of one line's goods at one place; gross of occupancies, in thousandths. */
export type Offer = {
  readonly subOrderId: string;
  readonly place: Place;
  readonly sharedMilli: Milli;
  readonly certainMilli: Milli;
};

export type Choice = {
  readonly subOrderId: string;
  readonly place: Place;
  readonly kind: StockKind;
};

/** Where the platform has deducted a line; the fallback when no store can take it. */
export type Deducted = { readonly subOrderId: string; readonly place: Place };

type Able = { readonly place: Place; readonly kind: StockKind; readonly milli: Milli };

/**
 * Chooses a place per line: one that can serve all lines when there is one, else each line its own
 * (only an ISV may split, white paper 3.2). A place can serve a line when it has enough of one kind of
 * stock, has not refused the line and was not found empty in this round. Stores with enough shared
 * stock come first (they keep the online stock whole), then the larger quantity, then the place's
 * name. A line that no store can take stays where the platform deducted it, unless that refused; the
 * lines that remain have no choice.
 */
export function choose(
  lines: readonly Line[],
  offers: readonly Offer[],
  deducted: readonly Deducted[],
): readonly Choice[] {
  const ables = lines.map((line) => ({ line, places: placesFor(line, offers) }));
  const [first, ...rest] = ables;
  const common = (first?.places ?? []).flatMap((able) => {
    const others = rest.map(({ places }) => places.find((p) => samePlace(p.place, able.place)));
    return others.every((one) => one !== undefined) ? [[able, ...others]] : [];
  });
  const best = common.sort((a, b) => compareAll(a, b))[0];
  return ables.flatMap(({ line, places }, index) => {
    const able = best ? best[index] : places[0];
    if (able) return [{ subOrderId: line.subOrderId, place: able.place, kind: able.kind }];
    const stays = deducted.find(({ subOrderId }) => subOrderId === line.subOrderId)?.place;
    return stays && isOpenTo(line, stays)
      ? [{ subOrderId: line.subOrderId, place: stays, kind: 'CERTAIN' as const }]
      : [];
  });
}

const isOpenTo = (line: Line, place: Place): boolean =>
  ![...line.refusedBy, ...line.missed].some((one) => samePlace(one, place));

const placesFor = (line: Line, offers: readonly Offer[]): Able[] =>
  offers
    .filter((offer) => offer.subOrderId === line.subOrderId && isOpenTo(line, offer.place))
    .flatMap((offer): Able[] => {
      const { place, sharedMilli, certainMilli } = offer;
      if (sharedMilli >= line.quantityMilli) return [{ place, kind: 'SHARED', milli: sharedMilli }];
      if (certainMilli >= line.quantityMilli) {
        return [{ place, kind: 'CERTAIN', milli: certainMilli }];
      }
      return [];
    })
    .sort(compare);

function compare(a: Able, b: Able): number {
  if (a.kind !== b.kind) return a.kind === 'SHARED' ? -1 : 1;
  if (a.milli !== b.milli) return a.milli > b.milli ? -1 : 1;
  return placeKey(a.place) < placeKey(b.place) ? -1 : 1;
}

/** Places that serve all lines: the one whose worst line is best. */
function compareAll(a: readonly Able[], b: readonly Able[]): number {
  const worst = (ables: readonly Able[]): Able | undefined => [...ables].sort(compare).at(-1);
  const [x, y] = [worst(a), worst(b)];
  return x && y ? compare(x, y) : 0;
}
