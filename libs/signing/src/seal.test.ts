import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSealer } from './seal.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

test('what was sealed opens again, only in its place and only with its key', () => {
  const sealer = createSealer(key(1));
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, context) => {
      const sealed = sealer.seal(Buffer.from(bytes), context);
      expect(sealer.open(sealed, context)).toEqual(Buffer.from(bytes));
      expect(() => sealer.open(sealed, `${context}x`)).toThrow();
      expect(() => createSealer(key(2)).open(sealed, context)).toThrow();
    }),
  );
});

test('any changed byte is noticed', () => {
  const sealer = createSealer(key(1));
  const sealed = sealer.seal(Buffer.from('secret'), 'here');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open(changed, 'here')).toThrow();
  }
});

test('a key of another length is refused', () => {
  expect(() => createSealer('c2hvcnQ=')).toThrow(/32 bytes/);
});
