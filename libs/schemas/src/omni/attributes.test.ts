import { describe, expect, test } from 'vitest';
import { parseJson } from '../json/read.ts';
import { attributesCodec } from './attributes.ts';

const read = (value: unknown) => {
  const notes: string[] = [];
  const json = parseJson(JSON.stringify(value));
  if (!json.ok) throw new Error(json.error.message);
  const decoded = attributesCodec.decode(json.value, 'attributes', notes);
  return { values: decoded.ok ? decoded.value : null, notes };
};

describe('attributes of an allocation', () => {
  test.each([
    ['single values', { gift: 'G-1', num: 12345678901234567n.toString(), on: true }],
    ['JSON in a text', JSON.stringify({ gift: 'G-1', num: '12345678901234567', on: true })],
    ['a list of structures', [{ gift: 'G-1' }, { num: '12345678901234567', on: true }]],
  ])('%s', (_, value) => {
    const values = { gift: 'G-1', num: '12345678901234567', on: 'true' };
    expect(read(value)).toEqual({ values, notes: [] });
  });

  test('lists and structures are their JSON text; a name that is repeated has all of its values', () => {
    expect(read({ gift: ['G-1', 'G-2'], batch: { id: 'B-1', num: 2 } })).toEqual({
      values: { gift: '["G-1","G-2"]', batch: '{"id":"B-1","num":2}' },
      notes: [],
    });
    expect(read([{ gift: 'G-1' }, { gift: { id: 'G-2' } }]).values).toEqual({
      gift: '["G-1",{"id":"G-2"}]',
    });
  });

  test.each([
    ['a text', 'gift', 'attributes must be an object: left out'],
    ['a list of texts', ['gift'], 'attributes[0] must be an object: left out'],
    ['an empty name', { '': 'x' }, 'attributes. has no name: left out'],
    [
      'a long text',
      { a: 'x'.repeat(2_001) },
      'attributes.a is longer than 2000 characters: left out',
    ],
  ])('%s is left out with a note', (_, value, note) => {
    expect(read(value)).toEqual({ values: {}, notes: [note] });
  });

  test('at most 50', () => {
    const many = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`a${index}`, 'x']));
    const { values, notes } = read(many);
    expect(Object.keys(values ?? {})).toHaveLength(50);
    expect(notes[1]).toBe('attributes.a51 is beyond 50 attributes: left out');
  });
});
