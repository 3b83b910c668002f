import type { RoutingInput, RoutingOutcome } from './types.ts';

/** Text of one decision: its inputs and its outcome, canonical and complete. */
export type DecisionRecord = { readonly input: string; readonly outcome: string };

/**
 * Canonical text of the inputs. Properties keep their order of construction, integers of 64 bits are
 * written as "123n", which no id or name of a channel is read back from (see reviveText).
 */
export const inputText = (input: RoutingInput): string => JSON.stringify(input, bigintAsText);

/** Canonical text of an outcome. */
export const outcomeText = (outcome: RoutingOutcome): string =>
  JSON.stringify(outcome, bigintAsText);

/** Inverse of inputText. Only the fields that hold quantities are turned into bigint. */
export const inputFromText = (text: string): RoutingInput =>
  JSON.parse(text, reviveText) as RoutingInput;

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}n` : value;

const reviveText = (key: string, value: unknown): unknown =>
  key.endsWith('Milli') && typeof value === 'string' ? BigInt(value.slice(0, -1)) : value;

/** One text for both, for storing. */
export const recordText = (record: DecisionRecord): string =>
  `${record.input}\n${record.outcome}\n`;

/** Inverse of recordText; null when the text is none. */
export function recordFromText(text: string): DecisionRecord | null {
  const [input, outcome, end] = text.split('\n');
  if (input === undefined || outcome === undefined || end !== '') return null;
  return { input, outcome };
}
