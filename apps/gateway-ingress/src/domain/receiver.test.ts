import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masked } from './receiver.ts';

const NOBODY = { name: '', mobile: '', province: '', city: '', area: '', town: '', address: '' };
const of = (name: string, mobile: string) => masked({ ...NOBODY, name, mobile });

test('what the channel has masked stays as it is', () => {
  expect(of('张**', '138****0000')).toMatchObject({ name: '张**', mobile: '138****0000' });
});

test('what comes in plain is masked', () => {
  expect(of('张三丰', '13812345678')).toMatchObject({ name: '张**', mobile: '138****5678' });
  expect(of('Li Lei', '+86 138-1234-5678')).toMatchObject({
    name: 'L*****',
    mobile: '+86 1**-****-5678',
  });
  expect(of('李', '12345')).toMatchObject({ name: '李', mobile: '*****' });
});

test('of a street in plain two characters stay; what the channel has masked stays', () => {
  const street = (address: string) => masked({ ...NOBODY, address }).address;
  expect(street('文一西路1号3幢201室')).toBe('文一**********');
  expect(street('文**路*号')).toBe('文**路*号');
  expect(street('')).toBe('');
});

test('no more than the first character and seven digits are left, and twice is once', () => {
  const unit = fc.constantFrom(...Array.from('张三李四abc0123456789 -+'));
  const plain = fc.string({ unit });
  fc.assert(
    fc.property(plain, plain, (name, mobile) => {
      const once = of(name, mobile);
      expect(
        Array.from(once.name)
          .slice(1)
          .every((char) => char === '*'),
      ).toBe(true);
      expect((once.mobile.match(/\d/g) ?? []).length).toBeLessThanOrEqual(7);
      expect(masked(once)).toEqual(once);
    }),
  );
});
