import { Card, Col, Descriptions, Row, Space, Table, Tag, Timeline, Typography } from 'antd';
import { Link, useParams } from 'react-router';
import { sellerUrl } from '../api.ts';
import type { OrderJson, ReceivableJson, StatusEntryJson, TaskJson } from '../api.ts';
import { Kind, Owed, Place, State, pieces, placeKey, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { orderName, pageOf, useSeller } from '../navigation.ts';
import { useRead } from '../read.ts';
import { OrderActions } from './order-actions.tsx';
import { Answer, Block, Nothing } from './shared.tsx';

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
          children: <State value={order.state} flags={order.flags ?? []} />,
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
    <Table
      rowKey="subOrderId"
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={order.lines ?? []}
      columns={[
        { title: text('subOrder'), dataIndex: 'subOrderId' },
        { title: text('item'), render: (_, line) => `${line.itemId} / ${line.skuId ?? ''}` },
        { title: text('quantity'), render: (_, line) => pieces(line.quantityMilli) },
        { title: text('state'), render: (_, line) => <State value={line.state} /> },
        { title: text('place'), render: (_, line) => <Place value={line.routedPlace} /> },
        { title: text('kind'), render: (_, line) => <Kind value={line.routedKind} /> },
      ]}
    />
  );
}

function What({ order }: { order: OrderJson }) {
  return (
    <Timeline
      items={(order.timeline ?? []).map((entry) => ({
        content: (
          <>
            <Typography.Text type="secondary">{shanghai(entry.at)}</Typography.Text>{' '}
            <b>{entry.what}</b> {entry.detail}
          </>
        ),
      }))}
    />
  );
}

function Entry({ entry }: { entry: StatusEntryJson }) {
  const text = useText();
  const { onTime } = entry;
  return (
    <div>
      {shanghai(entry.actionTime)} {entry.status} {entry.operator}{' '}
      {onTime === undefined ? null : (
        <Tag color={onTime ? 'green' : 'red'}>{text(onTime ? 'onTime' : 'late')}</Tag>
      )}
      {entry.withdrawn ? <Tag>{text('withdrawn')}</Tag> : null}
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
          extra={<State value={task.status} />}
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

function Receivable({ value }: { value: ReceivableJson | null }) {
  const text = useText();
  if (!value) return <Typography.Text type="secondary">{text('none')}</Typography.Text>;
  return (
    <>
      {yuan(value.amountFen)} <Owed state={value.state} /> {shanghai(value.recordedAt)}
    </>
  );
}

/**
 * One order: its lines and what happened to it, its store tasks and its receivable. Each is another
 * service's, is read by itself and fails by itself.
 */
export function OrderPage() {
  const text = useText();
  const seller = useSeller();
  const { channel = '', number = '' } = useParams();
  const path = ['orders', channel, number];
  const order = useRead<{ order: OrderJson }>(sellerUrl(seller, path));
  const tasks = useRead<{ tasks?: TaskJson[] }>(sellerUrl(seller, [...path, 'tasks']));
  const receivable = useRead<{ receivable: ReceivableJson | null }>(
    sellerUrl(seller, [...path, 'receivable']),
  );
  const title = (
    <Typography.Title level={3}>
      <Link to={pageOf(seller, 'orders')}>{text('orders')}</Link> / {orderName({ channel, number })}
    </Typography.Title>
  );
  if (order.error?.status === 404) {
    return (
      <>
        {title}
        <Answer of={order}>{() => null}</Answer>
      </>
    );
  }
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      {title}
      <Block
        title={text('order')}
        of={order}
        extra={
          order.data ? (
            <OrderActions order={order.data.order} onDone={() => void order.refetch()} />
          ) : null
        }
      >
        {({ order: found }) => (
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Summary order={found} />
            <Lines order={found} />
          </Space>
        )}
      </Block>
      <Block title={text('receivables')} of={receivable}>
        {(found) => <Receivable value={found.receivable} />}
      </Block>
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={12}>
          <Block title={text('timeline')} of={order}>
            {({ order: found }) => <What order={found} />}
          </Block>
        </Col>
        <Col xs={24} lg={12}>
          <Block title={text('tasks')} of={tasks}>
            {(found) => <Tasks tasks={found.tasks ?? []} />}
          </Block>
        </Col>
      </Row>
    </Space>
  );
}
