import type { OrderRef } from '@astrolabe/kernel';
import { parseOrderKey } from '@astrolabe/kernel';
import type { FlagName, ValueName } from './options.ts';

/** Where a command writes. */
export type Output = {
  /** A result: an object of plain JSON; numbers of 64 bits and times become text. */
  row: (value: unknown) => void;
  /** A line that is no object, such as a variable. */
  text: (line: string) => void;
  /** A message for people, beside the results. */
  note: (line: string) => void;
  /** How far long work is; shown on a terminal only, where the next one takes its place. */
  progress: (line: string) => void;
};

export type Environment = Record<string, string | undefined>;

/** Wrong words on the command line; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Some of the items that a command was asked for have failed; each has a line that says so. Exit code 3. */
export class PartlyFailed extends Error {
  override readonly name = 'PartlyFailed';
}

/** What a command gets: the words after its name, its options and the environment. */
export type Invocation = {
  words: readonly string[];
  option: (name: ValueName) => string | undefined;
  flag: (name: FlagName) => boolean;
  environment: Environment;
  /** All of the standard input. @throws UsageError where there is none */
  input: () => Promise<string>;
  output: Output;
};

/** The order that a word names. */
export function orderNamed(word: string | undefined): OrderRef {
  const read = parseOrderKey(required(word, 'ORDER'));
  if (read.ok) return read.value;
  throw new UsageError(
    `${word} names no order (${read.error}): write CHANNEL/SELLER/NUMBER, e.g. tmall/21230/2004574256073903`,
  );
}

/** The value of an option or variable that a command cannot do without. */
export function required(value: string | undefined, name: string): string {
  if (value === undefined || value === '') throw new UsageError(`${name} is missing`);
  return value;
}

/** A number of an option; the default where the option is left out. @throws UsageError */
export function wholeNumber(
  text: string | undefined,
  name: string,
  { min = 0, max, otherwise }: { min?: number; max: number; otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(`${name} is not a whole number from ${min} to ${max}`);
  }
  return value;
}

/** An instant of an option. @throws UsageError */
export function instant(text: string, name: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new UsageError(`${name} is not a time, e.g. 2026-09-22T10:00:00+08:00`);
}

const PAGE_MAX = 500;

/**
 * Prints rows of a list, one object a line: all of them, or with --limit one page, and where the next one begins
 * (--from) on the error output.
 */
export async function printList<Answer extends { nextToken: string }>(
  { option, output }: Invocation,
  ask: (page: { size: number; token: string }) => Promise<Answer>,
  rowsOf: (answer: Answer) => readonly unknown[],
): Promise<void> {
  const limit = option('limit');
  const size = wholeNumber(limit, '--limit', { min: 1, max: PAGE_MAX, otherwise: PAGE_MAX });
  const print = (answer: Answer): void => {
    for (const row of rowsOf(answer)) output.row(row);
  };
  if (limit === undefined) {
    // With all of gRPC, which help and mistakes do without.
    const { pagesOf } = await import('@astrolabe/grpc');
    for await (const answer of pagesOf((token) => ask({ size, token }))) print(answer);
    return;
  }
  const answer = await ask({ size, token: option('from') ?? '' });
  print(answer);
  tellMore(output, answer);
}

const PAGE_SIZE = 100;

/** Options of a list that prints a page at a time. */
export const PAGE = [['limit', 'at most so many; 100 without'], 'from'] as const;

/** Prints one page of a list that may be long, of 100 rows or of --limit, and where the next one begins. */
export async function printPage<Answer extends { nextToken: string }>(
  { option, output }: Invocation,
  ask: (page: { size: number; token: string }) => Promise<Answer>,
  rowsOf: (answer: Answer) => readonly unknown[],
): Promise<void> {
  const limits = { min: 1, max: PAGE_MAX, otherwise: PAGE_SIZE };
  const size = wholeNumber(option('limit'), '--limit', limits);
  const answer = await ask({ size, token: option('from') ?? '' });
  for (const row of rowsOf(answer)) output.row(row);
  tellMore(output, answer);
}

function tellMore(output: Output, { nextToken }: { nextToken: string }): void {
  if (nextToken !== '') output.note(`There is more: --from ${nextToken}`);
}
