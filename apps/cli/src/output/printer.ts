import type { Output } from '../invocation.ts';
import { recordOf, tableOf } from './table.ts';
import type { Row } from './table.ts';

/** The streams of a process, or of a test. */
export type Streams = {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Results go to a terminal: they are shown as tables unless something else is asked for. */
  readonly isTerminal?: boolean;
  /** Writes over the line of the progress before; absent where messages do not go to a terminal. */
  readonly progress?: (line: string) => void;
  /** All of the standard input; absent where there is none. */
  readonly input?: () => Promise<string>;
};

/** Rows of a table that are measured together. */
const TABLE_ROWS = 200;

/** Plain JSON of a row: numbers of 64 bits as text, as in JSON of the contracts. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) => (typeof one === 'bigint' ? String(one) : one));

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Where a command writes: JSON lines as they come, or tables of what has come by `end`. One result alone is shown
 * with all its fields.
 */
export function createPrinter(
  streams: Streams,
  { asTable, columns }: { asTable: boolean; columns?: readonly string[] | undefined },
): Output & { end: () => void } {
  let waiting: Row[] = [];
  let shown = 0;
  const clear = (): void => streams.progress?.('');
  const flush = (isLast: boolean): void => {
    const [only] = waiting;
    if (only === undefined) return;
    clear();
    const isAlone = isLast && shown === 0 && waiting.length === 1;
    streams.out(isAlone ? recordOf(only) : tableOf(waiting, columns));
    shown += waiting.length;
    waiting = [];
  };
  return {
    row: (value) => {
      const json = jsonOf(value);
      const plain: unknown = asTable ? JSON.parse(json) : null;
      if (isRow(plain)) {
        waiting.push(plain);
        if (waiting.length === TABLE_ROWS) flush(false);
        return;
      }
      clear();
      streams.out(json);
    },
    text: (line) => {
      clear();
      streams.out(line);
    },
    note: (line) => {
      flush(true);
      clear();
      streams.error(line);
    },
    progress: (line) => streams.progress?.(line),
    end: () => {
      flush(true);
      clear();
    },
  };
}
