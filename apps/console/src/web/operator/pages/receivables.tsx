import { Table } from 'antd';
import { Link } from 'react-router';
import { sellerUrl } from '../api.ts';
import type { ReceivableJson } from '../api.ts';
import { Owed, creditedFen, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { orderName, pageOfOrder, useAsked, useSeller } from '../navigation.ts';
import { useRead } from '../read.ts';
import { Block, Nothing, Pager } from './shared.tsx';

/** What is owed for shipped orders, newest first. */
export function ReceivablesPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const answer = useRead<{ receivables?: ReceivableJson[]; nextToken?: string }>(
    sellerUrl(seller, ['receivables'], { token }),
  );
  return (
    <Block title={text('receivables')} of={answer}>
      {({ receivables = [], nextToken }) => (
        <>
          <Table<ReceivableJson>
            rowKey={(row) => orderName(row.orderRef)}
            dataSource={receivables}
            pagination={false}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: <Nothing /> }}
            columns={[
              {
                title: text('trade'),
                render: (_, row) => (
                  <Link to={pageOfOrder(row.orderRef)}>{orderName(row.orderRef)}</Link>
                ),
              },
              { title: text('state'), render: (_, row) => <Owed state={row.state} /> },
              { title: text('payment'), render: (_, row) => yuan(row.amountFen) },
              { title: text('credited'), render: (_, row) => yuan(creditedFen(row)) },
              { title: text('recordedAt'), render: (_, row) => shanghai(row.recordedAt) },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
        </>
      )}
    </Block>
  );
}
