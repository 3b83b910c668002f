import { EVENTS } from '@astrolabe/contracts';
import { StoreStatus } from '@astrolabe/contracts/catalog';
import type { Clock } from '@astrolabe/kernel';
import type { Handled, Incoming } from './incoming.ts';

/**
 * Closed and deleted stores give back what they have not accepted; a store that is open again is left
 * alone. The message is done when that is noted: the sweeper does the work.
 */
export const catalogHandler =
  (deps: {
    readonly tell: (sellerId: string, storeId: string, gone: boolean, at: Date) => Promise<void>;
    readonly clock: Clock;
  }) =>
  async (message: Incoming): Promise<Handled> => {
    const { store, deleted } = EVENTS.storeChanged.decode(message.payload);
    if (!store) return { kind: 'reject', reason: 'INCOMPLETE_STORE' };
    const gone = deleted || store.profile?.status === StoreStatus.CLOSE;
    await deps.tell(store.sellerId, store.storeId, gone, deps.clock());
    return { kind: 'done' };
  };
