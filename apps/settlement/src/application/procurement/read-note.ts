import type { Clock } from '@astrolabe/kernel';
import { driveCalls } from '@astrolabe/outbound';
import type { Begun, CallPorts, CallWatch, Policy, Succeeded } from '@astrolabe/outbound';
import { claimOn, matchOf } from '../../domain/procurement/match.ts';
import {
  claimRows,
  isUnsettled,
  namesOf,
  readingBegun,
  readingEnded,
  settled,
  stale,
} from '../../domain/procurement/note.ts';
import type { Note } from '../../domain/procurement/note.ts';
import type { Reading } from '../../domain/procurement/reading.ts';
import { claimed, noReceipt } from '../../domain/procurement/receipt.ts';
import type { Receipt, ReceiptName } from '../../domain/procurement/receipt.ts';
import type { NoteName, NotePlatform, NoteWatch, Notes, Receipts } from './ports.ts';

export type ReadNoteDeps = {
  readonly notes: Pick<Notes, 'load' | 'record'>;
  readonly receipts: Pick<Receipts, 'load' | 'record'>;
  readonly platform: NotePlatform;
  readonly wake: (name: NoteName) => void;
  readonly clock: Clock;
  /** Its lease is longer than a call takes. */
  readonly policy: Policy;
  readonly watch: CallWatch;
  readonly told: NoteWatch;
};

/** A message during a reading asks for another one; what comes after these waits for the next turn. */
const READINGS_MAX = 3;
const RECEIPTS_AT_ONCE = 32;

/**
 * Reads a note where that is due, makes its claims on receipts and compares the two. Every step may be taken twice:
 * claims are named by the reading that they are from.
 */
export const makeReadNote =
  (deps: ReadNoteDeps) =>
  async (name: NoteName): Promise<void> => {
    await read(deps, name);
    const note = await deps.notes.load(name);
    if (!note) return;
    deps.told.settled(isUnsettled(note) ? await settle(deps, note) : note);
  };

async function read(deps: ReadNoteDeps, name: NoteName): Promise<void> {
  const { notes, platform, clock, policy } = deps;
  let reading: Reading | null = null;
  const ports: CallPorts<Note, Succeeded> = {
    begin: () => begin(deps, name),
    // A read has no effect that could be looked up.
    lookUp: async () => null,
    send: async () => {
      const answer = await platform.read(name);
      if (answer.kind !== 'read') return answer;
      ({ reading } = answer);
      return { kind: 'succeeded' };
    },
    record: async (attempt, outcome) => {
      const seen = reading;
      reading = null;
      await notes.record(name, null, (state) =>
        readingEnded(state ?? attempt, attempt, outcome, seen, clock(), policy),
      );
    },
  };
  await driveCalls(ports, deps.watch, READINGS_MAX);
}

async function begin({ notes, clock, policy }: ReadNoteDeps, name: NoteName) {
  const note = await notes.load(name);
  if (!note || !readingBegun(note, clock(), policy)) return null;
  let taken: Begun<Note> | null = null;
  await notes.record(name, null, (state) => {
    const current = state ?? note;
    const next = readingBegun(current, clock(), policy);
    taken = next;
    return next?.call ?? current;
  });
  return taken;
}

/** Claims what the newest reading names, gives back what it does not name any more, and compares. */
async function settle(deps: ReadNoteDeps, note: Note): Promise<Note> {
  const { notes } = deps;
  const rows = claimRows(note);
  const names = namesOf(note.sellerId, rows);
  const isNew = note.applied < note.version;
  const receipts = await inTurns(isNew ? union(note.claims, names) : names, (name) =>
    isNew ? claim(deps, note, name) : loaded(deps, name),
  );
  const lives = note.reading?.life === 'LIVE' && !note.isVoid;
  const match = lives && note.reading ? matchOf(note.noteId, note.reading, receipts) : null;
  // Whoever claimed the same later may get now what it did not get, or lose it.
  if (isNew) await othersAreStale(deps, note, receipts);
  return await notes.record(note, null, (state) => settled(state ?? note, note, match, names));
}

const claim = ({ receipts }: ReadNoteDeps, note: Note, name: ReceiptName): Promise<Receipt> =>
  receipts.record(name, null, (state) => {
    const { noteId, version } = note;
    const lines = claimOn(claimRows(note), name);
    return claimed(state ?? noReceipt(name), { noteId, version, lines });
  });

const loaded = async ({ receipts }: ReadNoteDeps, name: ReceiptName): Promise<Receipt> =>
  (await receipts.load(name)) ?? noReceipt(name);

const keyOf = ({ orderRef, receiptId }: ReceiptName): string => `${orderRef.number}/${receiptId}`;

const union = (
  before: readonly ReceiptName[],
  now: readonly ReceiptName[],
): readonly ReceiptName[] => [
  ...new Map([...before, ...now].map((name) => [keyOf(name), name])).values(),
];

async function othersAreStale(
  deps: Pick<ReadNoteDeps, 'notes' | 'wake'>,
  note: Note,
  receipts: readonly Receipt[],
): Promise<void> {
  const others = new Set(receipts.flatMap(({ claims }) => claims.map(({ noteId }) => noteId)));
  others.delete(note.noteId);
  await notesAreStale(deps, note.sellerId, [...others]);
}

/** Notes that claim a receipt which has changed are compared again. */
export async function notesAreStale(
  { notes, wake }: Pick<ReadNoteDeps, 'notes' | 'wake'>,
  sellerId: string,
  noteIds: readonly string[],
): Promise<void> {
  for (const noteId of noteIds) {
    const name = { sellerId, noteId };
    const known = await notes.load(name);
    if (!known || known.isVoid) continue;
    await notes.record(name, null, (state) => stale(state ?? known));
    wake(name);
  }
}

async function inTurns<A, B>(
  all: readonly A[],
  work: (one: A) => Promise<B>,
): Promise<readonly B[]> {
  const done: B[] = [];
  for (let at = 0; at < all.length; at += RECEIPTS_AT_ONCE) {
    done.push(...(await Promise.all(all.slice(at, at + RECEIPTS_AT_ONCE).map(work))));
  }
  return done;
}
