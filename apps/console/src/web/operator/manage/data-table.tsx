import { Table } from 'antd';
import type { TableProps } from 'antd';
import { useEffect, useRef } from 'react';
import { Nothing } from '../pages/shared.tsx';

/**
 * A table without pages of its own that scrolls sideways where the screen is narrow. Its scrolled part takes the
 * keyboard: without it, columns beyond the edge are for a mouse alone.
 */
export function DataTable<Row extends object>(props: TableProps<Row>) {
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    around.current?.querySelector('.ant-table-content')?.setAttribute('tabindex', '0');
  });
  return (
    <div ref={around}>
      <Table<Row>
        pagination={false}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing /> }}
        {...props}
      />
    </div>
  );
}
