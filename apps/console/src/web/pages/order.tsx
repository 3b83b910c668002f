import { Card, Col, Descriptions, Row, Space, Table, Tag, Timeline, Typography } from 'antd';
import { Link, useParams } from 'react-router';
import { useJson } from '../api.ts';
import type { OrderJson, OrderPageJson, TaskJson } from '../api.ts';
import { Kind, Place, State, pieces, shanghai, yuan } from '../format.tsx';
import { useText } from '../language.ts';
import { Answer, Nothing } from './shared.tsx';

function Summary({ page }: { page: OrderPageJson }) {
  const text = useText();
  const { order, receivable } = page;
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        { key: 'state', label: text('state'), children: <State value={order.state} /> },
        { key: 'paid', label: text('paidAt'), children: shanghai(order.paidAt) },
        { key: 'payment', label: text('payment'), children: yuan(order.paymentFen) },
        { key: 'allocation', label: text('allocation'), children: order.allocation ?? 0 },
        {
          key: 'receivable',
          label: text('receivables'),
          children: receivable
            ? `${yuan(receivable.amountFen)} · ${receivable.state} · ${shanghai(receivable.recordedAt)}`
            : text('none'),
        },
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
      scroll={{ x: true }}
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
          {(task.history ?? []).map((entry) => (
            <div key={`${entry.status}/${entry.actionTime}`}>
              {shanghai(entry.actionTime)} {entry.status} {entry.operator}{' '}
              <Tag color={entry.onTime ? 'green' : 'red'}>
                {text(entry.onTime ? 'onTime' : 'late')}
              </Tag>
              {entry.withdrawn ? <Tag>{text('withdrawn')}</Tag> : null}
            </div>
          ))}
        </Card>
      ))}
    </Space>
  );
}

/** One order: its lines, everything that happened to it, its store tasks and its receivable. */
export function OrderPage({ seller }: { seller: string }) {
  const text = useText();
  const { trade = '' } = useParams();
  const answer = useJson<OrderPageJson>(
    `/api/sellers/${encodeURIComponent(seller)}/orders/${encodeURIComponent(trade)}`,
  );
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Typography.Title level={3}>
        <Link to="/orders">{text('orders')}</Link> / {trade}
      </Typography.Title>
      <Answer of={answer}>
        {(page) => (
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Card>
              <Summary page={page} />
            </Card>
            <Card>
              <Lines order={page.order} />
            </Card>
            <Row gutter={[16, 16]}>
              <Col xs={24} lg={12}>
                <Card title={text('timeline')}>
                  <Timeline
                    items={(page.order.timeline ?? []).map((entry) => ({
                      content: (
                        <>
                          <Typography.Text type="secondary">{shanghai(entry.at)}</Typography.Text>{' '}
                          <b>{entry.what}</b> {entry.detail}
                        </>
                      ),
                    }))}
                  />
                </Card>
              </Col>
              <Col xs={24} lg={12}>
                <Card title={text('tasks')}>
                  <Tasks tasks={page.fulfillment?.tasks ?? []} />
                </Card>
              </Col>
            </Row>
          </Space>
        )}
      </Answer>
    </Space>
  );
}
