import { Table, Tag } from 'antd';
import type { TableProps } from 'antd';
import { Link } from 'react-router';
import type { OrderJson } from '../../api.ts';
import { Place, placeKey, shanghai, yuan } from '../../format.tsx';
import { orderName, pageOfOrder } from '../../navigation.ts';
import { Nothing } from '../shared.tsx';
import { isTextKey, useText } from './texts.ts';

const COLORS: Readonly<Record<string, string>> = {
  ALLOCATED: 'blue',
  ACCEPTED: 'cyan',
  SHIPPED: 'green',
  CLOSED: 'default',
  ALLOCATE_FAILED: 'red',
  UNFULFILLABLE: 'red',
};

/** A state in words; with flags it is never green, and each of them stands beside it, and why an order is on hold. */
function OrderState({ state, flags = [], hold }: Pick<OrderJson, 'state' | 'flags' | 'hold'>) {
  const text = useText();
  const words = (code: string) => (isTextKey(code) ? text(code) : code);
  return (
    <>
      <Tag color={flags.length > 0 ? 'orange' : (COLORS[state] ?? 'gold')} title={state}>
        {words(state)}
      </Tag>
      {flags.map((flag) => (
        <Tag key={flag} color="red" title={flag}>
          {words(flag)}
        </Tag>
      ))}
      {hold?.reason ? <small title={hold.askedBy}>{hold.reason}</small> : null}
    </>
  );
}

/** All the places of an order; a split one has several. */
function Places({ order }: { order: OrderJson }) {
  const places = new Map((order.lines ?? []).map((line) => [placeKey(line.routedPlace), line]));
  const named = [...places.values()].filter((line) => line.routedPlace?.id);
  if (named.length === 0) return <>—</>;
  return named.map((line) => (
    <div key={placeKey(line.routedPlace)}>
      <Place value={line.routedPlace} />
    </div>
  ));
}

/** Orders as rows; with `rowSelection` they can be chosen. */
export function OrderTable(props: {
  orders: readonly OrderJson[];
  rowSelection?: NonNullable<TableProps<OrderJson>['rowSelection']>;
}) {
  const text = useText();
  const { orders, rowSelection } = props;
  return (
    <Table<OrderJson>
      rowKey={(row) => orderName(row.orderRef)}
      dataSource={[...orders]}
      pagination={false}
      locale={{ emptyText: <Nothing /> }}
      // The row that measures a scrolling table repeats the box that chooses all, where nobody sees it.
      {...(rowSelection ? { rowSelection } : { scroll: { x: 'max-content' } })}
      columns={[
        {
          title: text('trade'),
          render: (_, row) => <Link to={pageOfOrder(row.orderRef)}>{orderName(row.orderRef)}</Link>,
        },
        {
          title: text('state'),
          render: (_, row) => (
            <OrderState
              state={row.state}
              flags={row.flags ?? []}
              {...(row.hold && { hold: row.hold })}
            />
          ),
        },
        { title: text('place'), render: (_, row) => <Places order={row} /> },
        { title: text('allocation'), render: (_, row) => row.allocation ?? 0 },
        { title: text('payment'), render: (_, row) => yuan(row.paymentFen) },
        { title: text('paidAt'), render: (_, row) => shanghai(row.paidAt) },
      ]}
    />
  );
}
