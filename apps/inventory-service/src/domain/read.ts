import type { Milli, Place } from '@astrolabe/kernel';
import { samePlace } from '@astrolabe/kernel';
import type { Cell, State } from './stock.ts';
import { available } from './stock.ts';

/** Cells of the goods, gross of holds, at the places asked for (all when none is named). */
export function cellsOf(
  state: State,
  sellerId: string,
  goodsIds: readonly string[],
  places: readonly Place[],
): Cell[] {
  const goods = state.sellers.get(sellerId)?.goods;
  return goodsIds.flatMap((goodsId) =>
    (goods?.get(goodsId) ?? []).filter(
      (cell) => places.length === 0 || places.some((place) => samePlace(place, cell.place)),
    ),
  );
}

/**
 * What may still be promised online: the available certain stock (decision D-1: shared stock is no
 * promise). A place that is short counts nothing and takes nothing from the others.
 */
export function sellable(
  state: State,
  sellerId: string,
  goodsId: string,
  places: readonly Place[],
): Milli {
  let sum = 0n;
  for (const cell of cellsOf(state, sellerId, [goodsId], places)) {
    const free = available(cell);
    if (cell.kind === 'CERTAIN' && free > 0n) sum += free;
  }
  return sum;
}
