import type { Command } from '../../domain/commands.ts';
import type { Decision } from '../../domain/outcomes.ts';
import type { NumberList } from '../journal/number-list.ts';
import type { Tables } from '../journal/pack.ts';
import { createTables, packOperation } from '../journal/pack.ts';
import type { After } from '../journal/record.ts';
import type { Decided } from '../journal/unpack.ts';
import { RECORD_LIMITS } from '../journal/record.ts';

/** Let out when the record is durable, or abandoned when it never will be. */
export type Waiting = { readonly release: () => unknown; readonly abandon: () => void };

/** Operations that will become one record, and who waits for it. */
export type Batch = {
  readonly sequence: number;
  /** Journal time, stamped when the batch opens. */
  timeMs: number;
  readonly decided: Decided[];
  readonly tables: Tables;
  /** Answers and reads that may be let out when the record is durable. */
  readonly waiting: Waiting[];
};

/** `before`: a batch that is sealed, whose lists can be used again. */
export const createBatch = (sequence: number, before?: Batch): Batch => ({
  sequence,
  timeMs: 0,
  decided: [],
  tables: createTables(before && emptied(before.tables.numbers)),
  waiting: [],
});

function emptied(numbers: NumberList): NumberList {
  numbers.clear();
  return numbers;
}

/** An operation is never split, so a batch is full before its limits are reached. */
export const hasRoom = ({ decided, tables }: Batch): boolean =>
  decided.length < RECORD_LIMITS.operations &&
  tables.numbers.count < RECORD_LIMITS.numbers / 2 &&
  tables.characters < RECORD_LIMITS.characters / 2;

/** Adds a decision; returns its position in the batch. */
export function addToBatch(batch: Batch, command: Command, decision: Decision): number {
  packOperation(command, decision.outcome, decision.entries, batch.tables);
  return batch.decided.push({ command, outcome: decision.outcome }) - 1;
}

/** What the batch's cells come to; to be asked while nothing later has been decided. */
export function afterOf({ tables: { cells } }: Batch): After {
  const values: number[] = [];
  for (const { quantity, held, unreported } of cells) values.push(quantity, held, unreported);
  return { cells, values };
}
