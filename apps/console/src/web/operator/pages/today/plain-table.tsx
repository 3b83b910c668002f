import type { CSSProperties, ReactNode } from 'react';

type Column<Row> = {
  key: string;
  title: string;
  /** Pixels. */
  width?: number;
  render: (row: Row) => ReactNode;
};

const cellOf = (width: number | undefined): CSSProperties =>
  width ? { width, minWidth: width } : {};

/**
 * A table whose rows are all there: nothing is sorted, filtered or paged in it. It belongs to what operators
 * load first, and the library's table is a sixth of that.
 */
export function PlainTable<Row>(props: {
  className: string;
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}) {
  const { className, label, columns, rows, keyOf } = props;
  return (
    // Narrow screens scroll in it; a keyboard does so too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="plain-table" tabIndex={0} role="group" aria-label={label}>
      <table className={className} aria-label={label}>
        <thead>
          <tr>
            {columns.map(({ key, title, width }) => (
              <th key={key} scope="col" style={cellOf(width)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ key, render }) => (
                <td key={key}>{render(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
