import { Alert, Card, Col, Descriptions, Row, Space, Tag, Typography } from 'antd';
import { Link, useParams } from 'react-router';
import { DataTable } from '../manage/data-table.tsx';
import { sellerUrl } from '../api.ts';
import type { OrderJson, ReceivableJson, StatusEntryJson, TaskJson } from '../api.ts';
import { Kind, Place, pieces, placeKey, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { orderName, pageOf, useSeller } from '../navigation.ts';
import { useRead } from '../read.ts';
import type { Reading } from '../read.ts';
import { OrderFlags } from './order-actions.tsx';
import { ActionMenu } from './order/actions.tsx';
import { Coded } from './order/coded.tsx';
import { OtherOrder, useLife } from './order/life.tsx';
import { ActionLog, Holds, Receivable, Refunds } from './order/parts.tsx';
import type { HoldsJson } from './order/parts.tsx';
import { useOrderText } from './order/texts.ts';
import { TimelineBlock } from './order/timeline-block.tsx';
import type { RefundJson, Source, TasksJson } from './order/timeline.ts';
import { Why } from './order/why.tsx';
import { ReceiverBlock } from './receiver/block.tsx';
import { Answer, Block, Nothing } from './shared.tsx';

/** What changes of an order is on the screen within a second. */
const SEEN_WITHIN_MS = 750;

function Summary({ order }: { order: OrderJson }) {
  const text = useText();
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        {
          key: 'state',
          label: text('state'),
          children: (
            <>
              <Coded value={order.state} />
              {(order.flags ?? []).map((flag) => (
                <Coded key={flag} value={flag} />
              ))}
            </>
          ),
        },
        { key: 'paid', label: text('paidAt'), children: shanghai(order.paidAt) },
        { key: 'payment', label: text('payment'), children: yuan(order.paymentFen) },
        { key: 'allocation', label: text('allocation'), children: order.allocation ?? 0 },
        {
          key: 'trace',
          label: text('trace'),
          children: <Typography.Text copyable>{order.traceId ?? '—'}</Typography.Text>,
        },
      ]}
    />
  );
}

function Lines({ order }: { order: OrderJson }) {
  const text = useText();
  return (
    <DataTable
      rowKey="subOrderId"
      size="small"
      dataSource={order.lines ?? []}
      columns={[
        { title: text('subOrder'), dataIndex: 'subOrderId' },
        { title: text('item'), render: (_, line) => `${line.itemId} / ${line.skuId ?? ''}` },
        { title: text('quantity'), render: (_, line) => pieces(line.quantityMilli) },
        { title: text('state'), render: (_, line) => <Coded value={line.state} /> },
        { title: text('place'), render: (_, line) => <Place value={line.routedPlace} /> },
        { title: text('kind'), render: (_, line) => <Kind value={line.routedKind} /> },
      ]}
    />
  );
}

/** Of an allocation that was taken back; else it is of a refund that the buyer does not want any more. */
const isTakenBack = ({ status }: StatusEntryJson): boolean =>
  status === 'OFFERED' || status === 'ACCEPTED';

function Entry({ entry }: { entry: StatusEntryJson }) {
  const text = useText();
  const orderText = useOrderText();
  const { onTime } = entry;
  return (
    <div>
      {shanghai(entry.actionTime)} <Coded value={entry.status} /> {entry.operator}{' '}
      {onTime === undefined ? null : (
        <Tag color={onTime ? 'green' : 'red'}>{text(onTime ? 'onTime' : 'late')}</Tag>
      )}
      {entry.withdrawn ? (
        <Tag>{isTakenBack(entry) ? orderText('void') : text('withdrawn')}</Tag>
      ) : null}
    </div>
  );
}

/** What a sub-order went through, under the place where it happened: it may have been at several. */
function Legs({ history }: { history: readonly StatusEntryJson[] }) {
  const text = useText();
  const legs = Map.groupBy(history, ({ allocation = 0, place }) =>
    [allocation, placeKey(place)].join('/'),
  );
  return [...legs].map(([key, entries]) => (
    <section key={key} className="leg" data-place={placeKey(entries[0]?.place)}>
      <Typography.Text strong>
        {text('allocationNumber')} {entries[0]?.allocation ?? 0} ·{' '}
        <Place value={entries[0]?.place} />
      </Typography.Text>
      {entries.map((entry) => (
        <Entry key={`${entry.status}/${entry.actionTime}`} entry={entry} />
      ))}
    </section>
  ));
}

function Tasks({ tasks }: { tasks: TaskJson[] }) {
  const text = useText();
  if (tasks.length === 0) return <Nothing />;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      {tasks.map((task) => (
        <Card
          key={`${task.subOrderId}/${task.allocation}`}
          size="small"
          title={
            <>
              {task.subOrderId} · <Place value={task.place} name={task.placeName ?? ''} />
            </>
          }
          extra={<Coded value={task.status} />}
        >
          {task.logistics?.mailNo ? (
            <p>
              {text('logistics')}: {task.logistics.logisticCompany} {task.logistics.mailNo}
            </p>
          ) : null}
          <Legs history={task.history ?? []} />
        </Card>
      ))}
    </Space>
  );
}

/** The last of the order's holds: lines that came back are in further ones. */
const lastHold = (order: OrderJson | undefined): string => {
  const numbers = (order?.lines ?? []).map(({ holdRef = '' }) =>
    Number(holdRef.split('#')[1] ?? 0),
  );
  return String(Math.max(0, ...numbers));
};

/** What the parts of the page read, each from its own service. */
function useOrder(seller: string, path: readonly string[]) {
  const order = useRead<{ order: OrderJson }>(sellerUrl(seller, path), SEEN_WITHIN_MS);
  const last = lastHold(order.data?.order);
  return {
    path,
    order,
    tasks: useRead<TasksJson>(sellerUrl(seller, [...path, 'tasks']), SEEN_WITHIN_MS),
    receivable: useRead<{ receivable: ReceivableJson | null }>(
      sellerUrl(seller, [...path, 'receivable']),
    ),
    refunds: useRead<{ refunds?: RefundJson[] }>(sellerUrl(seller, [...path, 'refunds'])),
    holds: useRead<HoldsJson>(sellerUrl(seller, [...path, 'holds'], { last })),
  };
}

/** Whose part of the timeline is missing. */
function awayOf({ order, tasks, receivable, refunds }: ReturnType<typeof useOrder>): Source[] {
  return [
    ...(order.error ? (['order'] as const) : []),
    ...(tasks.error ? (['store', 'notice', 'parcel'] as const) : []),
    ...(refunds.error ? (['refund'] as const) : []),
    ...(receivable.error ? (['money'] as const) : []),
  ];
}

/** The order itself, with what may be done about it. */
function Main({ of }: { of: Reading<{ order: OrderJson }> }) {
  const text = useText();
  const orderText = useOrderText();
  const onDone = () => void of.refetch();
  return (
    <Block
      title={text('order')}
      of={of}
      extra={
        of.data ? (
          <Space wrap>
            <OrderFlags order={of.data.order} onDone={onDone} />
            <ActionMenu order={of.data.order} onDone={onDone} />
          </Space>
        ) : null
      }
    >
      {({ order }) => (
        <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
          {order.hold ? (
            <Alert
              type="warning"
              showIcon
              title={orderText('heldBanner')}
              description={`${order.hold.askedBy ?? ''}: ${order.hold.reason ?? ''} · ${shanghai(order.hold.at)}`}
            />
          ) : null}
          <Summary order={order} />
          <Lines order={order} />
          <ActionLog order={order} />
        </Space>
      )}
    </Block>
  );
}

/**
 * One order: its lines and what may be done, why it is where it is, and what happened to it over all
 * services. Each part is another service's, is read by itself and fails by itself.
 */
export function OrderPage() {
  const text = useText();
  const orderText = useOrderText();
  const seller = useSeller();
  const { channel = '', number = '' } = useParams();
  const read = useOrder(seller, ['orders', channel, number]);
  const { order, tasks, receivable, refunds, holds } = read;
  const isNoTrade = order.error?.status === 404;
  // An order of distribution that is served from own stock is a trade too.
  const lives = useLife(seller, isNoTrade || channel === 'fenxiao' ? read.path : null);
  const title = (
    <Typography.Title level={3}>
      <Link to={pageOf(seller, 'orders')}>{text('orders')}</Link> / {orderName({ channel, number })}
    </Typography.Title>
  );
  if (isNoTrade) {
    const { life } = lives;
    const isUnknown = life.data?.life === null;
    return (
      <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
        {title}
        {isUnknown ? <Answer of={order}>{() => null}</Answer> : <OtherOrder of={lives} />}
      </Space>
    );
  }
  const known = {
    order: order.data?.order,
    tasks: tasks.data,
    refunds: refunds.data?.refunds,
    receivable: receivable.data?.receivable,
    life: lives.life.data?.life?.events,
  };
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      {title}
      <Main of={order} />
      <ReceiverBlock order={{ seller, channel, number }} />
      {order.data ? <Why order={order.data.order} /> : null}
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={12}>
          <TimelineBlock known={known} away={awayOf(read)} />
        </Col>
        <Col xs={24} lg={12}>
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Block title={text('tasks')} of={tasks}>
              {(found) => <Tasks tasks={found.tasks ?? []} />}
            </Block>
            <Block title={orderText('stock')} of={holds}>
              {(found) => <Holds {...found} />}
            </Block>
            <Block title={orderText('refunds')} of={refunds}>
              {(found) => (
                <Refunds
                  refunds={found.refunds ?? []}
                  of={{ seller, channel, number }}
                  onDone={() => void refunds.refetch()}
                />
              )}
            </Block>
            <Block title={text('receivables')} of={receivable}>
              {(found) => <Receivable value={found.receivable} />}
            </Block>
          </Space>
        </Col>
      </Row>
    </Space>
  );
}
