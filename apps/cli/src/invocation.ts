import type { OrderRef } from '@astrolabe/kernel';
import { parseOrderKey } from '@astrolabe/kernel';
/** Where a command writes; results as JSON lines, messages as text. */
export type Output = { out: (line: string) => void; error: (line: string) => void };

export type Environment = Record<string, string | undefined>;

/** Wrong words on the command line; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command gets: the words after its name, its options and the environment. */
export type Invocation = {
  words: readonly string[];
  option: (name: Named<'string'>) => string | undefined;
  flag: (name: Named<'boolean'>) => boolean;
  environment: Environment;
  output: Output;
};

/** Every option of every command. */
export const OPTIONS = {
  'replication-factor': { type: 'string' },
  name: { type: 'string' },
  grants: { type: 'string' },
  seller: { type: 'string' },
  state: { type: 'string' },
  flag: { type: 'string' },
  place: { type: 'string' },
  kind: { type: 'string' },
  item: { type: 'string' },
  sku: { type: 'string' },
  limit: { type: 'string' },
  group: { type: 'string' },
  topic: { type: 'string' },
  type: { type: 'string' },
  stack: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  days: { type: 'string' },
  partition: { type: 'string' },
  reason: { type: 'string' },
  actor: { type: 'string' },
  head: { type: 'string' },
  orders: { type: 'boolean' },
  'short-cells': { type: 'boolean' },
  projections: { type: 'boolean' },
  events: { type: 'boolean' },
  apply: { type: 'boolean' },
  allocation: { type: 'string' },
  version: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  inputs: { type: 'string' },
  answer: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  help: { type: 'boolean' },
} as const;

type Named<T extends 'string' | 'boolean'> = {
  [Name in keyof typeof OPTIONS]: (typeof OPTIONS)[Name]['type'] extends T ? Name : never;
}[keyof typeof OPTIONS];

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

/** How a command calls the service whose address a variable of its environment names. */
export const peerOf = (environment: Environment, variable: string, deadlineMs: number) => ({
  address: required(environment[variable], variable),
  name: 'astrolabe-cli',
  defaultDeadlineMs: deadlineMs,
});
