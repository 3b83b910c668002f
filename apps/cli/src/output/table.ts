import Table from 'cli-table3';

export type Row = Readonly<Record<string, unknown>>;

/** A field that has more characters is not a column unless it is asked for. */
const SHORT = 40;
const CELL_MAX = 60;
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const STYLE = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `tmall/21230/2004…` of an order, `STORE:1342` of a place; null of whatever else. */
function nameOf(value: Row): string | null {
  const { channel, sellerId, number, type, id } = value;
  if (typeof channel === 'string' && typeof sellerId === 'string' && typeof number === 'string') {
    return `${channel}/${sellerId}/${number}`;
  }
  if (typeof type === 'string' && typeof id === 'string' && Object.keys(value).length === 2) {
    return `${type.replace('PLACE_TYPE_', '')}:${id}`;
  }
  return null;
}

/** A value as one line of words. */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value.replace(/\s+/g, ' ');
  if (Array.isArray(value)) {
    const plain = value.every((one) => !isObject(one) || nameOf(one) !== null);
    return plain ? value.map(cellOf).join(', ') : `(${value.length})`;
  }
  if (isObject(value)) {
    return (
      nameOf(value) ??
      Object.entries(value)
        .map(([name, one]) => `${name}=${cellOf(one)}`)
        .join(' ')
    );
  }
  return JSON.stringify(value);
}

/** The fields of rows that are short in every one, in the order in which they first come. */
function shortFields(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return names.filter((name) => rows.every((row) => cellOf(row[name]).length <= SHORT));
}

/**
 * Rows as a table of words without lines, as wide as it needs to be. `columns` are the fields that are shown; all
 * short ones without.
 */
export function tableOf(rows: readonly Row[], columns?: readonly string[]): string {
  const named = columns?.filter((name) => rows.some((row) => row[name] !== undefined)) ?? [];
  const fields = named.length > 0 ? named : shortFields(rows);
  const table = new Table({ head: fields, chars: NO_LINES, style: STYLE });
  for (const row of rows) {
    table.push(fields.map((name) => cutTo(cellOf(row[name]), CELL_MAX)));
  }
  return withoutTrailingBlanks(table.toString());
}

const cutTo = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const withoutTrailingBlanks = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');

/** One row with everything in it: a field a line, and lists of objects as tables below their names. */
export function recordOf(row: Row, indent = ''): string {
  const width = Math.max(0, ...Object.keys(row).map((name) => name.length));
  return Object.entries(row)
    .flatMap(([name, value]) => {
      if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
        const table = value.every((one) => nameOf(one) !== null) ? null : tableOf(value);
        if (table !== null) return [`${indent}${name}`, indented(table, `${indent}  `)];
      }
      if (isObject(value) && nameOf(value) === null && Object.keys(value).length > 0) {
        return [`${indent}${name}`, recordOf(value, `${indent}  `)];
      }
      return [`${indent}${name.padEnd(width)}  ${cellOf(value)}`.trimEnd()];
    })
    .join('\n');
}

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => indent + line)
    .join('\n');
