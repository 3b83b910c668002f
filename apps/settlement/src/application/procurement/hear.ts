import type { Clock, EventOrigin } from '@astrolabe/kernel';
import { asked } from '../../domain/procurement/note.ts';
import { noReceipt, recorded, reversed } from '../../domain/procurement/receipt.ts';
import type { Receipt, ReceiptName } from '../../domain/procurement/receipt.ts';
import { notesAreStale } from './read-note.ts';
import type { NoteName, Notes, Receipts } from './ports.ts';

export type HearDeps = {
  readonly notes: Pick<Notes, 'load' | 'record'>;
  readonly receipts: Pick<Receipts, 'record'>;
  readonly wake: (name: NoteName) => void;
  readonly clock: Clock;
};

/** What is heard of notes and receipts. All of it may be told twice and in any order. */
export function makeHear(deps: HearDeps) {
  const received = async (
    name: ReceiptName,
    from: EventOrigin,
    change: (receipt: Receipt) => Receipt,
  ): Promise<void> => {
    const receipt = await deps.receipts.record(name, from, (state) =>
      change(state ?? noReceipt(name)),
    );
    const claimants = receipt.claims.map(({ noteId }) => noteId);
    await notesAreStale(deps, name.orderRef.sellerId, claimants);
  };
  return {
    /** A note has changed, in whatever way: the platform is asked how it stands. */
    noteChanged: async (name: NoteName, from: EventOrigin): Promise<void> => {
      await deps.notes.record(name, from, (state) => asked(state, name, deps.clock()));
      deps.wake(name);
    },
    receiptRecorded: (
      name: ReceiptName,
      from: EventOrigin,
      told: Pick<Receipt, 'lines' | 'receiptNo' | 'revision'>,
    ): Promise<void> => received(name, from, (receipt) => recorded(receipt, told)),
    receiptReversed: (
      name: ReceiptName,
      from: EventOrigin,
      told: Pick<Receipt, 'revision'>,
    ): Promise<void> => received(name, from, (receipt) => reversed(receipt, told)),
  };
}
