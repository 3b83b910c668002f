import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from './faults.ts';

const SERVICE = join(import.meta.dirname, '../..');

test.each(FAULTS)('where to plant it is found once in the source: $name', ({ file, from, to }) => {
  expect(to).not.toBe(from);
  expect(readFileSync(join(SERVICE, file), 'utf8').split(from)).toHaveLength(2);
});
