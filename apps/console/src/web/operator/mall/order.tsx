import { Descriptions, Empty, Space, Timeline, Typography } from 'antd';
import { useParams } from 'react-router';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { Place, pieces, shanghai, yuan } from '../format.tsx';
import { useSeller } from '../navigation.ts';
import { Block } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { Invoices } from './invoices.tsx';
import type { HoldJson, MallMoneyJson, MallOrderJson } from './json.ts';
import { Expiry, ExpireNow, MallState } from './orders.tsx';
import { useCode, useText } from './texts.ts';

function Facts({ order }: { order: MallOrderJson }) {
  const text = useText();
  const code = useCode();
  const items = [
    { key: 'state', label: text('state'), children: <MallState value={order.state} /> },
    { key: 'why', label: text('why'), children: code(order.code) },
    { key: 'mallNumber', label: text('mallNumber'), children: order.mallOrderNo },
    { key: 'account', label: text('account'), children: order.account },
    { key: 'purchaser', label: text('purchaser'), children: order.purchaser || '—' },
    { key: 'payment', label: text('payment'), children: code(order.payment) },
    { key: 'amount', label: text('amount'), children: yuan(order.totalFen) },
    { key: 'preorderedAt', label: text('preorderedAt'), children: shanghai(order.preorderedAt) },
    { key: 'expiresAt', label: text('expiresAt'), children: <Expiry order={order} /> },
    { key: 'over', label: text('over'), children: shanghai(order.endedAt) },
    { key: 'notes', label: text('notes'), children: (order.notes ?? []).join('; ') || '—' },
    {
      key: 'trace',
      label: text('trace'),
      children: <Typography.Text copyable>{order.traceId ?? '—'}</Typography.Text>,
    },
  ];
  return <Descriptions bordered size="small" column={{ xs: 1, md: 2 }} items={items} />;
}

function Lines({ order }: { order: MallOrderJson }) {
  const text = useText();
  return (
    <DataTable
      rowKey="lineId"
      size="small"
      dataSource={order.lines ?? []}
      columns={[
        { title: text('line'), dataIndex: 'lineId' },
        { title: text('sku'), dataIndex: 'sku' },
        { title: text('quantity'), render: (_, line) => pieces(line.quantityMilli) },
        { title: text('price'), render: (_, line) => yuan(line.unitPriceFen) },
        { title: text('shipped'), render: (_, line) => pieces(line.shippedMilli) },
        { title: text('delivered'), render: (_, line) => pieces(line.deliveredMilli) },
        { title: text('returned'), render: (_, line) => pieces(line.returnedMilli) },
      ]}
    />
  );
}

/** What happened in words: a code, and what it is about. */
function What({ order }: { order: MallOrderJson }) {
  const code = useCode();
  return (
    <Timeline
      items={(order.timeline ?? []).map(({ at, what = '', by = '' }) => {
        const [word = '', ...about] = what.split(' ');
        const told = word === 'REFUSED' ? about.map((one) => code(one)) : about;
        return {
          content: (
            <>
              <Typography.Text type="secondary">{shanghai(at)}</Typography.Text> <b>{code(word)}</b>{' '}
              {told.join(' ')} {by}
            </>
          ),
        };
      })}
    />
  );
}

function Held({ hold }: { hold: HoldJson | null }) {
  const text = useText();
  const code = useCode();
  if (!hold) return <Empty description={text('nothingHeld')} />;
  return (
    <DataTable
      rowKey="lineId"
      size="small"
      dataSource={hold.lines ?? []}
      columns={[
        { title: text('line'), dataIndex: 'lineId' },
        { title: text('goods'), dataIndex: 'goodsId' },
        { title: text('quantity'), render: (_, line) => pieces(line.quantityMilli) },
        { title: text('state'), render: (_, line) => code(line.state) },
        {
          title: text('place'),
          render: (_, line) => (
            <Place value={line.certainPlace ?? line.sharedPlace ?? line.soldPlace} />
          ),
        },
      ]}
    />
  );
}

/** One order of a mall: what it is, what it holds, its invoices, what happened. */
export function MallOrderPage() {
  const text = useText();
  const seller = useSeller();
  const { number = '' } = useParams();
  const url = ['mall', 'orders', number];
  const answer = useRead<{ order: MallOrderJson }>(sellerUrl(seller, url));
  const hold = useRead<{ hold: HoldJson | null }>(sellerUrl(seller, [...url, 'hold']));
  const money = useRead<MallMoneyJson>(sellerUrl(seller, [...url, 'money']));
  const again = () => {
    void answer.refetch();
    void hold.refetch();
  };
  const order = answer.data?.order;
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Block
        title={`${text('order')} ${number}`}
        of={answer}
        extra={order ? <ExpireNow order={order} onDone={again} /> : null}
      >
        {(found) => (
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Facts order={found.order} />
            <Lines order={found.order} />
          </Space>
        )}
      </Block>
      <Block title={text('hold')} of={hold}>
        {(found) => <Held hold={found.hold} />}
      </Block>
      <Block title={text('invoices')} of={money}>
        {(found) => <Invoices money={found} />}
      </Block>
      <Block title={text('timeline')} of={answer}>
        {(found) => <What order={found.order} />}
      </Block>
    </Space>
  );
}
