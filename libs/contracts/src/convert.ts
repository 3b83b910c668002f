import type { OrderRef, Place, StockKind } from '@astrolabe/kernel';
import { readOrderRef } from '@astrolabe/kernel';
import type { Place as PlaceMessage } from './gen/astrolabe/common/v1/common.ts';
import { PlaceType, StockKind as StockKindNumber } from './gen/astrolabe/common/v1/common.ts';

/** Domain place to its message. */
export function placeToMessage(place: Place): PlaceMessage {
  return { type: place.type === 'STORE' ? PlaceType.STORE : PlaceType.WAREHOUSE, id: place.id };
}

/** Message to domain place; null when absent, unspecified or without id. */
export function placeFromMessage(message: PlaceMessage | undefined): Place | null {
  if (!message || message.id === '') return null;
  if (message.type === PlaceType.STORE) return { type: 'STORE', id: message.id };
  if (message.type === PlaceType.WAREHOUSE) return { type: 'WAREHOUSE', id: message.id };
  return null;
}

/** Domain stock kind to its number. */
export function stockKindToMessage(kind: StockKind): StockKindNumber {
  return kind === 'CERTAIN' ? StockKindNumber.CERTAIN : StockKindNumber.SHARED;
}

/** Number to domain stock kind; null when unspecified or unknown. */
export function stockKindFromMessage(kind: StockKindNumber): StockKind | null {
  if (kind === StockKindNumber.CERTAIN) return 'CERTAIN';
  if (kind === StockKindNumber.SHARED) return 'SHARED';
  return null;
}

/** A number of an enum that this build has no word for: whoever sent it is newer. */
export class UnknownEnumValue extends Error {
  override readonly name = 'UnknownEnumValue';
}

/**
 * Reads an enum of the contracts in our words. Each value has its word, so the compiler asks for one when
 * a value is added, and no unknown number is taken for a known word. `name` is the enum's, for the error.
 *
 * @throws UnknownEnumValue
 */
export const enumReader =
  <E extends number, W>(name: string, words: Readonly<Record<E, W>>) =>
  (value: E): W => {
    const known: Readonly<Partial<Record<number, W>>> = words;
    const word = known[value];
    if (word === undefined) throw new UnknownEnumValue(`${name} has no word for ${value}`);
    return word;
  };

/** Message to the name of an order; null when absent or when it can name none. */
export function orderRefFromMessage(message: OrderRef | undefined): OrderRef | null {
  const read = message && readOrderRef(message);
  return read?.ok ? read.value : null;
}
