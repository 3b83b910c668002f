import type { Due, EventOrigin, Result } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import type { Discrepancy } from '../../domain/procurement/match.ts';
import type { Note, NoteName, NoteState } from '../../domain/procurement/note.ts';
import type { Reading } from '../../domain/procurement/reading.ts';
import type { Receipt, ReceiptName } from '../../domain/procurement/receipt.ts';
import type { Paging } from '../mall/ports.ts';

export type { NoteName } from '../../domain/procurement/note.ts';

/** One document per settlement note; what becomes of it is told by an event in the same write. */
export type Notes = {
  load(name: NoteName): Promise<Note | null>;
  /** The note after the change. An event that was applied before, named by `from`, changes nothing. */
  record(
    name: NoteName,
    from: EventOrigin | null,
    change: (state: Note | null) => Note,
  ): Promise<Note>;
  /** The note after the change; a refusal writes nothing. */
  change<E>(
    name: NoteName,
    change: (state: Note | null) => Result<Note, E>,
  ): Promise<Result<Note, E>>;
  /** The newest first; null: of every state. With a reason, mismatched ones that differ for it. */
  list(
    query: Paging & {
      readonly sellerId: string;
      readonly state: NoteState | null;
      readonly reason: Discrepancy['kind'] | null;
    },
  ): Promise<
    Result<{ readonly items: readonly Note[]; readonly next: string }, 'INVALID_PAGE_TOKEN'>
  >;
  due(now: Date, limit: number): Promise<Due<NoteName>>;
};

/** One document for what a receipt counts of one order. */
export type Receipts = {
  load(name: ReceiptName): Promise<Receipt | null>;
  record(
    name: ReceiptName,
    from: EventOrigin | null,
    change: (state: Receipt | null) => Receipt,
  ): Promise<Receipt>;
  /** Those with something that is not settled, received longest ago first. */
  unsettled(query: {
    readonly sellerId: string;
    readonly limit: number;
    readonly after: string;
  }): Promise<
    Result<
      {
        readonly items: readonly { readonly receipt: Receipt; readonly receivedAt: Date }[];
        readonly next: string;
      },
      'INVALID_PAGE_TOKEN'
    >
  >;
};

/** The platform of a seller's buyers, which alone knows where a note stands. */
export type NotePlatform = {
  /** A read has no effect, so whatever fails may be asked again. */
  read(name: NoteName): Promise<{ readonly kind: 'read'; readonly reading: Reading } | Failed>;
};

/** Who is told of notes that are for a person. */
export type NoteWatch = {
  /** After each time that a note was read or compared. */
  readonly settled: (note: Note) => void;
};
