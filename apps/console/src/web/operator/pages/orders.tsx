import { Select, Space, Table } from 'antd';
import { Link } from 'react-router';
import { sellerUrl } from '../api.ts';
import type { OrderJson } from '../api.ts';
import { Place, State, placeKey, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { orderName, pageOfOrder, useAsked, useSeller } from '../navigation.ts';
import { useRead } from '../read.ts';
import { Block, Nothing, Pager } from './shared.tsx';

const STATES = [
  'RECEIVED',
  'RESERVED',
  'ROUTING',
  'AWAITING_ALLOCATION',
  'ALLOCATED',
  'ACCEPTED',
  'SHIPPED',
  'ALLOCATE_FAILED',
  'UNFULFILLABLE',
  'CLOSED',
];

const FLAGS = ['STOCK_REFUSED'] as const;

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

/** One thing that the list is narrowed by; nothing by default. */
function Filter(props: {
  label: string;
  value: string;
  /** What stands there while the list is not narrowed. */
  any: string;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}) {
  const { label, value, any, options, onChange } = props;
  return (
    <Select
      aria-label={label}
      className="filter"
      value={value}
      onChange={onChange}
      options={[{ value: '', label: any }, ...options]}
    />
  );
}

/** The seller's orders, newest first. */
export function OrdersPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const [state, flag, token] = [asked('state'), asked('flag'), asked('token')];
  const answer = useRead<{ orders?: OrderJson[]; nextToken?: string }>(
    sellerUrl(seller, ['orders'], { state, flag, token }),
  );
  return (
    <Block
      title={text('orders')}
      of={answer}
      extra={
        <Space wrap>
          <Filter
            label={text('flag')}
            value={flag}
            any={`${text('flag')}: ${text('allFlags')}`}
            options={FLAGS.map((value) => ({ value, label: text(value) }))}
            onChange={(next) => ask({ flag: next, token: '' })}
          />
          <Filter
            label={text('state')}
            value={state}
            any={text('all')}
            options={STATES.map((value) => ({ value, label: value }))}
            onChange={(next) => ask({ state: next, token: '' })}
          />
        </Space>
      }
    >
      {({ orders = [], nextToken }) => (
        <>
          <Table<OrderJson>
            rowKey={(row) => orderName(row.orderRef)}
            dataSource={orders}
            pagination={false}
            locale={{ emptyText: <Nothing /> }}
            scroll={{ x: 'max-content' }}
            columns={[
              {
                title: text('trade'),
                render: (_, row) => (
                  <Link to={pageOfOrder(row.orderRef)}>{orderName(row.orderRef)}</Link>
                ),
              },
              {
                title: text('state'),
                render: (_, row) => <State value={row.state} flags={row.flags ?? []} />,
              },
              { title: text('place'), render: (_, row) => <Places order={row} /> },
              { title: text('allocation'), render: (_, row) => row.allocation ?? 0 },
              { title: text('payment'), render: (_, row) => yuan(row.paymentFen) },
              { title: text('paidAt'), render: (_, row) => shanghai(row.paidAt) },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
        </>
      )}
    </Block>
  );
}
