import type { Clock, EventOrigin, Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  NEWEST_FIRST,
  createJournalStore,
  dueIndex,
  ensureIndexes,
  mongoSpan,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { NoteName, Notes } from '../../../application/procurement/ports.ts';
import { owedFen } from '../../../domain/procurement/note.ts';
import type { Note } from '../../../domain/procurement/note.ts';

export const NOTES = 'procurement_notes';
/** Of those in a state, which reason they have is read from them. */
const ALONG_STATE = { ...NEWEST_FIRST, along: ['state.sellerId', 'state.state'] } as const;
const DUE_AT = 'state.dueAt';

export type NoteStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** The event that tells where a note stands. */
  readonly encode: (note: Note) => Omit<NewEvent, 'time'>;
};

const idOf = ({ sellerId, noteId }: NoteName): string => `${sellerId}/${noteId}`;

/** A note is told when what it says of the seller's money has changed, and not while it is read. */
const isNews = (before: Note | null, after: Note): boolean =>
  after.state !== 'READING' &&
  after.state !== 'UNREAD' &&
  (before?.state !== after.state || owedFen(before) !== owedFen(after));

/** Settlement notes, with the outbox that tells what becomes of them. */
export async function createNotes(
  options: NoteStoreOptions,
): Promise<Notes & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(NOTES),
    {
      collection: NOTES,
      indexes: [
        dueIndex(DUE_AT, 'dueAt'),
        { key: { 'state.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
        { key: { 'state.sellerId': 1, 'state.state': 1, createdAt: -1, _id: -1 }, name: 'state' },
      ],
    },
  ]);
  const source = 'settlement-notes';
  const store = await createJournalStore<Note>({ db, collection: NOTES, topic, source, wake });
  const transact = async <E>(
    name: NoteName,
    from: EventOrigin | null,
    change: (state: Note | null) => Result<Note, E>,
  ): Promise<Result<Note, E>> => {
    const stored = await store.transact(idOf(name), from, (before) =>
      mapOk(change(before), (note) => {
        const events = isNews(before, note) ? [{ ...encode(note), time: clock() }] : [];
        return { state: note, events, result: note };
      }),
    );
    if (!stored.ok) return stored;
    const note = stored.value.result ?? (await store.load(idOf(name)))?.state;
    if (!note) throw new TypeError('what was applied before has a document');
    return ok(note);
  };
  return {
    outbox: store.outbox,
    load: async (name) => (await store.load(idOf(name)))?.state ?? null,
    change: (name, change) => transact(name, null, change),
    record: async (name, from, change) => {
      const stored = await transact<string>(name, from, (state) => ok(change(state)));
      if (!stored.ok) throw new TypeError('what refuses nothing is stored');
      return stored.value;
    },
    list: async ({ sellerId, state, reason, limit, after }) => {
      const filter = {
        'state.sellerId': sellerId,
        ...(state && { 'state.state': state }),
        ...(reason && { 'state.state': 'MISMATCHED', 'state.match.discrepancies.kind': reason }),
      };
      const page = await pageByToken(store, filter, ALONG_STATE, limit, after);
      return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
    },
    due: (now, limit) => due(db, now, limit),
  };
}

async function due(db: Db, now: Date, limit: number) {
  const found = await mongoSpan(`find ${NOTES}`, {}, () =>
    db
      .collection<{ state: Pick<Note, 'dueAt' | 'noteId' | 'sellerId'> }>(NOTES)
      .find({ [DUE_AT]: { $gt: new Date(0), $lte: now } })
      .project<{ state: Pick<Note, 'dueAt' | 'noteId' | 'sellerId'> }>({
        'state.sellerId': 1,
        'state.noteId': 1,
        [DUE_AT]: 1,
      })
      .sort({ [DUE_AT]: 1 })
      .limit(limit)
      .toArray(),
  );
  return { names: found.map(({ state }) => state), oldestAt: found[0]?.state.dueAt ?? null };
}
