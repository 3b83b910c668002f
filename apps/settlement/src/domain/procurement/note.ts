import type { Fen, OrderRef } from '@astrolabe/kernel';
import { purchaseOrder } from '@astrolabe/kernel';
import { begun, ended, isGivenUp, isOpen, planned, wordsOf } from '@astrolabe/outbound';
import type { Begun, OutboundCall, Outcome, Policy } from '@astrolabe/outbound';
import { fenOf } from './exact.ts';
import type { Match } from './match.ts';
import type { NoteRow, Reading } from './reading.ts';
import type { ReceiptName } from './receipt.ts';

export type Acceptance = {
  readonly actor: string;
  readonly reason: string;
  readonly version: number;
};

export type NoteName = { readonly sellerId: string; readonly noteId: string };

/**
 * A settlement note of a buyer. Its messages say only that something changed: each asks for a reading that begins
 * after it, so the last reading is of the last change, in whatever order they came.
 */
export type Note = NoteName & {
  /** Readings that were asked for, and the number of the one that is known. */
  readonly wanted: number;
  readonly version: number;
  /** Which of them the call is for. */
  readonly aim: number;
  readonly call: OutboundCall;
  readonly reading: Reading | null;
  /** An end is never taken back (docs/adr/0068). */
  readonly isVoid: boolean;
  /** The reading whose claims have been made, and what they came to. */
  readonly applied: number;
  readonly match: Match | null;
  /** Receipts that it claims, of the applied reading. */
  readonly claims: readonly ReceiptName[];
  /** How often what it is compared with has changed, and up to which change it was compared. */
  readonly changes: number;
  readonly compared: number;
  readonly accepted: Acceptance | null;
  readonly readAt: Date | null;
  /** Derived, for queries. */
  readonly state: NoteState;
  /** When there is something to be done; null when there is nothing. */
  readonly dueAt: Date | null;
};

export type NoteState =
  'ACCEPTED' | 'DORMANT' | 'MISMATCHED' | 'READING' | 'RECORDED' | 'UNREAD' | 'VOIDED';

export const NOTE_STATES: readonly NoteState[] = [
  'ACCEPTED',
  'DORMANT',
  'MISMATCHED',
  'READING',
  'RECORDED',
  'UNREAD',
  'VOIDED',
];

const over: OutboundCall = { state: 'SUCCEEDED', attempts: 0, nextAt: null, problem: null };

/** A note that something was said of: a reading is asked for that begins after now. */
export function asked(state: Note | null, name: NoteName, now: Date): Note {
  const before = state ?? {
    ...name,
    wanted: 0,
    version: 0,
    aim: 0,
    call: over,
    reading: null,
    isVoid: false,
    applied: 0,
    match: null,
    claims: [],
    changes: 0,
    compared: 0,
    accepted: null,
    readAt: null,
    state: 'READING' as const,
    dueAt: null,
  };
  if (before.isVoid) return before;
  const wanted = before.wanted + 1;
  // A call that is under way may have asked before the change: another one follows it.
  return isOpen(before.call) && before.call.state === 'BEGUN'
    ? derived({ ...before, wanted })
    : derived({ ...before, wanted, call: planned(now) });
}

/** Begins the reading that is due. */
export function readingBegun(note: Note, now: Date, policy: Policy): Begun<Note> | null {
  const attempt = begun(note.call, now, policy);
  if (!attempt) return null;
  const { call, isDoubtful, isSpent } = attempt;
  return { call: derived({ ...note, call, aim: note.wanted }), isDoubtful, isSpent };
}

/** How an attempt to read ended; with the reading where there is one. */
export function readingEnded(
  note: Note,
  attempt: Note,
  outcome: Outcome,
  reading: Reading | null,
  now: Date,
  policy: Policy,
): Note {
  const call = ended(note.call, attempt.call, outcome, now, policy);
  if (call === note.call) return note;
  if (outcome.kind !== 'succeeded' || !reading) return derived({ ...note, call });
  const isVoid = note.isVoid || reading.life === 'OVER';
  const again = attempt.aim < note.wanted && !isVoid;
  return derived({
    ...note,
    call: again ? planned(now) : call,
    version: attempt.aim,
    reading,
    isVoid,
    readAt: now,
  });
}

/** What a note settles, by its newest reading: nothing while it does not live. */
export const claimRows = ({ reading, isVoid }: Note): readonly NoteRow[] =>
  reading?.life === 'LIVE' && !isVoid ? reading.rows : [];

/** The receipts that rows are about. */
export function namesOf(sellerId: string, rows: readonly NoteRow[]): readonly ReceiptName[] {
  const names = new Map<string, ReceiptName>();
  for (const { orderId, receiptId, lineId } of rows) {
    if (orderId === '' || receiptId === '' || lineId === '') continue;
    names.set(`${orderId}/${receiptId}`, { orderRef: purchaseOrder(sellerId, orderId), receiptId });
  }
  return [...names.values()];
}

/** Whether the claims of the newest reading are still to be made, or compared again. */
export const isUnsettled = ({ applied, version, changes, compared }: Note): boolean =>
  applied < version || compared < changes;

/**
 * The claims of a note's newest reading were made, as it stood then, and came to this. A newer reading has its own
 * turn, and so has what changed meanwhile.
 */
export const settled = (
  note: Note,
  { version, changes }: Pick<Note, 'changes' | 'version'>,
  match: Match | null,
  claims: readonly ReceiptName[],
): Note =>
  note.version === version
    ? derived({ ...note, applied: version, compared: changes, match, claims })
    : note;

/** What it is compared with has changed. */
export const stale = (note: Note): Note => derived({ ...note, changes: note.changes + 1 });

/** Accepts a note that differs, as it was read last; another reading is compared anew. */
export const acceptedBy = (note: Note, actor: string, reason: string): Note | 'NOT_MISMATCHED' =>
  note.state === 'MISMATCHED'
    ? derived({ ...note, accepted: { actor, reason, version: note.version } })
    : 'NOT_MISMATCHED';

/** Fills in what follows from the rest. */
function derived(note: Note): Note {
  return { ...note, state: stateOf(note), dueAt: dueOf(note) };
}

const dueOf = (note: Note): Date | null => {
  if (isUnsettled(note)) return note.readAt ?? note.call.nextAt ?? new Date(1);
  return note.call.nextAt;
};

function stateOf({ isVoid, reading, call, match, accepted, version }: Note): NoteState {
  if (isVoid) return 'VOIDED';
  if (!reading) return isOpen(call) ? 'READING' : 'UNREAD';
  if (reading.life === 'DORMANT') return 'DORMANT';
  if (!match) return 'READING';
  if (match.discrepancies.length === 0) return 'RECORDED';
  return accepted?.version === version ? 'ACCEPTED' : 'MISMATCHED';
}

/** What is owed by a note: its total where it is matched to the fen, or was accepted. */
export const owedFen = ({ state, reading }: Note): Fen =>
  reading && (state === 'RECORDED' || state === 'ACCEPTED') ? (fenOf(reading.total) ?? 0n) : 0n;

/** Why the last reading failed; empty where it did not. */
export const problemOf = ({ call }: Note): string =>
  isGivenUp(call) || call.state === 'REFUSED' ? wordsOf(call) : '';

export const ordersOf = ({ sellerId, reading }: Note): readonly OrderRef[] =>
  [...new Set((reading?.rows ?? []).map(({ orderId }) => orderId).filter((id) => id !== ''))].map(
    (id) => purchaseOrder(sellerId, id),
  );
