import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPlainJson } from './plain.ts';
import { readAnyJson } from './read.ts';

const LIMITS = { depth: 32, values: 20_000 };

/** Pieces of JSON, right and wrong, with what readers disagree about among them. */
const piece = fc.oneof(
  fc.json({ maxDepth: 4, stringUnit: 'binary' }),
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    ' ',
    '\n',
    '\t',
    '\u00a0',
    '\ufeff',
    '{}',
    '[]',
    '"a":1',
    '"a":1,"a":1',
    '"1":2,"b":1,"0":3',
    '"__proto__":{}',
    '"constructor":1',
    '"a" : null ',

    '-0',
    '1e5',
    '1E+5',
    '01',
    '1.',
    '.5',
    '-',
    '10.0',
    'true',
    'false',
    'null',
    'nul',
    'NaN',
    '"\\u0041"',
    '"\\ud83d"',
    '"\\n"',
    '"\\x"',
    '"\\\\"',
    '"\\\\\\""',
    '"\n"',
    '41171611600046273',
  ),
);
const document = fc.oneof(
  piece,
  fc.json({ maxDepth: 6 }).map((text) => JSON.stringify(JSON.parse(text), null, 2)),
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 4 }).map((pieces) => `[${pieces.join(',')}]`),
  fc.array(piece, { maxLength: 4 }).map((pieces) => `{${pieces.join(',')}}`),
);

test('what is read as plain is what a reader of all JSON finds', () => {
  fc.assert(
    fc.property(document, (text) => {
      const plain = readPlainJson(text, LIMITS);
      if (plain) expect(readAnyJson(text, LIMITS.values)).toEqual({ ok: true, value: plain });
    }),
    { numRuns: 3_000 },
  );
});

test('what systems send is plain', () => {
  const text =
    '{ "id" : 41171611600046273, "note": "\\u661f\\n\\"", "lines": [ {"price":10.00, "on":true}, [] ] }';
  expect(readPlainJson(text, LIMITS)).toEqual({ ...readAnyJson(text, 20_000) }['value' as never]);
  expect(readPlainJson(text, LIMITS)).not.toBeNull();
});

test.each([
  ['a name twice', '{"a":1,"a":1}'],
  ['a name twice among many', `{${Array.from({ length: 20 }, (_, n) => `"k${n % 19}":1`).join()}}`],
  ['a name that sorts first', '{"b":1,"0":2}'],
  ['a name of every object', '{"__pr\\u006fto__":{}}'],
  ['more depth', `${'['.repeat(33)}${']'.repeat(33)}`],
  ['more values', `[${'1,'.repeat(19_999)}1]`],
  ['an open end', '{"a":"b'],
  ['two documents', '{} {}'],
])('%s is left to who reads all JSON', (_name, text) => {
  expect(readPlainJson(text, LIMITS)).toBeNull();
});
