import { Table } from 'antd';
import { Link, useParams } from 'react-router';
import { sellerUrl } from '../../api.ts';
import type { OrderRefJson } from '../../api.ts';
import { shanghai } from '../../format.tsx';
import { orderName, pageOfOrder, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Nothing, Pager } from '../shared.tsx';
import { isTextKey, useText } from './texts.ts';

type WaitingJson = { orderRef: OrderRefJson; since?: string };

/** The orders of a queue of stores and channels, who has waited longest first. */
export function WaitingPage() {
  const text = useText();
  const seller = useSeller();
  const { queue = '' } = useParams();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const answer = useRead<{ orders?: WaitingJson[]; nextToken?: string }>(
    sellerUrl(seller, ['queues', queue], { day: asked('day'), token }),
  );
  return (
    <Block title={isTextKey(queue) ? text(queue) : queue} of={answer}>
      {({ orders = [], nextToken }) => (
        <>
          <Table<WaitingJson>
            rowKey={({ orderRef }) => orderName(orderRef)}
            dataSource={orders}
            pagination={false}
            locale={{ emptyText: <Nothing /> }}
            scroll={{ x: 'max-content' }}
            columns={[
              {
                title: text('order'),
                render: (_, { orderRef }) => (
                  <Link to={pageOfOrder(orderRef)}>{orderName(orderRef)}</Link>
                ),
              },
              {
                title: text(queue === 'DELIVERED' ? 'deliveredAt' : 'since'),
                render: (_, { since }) => shanghai(since),
              },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
        </>
      )}
    </Block>
  );
}
