import { expect, test } from 'vitest';
import { toFetched } from './convert.ts';

const record = (headers: Record<string, unknown>) =>
  toFetched('t', 0, {
    offset: '7',
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    headers: headers as never,
  });

test('a header without a value is no header, also where a value follows', () => {
  const { headers } = record({
    none: null,
    later: [null, Buffer.from('b')],
    ce_id: Buffer.from('a'),
  });
  expect(headers).toEqual({ later: 'b', ce_id: 'a' });
});

test('headers named like members of Object are read by their own value, or are absent', () => {
  // What kafkajs makes of such names: its plain object has the member already.
  const { headers } = record({
    toString: [() => 'a member', Buffer.from('text')],
    constructor: [Object, null],
    ['__proto__']: [Object.prototype, Buffer.from('parent')],
  });
  expect(new Map(Object.entries(headers))).toEqual(
    new Map([
      ['toString', 'text'],
      ['__proto__', 'parent'],
    ]),
  );
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
});

test('an absent key or value is empty; a key that is no text is named as the reason', () => {
  const empty = toFetched('t', 0, { offset: '1', key: null, value: null, headers: {} });
  expect(empty).toMatchObject({ key: '', value: new Uint8Array(0) });
  expect(empty).not.toHaveProperty('unreadable');
  const binary = toFetched('t', 0, {
    offset: '1',
    key: Buffer.from([0xff, 0xfe]),
    value: null,
    headers: {},
  });
  expect(binary.unreadable).toContain('UTF-8');
});
