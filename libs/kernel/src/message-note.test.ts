import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codedNote, cutTo, leftOut, unknownWord } from './message-note.ts';

const field = fc.stringMatching(/^[a-z][\w.[\]]{0,30}$/);

test('a note is a sentence for who sent the message, and a code with its field for who reads the order', () => {
  expect(leftOut('data.amount', 'must be a number')).toBe('data.amount must be a number: left out');
  fc.assert(
    fc.property(field, fc.string(), fc.nat(), (name, reason, characters) => {
      expect(codedNote(leftOut(name, reason))).toBe(`FIELD_LEFT_OUT ${name}`);
      expect(codedNote(cutTo(name, characters))).toBe(`FIELD_CUT ${name}`);
      expect(codedNote(unknownWord(name))).toBe(`FIELD_UNKNOWN_WORD ${name}`);
    }),
  );
});

test('what was written otherwise stays as it is', () => {
  for (const note of ['静海县，现为静海区', '', 'left out', 'is cut to 5 characters']) {
    expect(codedNote(note)).toBe(note);
  }
});
