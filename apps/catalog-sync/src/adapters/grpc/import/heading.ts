import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Read } from './cells.ts';

type Put<D> = (draft: D) => D;

/** A column of a file: how it may be headed, what of a row it is, and how a cell is read. */
export type Column<D, F extends string = string> = {
  readonly field: F;
  /** The first one is that of our own files. */
  readonly words: readonly string[];
  readonly read: (cell: string) => Result<Put<D>, string>;
};

/** What the rows of a file may be made of. */
export type Form<D> = {
  readonly columns: readonly Column<D>[];
  /** Fields without which nobody knows what a row is of. */
  readonly keys: readonly string[];
  /** A row of which nothing is said. */
  readonly empty: D;
};

/** A row that could be read: its content, and what of it the file says. */
export type RowRead<D> = { readonly draft: D; readonly fields: ReadonlySet<string> };

export type RowReader<D> = (cells: readonly string[]) => Result<RowRead<D>, readonly string[]>;

/** What a column does with what its cells say. */
export const put =
  <D, T>(read: Read<T>, write: (draft: D, value: T) => D): Column<D>['read'] =>
  (cell) => {
    const value = read(cell);
    return value.ok ? ok((draft) => write(draft, value.value)) : value;
  };

/** Makes columns of which each is a field of the row. */
export const columnsOf =
  <D extends object>() =>
  <F extends keyof D & string>(
    field: F,
    read: Read<D[F]>,
    words: readonly string[],
  ): Column<D, F> => ({
    field,
    words,
    read: put<D, D[F]>(read, (draft, value) => ({ ...draft, [field]: value })),
  });

const plain = (word: string): string => word.normalize('NFKC').trim().toLowerCase();

/**
 * Reads rows under a heading. A column that nobody knows is refused rather than left out: it would be lost in silence.
 * The error of a heading says what is wrong with it; those of a row begin with the column.
 */
export function rowReader<D>(
  { columns: known, keys, empty }: Form<D>,
  heading: readonly string[],
): Result<RowReader<D>, string> {
  const byWord = new Map(
    known.flatMap((column) => column.words.map((word) => [plain(word), column])),
  );
  const columns = heading.map((word) => byWord.get(plain(word)) ?? null);
  const unknown = heading.filter((word, at) => columns[at] === null && word.trim() !== '');
  if (unknown.length > 0) return err(`no such columns: ${unknown.join(', ')}`);
  const fields = columns.flatMap((column) => column?.field ?? []);
  const twice = fields.filter((field, at) => fields.indexOf(field) !== at);
  if (twice.length > 0) return err(`columns that are there twice: ${twice.join(', ')}`);
  const missing = known.find(({ field }) => keys.includes(field) && !fields.includes(field));
  if (missing) return err(`there is no column ${missing.words[0]} (${missing.words[1]})`);
  return ok((cells) => {
    const problems: string[] = [];
    if (cells.some((cell, at) => cell !== '' && !columns[at])) {
      problems.push('the row has more cells than the heading');
    }
    let draft = empty;
    for (const [at, column] of columns.entries()) {
      if (!column) continue;
      const read = column.read(cells[at] ?? '');
      if (read.ok) draft = read.value(draft);
      else problems.push(`${heading[at]?.trim()}: ${read.error}`);
    }
    return problems.length > 0 ? err(problems) : ok({ draft, fields: new Set(fields) });
  });
}
