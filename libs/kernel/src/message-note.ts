/**
 * What was made of a field of a message that could not be taken as it is: a sentence each, for who sent the message, and
 * a code, for who works with the order. Neither holds a value.
 */
export const NOTE_CODES = ['FIELD_LEFT_OUT', 'FIELD_CUT', 'FIELD_UNKNOWN_WORD'] as const;

type NoteCode = (typeof NOTE_CODES)[number];

/** The field was left out; `reason` says what it must be, e.g. `must be a number`. */
export const leftOut = (field: string, reason: string): string => `${field} ${reason}: left out`;

/** A text for people was cut to so many characters. */
export const cutTo = (field: string, characters: number): string =>
  `${field} is cut to ${characters} characters`;

/** The field has a word that is in no table of ours; what it says is treated as something else. */
export const unknownWord = (field: string): string => `${field} has a word that is not known here`;

const SENTENCES: Readonly<Record<NoteCode, RegExp>> = {
  FIELD_LEFT_OUT: /^(\S+) .*: left out$/s,
  FIELD_CUT: /^(\S+) is cut to \d+ characters$/,
  FIELD_UNKNOWN_WORD: /^(\S+) has a word that is not known here$/,
};

/** A note as a code and its field, `FIELD_CUT message`; a note of other making stays as it is. */
export function codedNote(note: string): string {
  for (const code of NOTE_CODES) {
    const [, field] = SENTENCES[code].exec(note) ?? [];
    if (field !== undefined) return `${code} ${field}`;
  }
  return note;
}
