import { EVENTS } from '@astrolabe/contracts';
import { BindingAction } from '@astrolabe/contracts/catalog';
import type { Offer as OfferMessage, Store as StoreMessage } from '@astrolabe/contracts/catalog';

type Encoded = { type: string; payload: Uint8Array };

/** A store as it is now, or that it is gone; without its keeper, a person whom no consumer calls. */
export const encodeStoreChanged = (store: StoreMessage, deleted: boolean): Encoded => ({
  type: EVENTS.storeChanged.type,
  payload: EVENTS.storeChanged.encode({ store: withoutKeeper(store), deleted }),
});

/** The bindings that one call added or removed. */
export const encodeBindingsChanged = (change: {
  sellerId: string;
  itemId: string;
  action: 'ADD' | 'DELETE';
  storeIds: readonly string[];
}): Encoded => ({
  type: EVENTS.bindingsChanged.type,
  payload: EVENTS.bindingsChanged.encode({
    sellerId: change.sellerId,
    itemId: change.itemId,
    action: BindingAction[change.action],
    storeIds: [...change.storeIds],
  }),
});

const withoutKeeper = ({ profile, ...store }: StoreMessage): StoreMessage => ({
  ...store,
  profile: profile && { ...profile, keeper: undefined },
});

/** An offer as it is now, and what of it differs from before. */
export const encodeOfferChanged = (
  offer: OfferMessage,
  difference: { isNew: boolean; prices: boolean; shelf: boolean; detail: boolean },
): Encoded => ({
  type: EVENTS.offerChanged.type,
  payload: EVENTS.offerChanged.encode({
    offer,
    isNew: difference.isNew,
    pricesChanged: difference.prices,
    shelfChanged: difference.shelf,
    detailChanged: difference.detail,
  }),
});
