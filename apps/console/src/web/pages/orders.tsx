import { Select, Table } from 'antd';
import { Link } from 'react-router';
import { sellerUrl } from '../api.ts';
import type { OrderJson } from '../api.ts';
import { Place, State, placeKey, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { pageOf, useAsked, useSeller } from '../navigation.ts';
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

/** The seller's orders, newest first. */
export function OrdersPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const [state, token] = [asked('state'), asked('token')];
  const answer = useRead<{ orders?: OrderJson[]; nextToken?: string }>(
    sellerUrl(seller, ['orders'], { state, token }),
  );
  return (
    <Block
      title={text('orders')}
      of={answer}
      extra={
        <Select
          aria-label={text('state')}
          className="filter"
          value={state}
          onChange={(next: string) => ask({ state: next, token: '' })}
          options={[
            { value: '', label: text('all') },
            ...STATES.map((value) => ({ value, label: value })),
          ]}
        />
      }
    >
      {({ orders = [], nextToken }) => (
        <>
          <Table<OrderJson>
            rowKey="tradeId"
            dataSource={orders}
            pagination={false}
            locale={{ emptyText: <Nothing /> }}
            scroll={{ x: 'max-content' }}
            columns={[
              {
                title: text('trade'),
                render: (_, row) => (
                  <Link to={pageOf(seller, 'orders', row.tradeId)}>{row.tradeId}</Link>
                ),
              },
              { title: text('state'), render: (_, row) => <State value={row.state} /> },
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
