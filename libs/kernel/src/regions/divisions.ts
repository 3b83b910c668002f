import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { makeGazetteer } from './gazetteer.ts';
import type { Entry } from './gazetteer.ts';

/** Of the ministry's list of divisions at and above the county for 2024, which the package `lcn` 7 holds. */
const AS_OF = '2024-12-31';

const require = createRequire(import.meta.url);

const isEntry = (row: unknown): row is Entry =>
  typeof row === 'object' &&
  row !== null &&
  'code' in row &&
  typeof row.code === 'string' &&
  /^\d{6}$/.test(row.code) &&
  'name' in row &&
  typeof row.name === 'string';

/** @throws Error where the package is not installed, or holds something else */
function read(): readonly Entry[] {
  const file = require.resolve('lcn/data/data.json');
  const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(rows) || !rows.every(isEntry)) {
    throw new TypeError(`${file} holds no divisions`);
  }
  return rows;
}

/**
 * The divisions of today. They are read when the process starts (a few milliseconds), so that what is missing is
 * missed then, and no order waits for them.
 */
export const GAZETTEER = makeGazetteer(read(), AS_OF);
