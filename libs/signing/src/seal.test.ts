import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSealer } from './seal.ts';

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

/** A seal of before keys had ids. */
function sealWithoutId(fill: number, plain: string, context: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, fill), nonce);
  cipher.setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([Buffer.from([1]), nonce, cipher.getAuthTag(), body]);
}

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
  const sealer = createSealer(`${key(1)},${key(2)}`);
  const sealed = sealer.seal(Buffer.from('secret'), 'here');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => sealer.open(changed, 'here')).toThrow();
  }
});

test('the newest key seals, all open, and a key that is gone is named by its id', () => {
  const [old, both, fresh] = [key(1), `${key(2)}, ${key(1)}`, key(2)].map(createSealer);
  const before = old?.seal(Buffer.from('secret'), 'here') ?? Buffer.alloc(0);
  expect(both?.open(before, 'here').toString()).toBe('secret');
  const after = both?.seal(Buffer.from('secret'), 'here') ?? Buffer.alloc(0);
  expect(fresh?.open(after, 'here').toString()).toBe('secret');
  const id = before.subarray(1, 5).toString('hex');
  expect(() => fresh?.open(before, 'here')).toThrow(`no sealing key has the id ${id}`);
});

test('a seal of an older key is made again with the newest, and one of the newest is left', () => {
  const rotated = createSealer(`${key(2)},${key(1)}`);
  for (const before of [
    createSealer(key(1)).seal(Buffer.from('secret'), 'here'),
    sealWithoutId(1, 'secret', 'here'),
    sealWithoutId(2, 'secret', 'here'),
  ]) {
    const after = rotated.reseal(before, 'here') ?? Buffer.alloc(0);
    expect(createSealer(key(2)).open(after, 'here').toString()).toBe('secret');
    expect(rotated.reseal(after, 'here')).toBeNull();
    expect(() => rotated.reseal(before, 'elsewhere')).toThrow();
  }
});

test('seals of before keys had ids stay readable', () => {
  const before = sealWithoutId(1, 'secret', 'here');
  expect(createSealer(key(1)).open(before, 'here').toString()).toBe('secret');
  expect(
    createSealer(`${key(3)},${key(2)},${key(1)}`)
      .open(before, 'here')
      .toString(),
  ).toBe('secret');
  expect(() => createSealer(key(2)).open(before, 'here')).toThrow();
});

test('a key of another length and a key twice are refused', () => {
  expect(() => createSealer('c2hvcnQ=')).toThrow(/32 bytes/);
  expect(() => createSealer(`${key(1)},`)).toThrow(/32 bytes/);
  expect(() => createSealer(`${key(1)},${key(1)}`)).toThrow(/twice/);
});
