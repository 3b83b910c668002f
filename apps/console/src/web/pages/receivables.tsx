import { Card, Table } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useJson } from '../api.ts';
import type { ReceivableJson } from '../api.ts';
import { creditedFen, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { Answer, Nothing, Pager } from './shared.tsx';

/** What is owed for shipped orders, newest first. */
export function ReceivablesPage({ seller }: { seller: string }) {
  const text = useText();
  const [token, setToken] = useState('');
  const answer = useJson<{ receivables?: ReceivableJson[]; nextToken?: string }>(
    `/api/sellers/${encodeURIComponent(seller)}/receivables?${new URLSearchParams({ token })}`,
  );
  return (
    <Card title={text('receivables')}>
      <Answer of={answer}>
        {({ receivables = [], nextToken }) => (
          <>
            <Table<ReceivableJson>
              rowKey="tradeId"
              dataSource={receivables}
              pagination={false}
              scroll={{ x: true }}
              locale={{ emptyText: <Nothing /> }}
              columns={[
                {
                  title: text('trade'),
                  render: (_, row) => <Link to={`/orders/${row.tradeId}`}>{row.tradeId}</Link>,
                },
                { title: text('state'), dataIndex: 'state' },
                { title: text('payment'), render: (_, row) => yuan(row.amountFen) },
                { title: text('credited'), render: (_, row) => yuan(creditedFen(row)) },
                { title: text('recordedAt'), render: (_, row) => shanghai(row.recordedAt) },
              ]}
            />
            <Pager token={token} nextToken={nextToken} onMove={setToken} />
          </>
        )}
      </Answer>
    </Card>
  );
}
