import { Card, Select, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useJson } from '../api.ts';
import type { OrderJson } from '../api.ts';
import { Place, State, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { Answer, Nothing, Pager } from './shared.tsx';

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

/** The seller's orders, newest first. */
export function OrdersPage({ seller }: { seller: string }) {
  const text = useText();
  const [state, setState] = useState('');
  const [token, setToken] = useState('');
  const query = new URLSearchParams({ state, token });
  const answer = useJson<{ orders?: OrderJson[]; nextToken?: string }>(
    `/api/sellers/${encodeURIComponent(seller)}/orders?${query}`,
  );
  return (
    <Card
      title={text('orders')}
      extra={
        <Select
          aria-label={text('state')}
          style={{ width: 220 }}
          value={state}
          onChange={(next: string) => {
            setToken('');
            setState(next);
          }}
          options={[
            { value: '', label: text('all') },
            ...STATES.map((value) => ({ value, label: value })),
          ]}
        />
      }
    >
      <Answer of={answer}>
        {({ orders = [], nextToken }) => (
          <>
            <Table<OrderJson>
              rowKey="tradeId"
              dataSource={orders}
              pagination={false}
              locale={{ emptyText: <Nothing /> }}
              scroll={{ x: true }}
              columns={[
                {
                  title: text('trade'),
                  render: (_, row) => <Link to={`/orders/${row.tradeId}`}>{row.tradeId}</Link>,
                },
                { title: text('state'), render: (_, row) => <State value={row.state} /> },
                {
                  title: text('place'),
                  render: (_, row) => <Place value={row.lines?.[0]?.routedPlace} />,
                },
                { title: text('allocation'), render: (_, row) => row.allocation ?? 0 },
                { title: text('payment'), render: (_, row) => yuan(row.paymentFen) },
                { title: text('paidAt'), render: (_, row) => shanghai(row.paidAt) },
              ]}
            />
            <Pager token={token} nextToken={nextToken} onMove={setToken} />
          </>
        )}
      </Answer>
    </Card>
  );
}
