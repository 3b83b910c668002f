import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Type from 'typebox';
import Value from 'typebox/value';
import { makeGazetteer } from '../../domain/region/gazetteer.ts';
import type { Gazetteer } from '../../domain/region/gazetteer.ts';

const Rows = Type.Array(
  Type.Object({ code: Type.String({ pattern: '^\\d{6}$' }), name: Type.String() }),
);

/** Of the ministry's list of divisions at and above the county for 2024, which the package `lcn` 7 holds. */
const AS_OF = '2024-12-31';

const require = createRequire(import.meta.url);

let known: Gazetteer | null = null;

/**
 * The divisions of the package, read once, when somebody first asks.
 *
 * @throws Error where the package is not installed, or holds something else
 */
export function gazetteer(): Gazetteer {
  if (known) return known;
  const file = require.resolve('lcn/data/data.json');
  const rows: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Value.Check(Rows, rows)) throw new TypeError(`${file} holds no divisions`);
  known = makeGazetteer(rows, AS_OF);
  return known;
}
