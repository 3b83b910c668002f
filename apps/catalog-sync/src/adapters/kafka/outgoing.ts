import { EVENTS } from '@astrolabe/contracts';
import { BindingAction } from '@astrolabe/contracts/catalog';
import type { Store as StoreMessage } from '@astrolabe/contracts/catalog';

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
