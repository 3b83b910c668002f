import type { Result } from '@astrolabe/kernel';
import { mapOk, ok } from '@astrolabe/kernel';
import type { FieldRefusal } from '../wire/codec.ts';
import { childOf, defaulted, list, record, required } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';

/** Why one or more lines of a batch failed. */
export type LineFailure = { readonly description: string; readonly billNums: readonly string[] };

/** Both texts are string(50) (white paper 6.2.1). */
const MAX_TEXT = 50;

const errors = list(
  'error',
  record({
    description: defaulted('description', text(), ''),
    billNums: required('failedBillNum', text()),
  }),
);

/**
 * `errorDescriptions`: one `<error>` per cause, and a further one whenever the joined bill numbers
 * would pass 50 characters. A bill number is never cut; a description is.
 */
export function encodeFailures(failures: readonly LineFailure[]): readonly WireNode[] {
  const byDescription = new Map<string, string[]>();
  for (const failure of failures) {
    const description = Array.from(failure.description).slice(0, MAX_TEXT).join('');
    const billNums = byDescription.get(description) ?? [];
    billNums.push(...failure.billNums);
    byDescription.set(description, billNums);
  }
  const rows = [...byDescription].flatMap(([description, billNums]) =>
    joinFitting(billNums).map((joined) => ({ description, billNums: joined })),
  );
  return rows.length === 0 ? [] : [errors.encode('errorDescriptions', rows)];
}

/** Joins bill numbers by comma into texts of at most 50 characters, or one long bill number. */
function joinFitting(billNums: readonly string[]): string[] {
  const texts: string[] = [];
  for (const billNum of billNums) {
    const last = texts.at(-1);
    if (last !== undefined && Array.from(last + billNum).length < MAX_TEXT) {
      texts[texts.length - 1] = `${last},${billNum}`;
    } else texts.push(billNum);
  }
  return texts;
}

/** Reads `errorDescriptions` of a reply; absent is none. */
export function decodeFailures(root: WireNode): Result<readonly LineFailure[], FieldRefusal> {
  const child = childOf(root, 'errorDescriptions', '');
  if (!child.ok) return child;
  if (child.value === undefined) return ok([]);
  return mapOk(errors.decode(child.value, 'errorDescriptions'), (rows) =>
    rows.map(({ description, billNums }) => ({ description, billNums: billNums.split(',') })),
  );
}
