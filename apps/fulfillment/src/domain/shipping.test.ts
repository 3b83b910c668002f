import { expect, test } from 'vitest';
import { companyCode } from './shipping.ts';

test('a carrier that the pages offer has Tmall’s code; any other is named as the store has it', () => {
  expect(companyCode('顺丰')).toBe('SF');
  for (const word of ['城市快运', '__proto__', 'constructor', 'toString']) {
    expect(companyCode(word)).toBe(word);
  }
});
