import { Descriptions, Empty, Space, Typography } from 'antd';
import { useParams } from 'react-router';
import { sellerUrl } from '../api.ts';
import { DataTable } from '../manage/data-table.tsx';
import { Place, pieces, shanghai, yuan } from '../format.tsx';
import { useSeller } from '../navigation.ts';
import { Phrase } from '../pages/order/coded.tsx';
import { LifeTimeline, useLife } from '../pages/order/life.tsx';
import { phraseOf } from '../pages/order/phrase.ts';
import { Block } from '../pages/shared.tsx';
import { useRead } from '../read.ts';
import { Invoices } from './invoices.tsx';
import type { HoldJson, MallMoneyJson, MallOrderJson } from './json.ts';
import { Expiry, ExpireNow, MallState } from './orders.tsx';
import { useCode, useText } from './texts.ts';

/** What was made of fields that could not be taken as they were, a line each. */
function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return <>—</>;
  return notes.map((note) => (
    <div key={note}>
      <Phrase parts={phraseOf(note).parts} />
    </div>
  ));
}

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
    { key: 'notes', label: text('notes'), children: <Notes notes={order.notes ?? []} /> },
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
  const lives = useLife(seller, ['orders', 'govmall', number]);
  const again = () => {
    void lives.life.refetch();
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
        {(found) => (
          <Invoices
            money={found}
            seller={seller}
            number={number}
            onDone={() => void money.refetch()}
          />
        )}
      </Block>
      <LifeTimeline of={lives} />
    </Space>
  );
}
