import { expect, test } from 'vitest';
import { Allocator } from './gen/astrolabe/catalog/v1/catalog_service.ts';
import { UnknownEnumValue } from './convert.ts';
import { allocatorFromMessage } from './seller-model.ts';

test('each value of an enum has its word, and no unknown number is taken for one', () => {
  expect(allocatorFromMessage(Allocator.ISV)).toBe('ISV');
  expect(allocatorFromMessage(Allocator.ASTROLABE)).toBe('ASTROLABE');
  expect(allocatorFromMessage(Allocator.UNSPECIFIED)).toBeNull();
  // A newer peer's value, as it comes off the wire.
  expect(() => allocatorFromMessage(3 as Allocator)).toThrow(UnknownEnumValue);
});
