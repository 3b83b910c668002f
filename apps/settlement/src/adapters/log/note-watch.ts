import type { Logger } from '@astrolabe/service';
import { METRIC, counter } from '@astrolabe/telemetry';
import type { NoteWatch } from '../../application/procurement/ports.ts';
import { NOTE_STATES, problemOf } from '../../domain/procurement/note.ts';

/** Counts what notes come to, and says which of them are for a person. */
export function createNoteWatch(logger: Logger): NoteWatch {
  const notes = counter(
    METRIC.settlementNotes,
    'Settlement notes that were read or compared, by where they stand then',
    ['state'],
    NOTE_STATES.map((state) => ({ state })),
  );
  return {
    settled: (note) => {
      const { sellerId, noteId, state, match, reading } = note;
      notes.inc({ state });
      const of = { sellerId, noteId, state };
      if (state === 'MISMATCHED') {
        logger.warn({ ...of, discrepancies: match?.discrepancies }, 'a settlement note differs');
      }
      if (state === 'UNREAD') logger.warn({ ...of, problem: problemOf(note) }, 'a note is unread');
      const unclear = reading?.notes ?? [];
      if (unclear.length > 0)
        logger.warn({ ...of, notes: unclear }, 'a note says what is not known');
    },
  };
}
