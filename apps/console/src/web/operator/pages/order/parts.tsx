import { Empty, Tag, Typography } from 'antd';
import { DataTable } from '../../manage/data-table.tsx';
import type { OrderJson, PlaceJson, ReceivableJson } from '../../api.ts';
import { Owed, pieces, shanghai, yuan } from '../../format.tsx';
import { Coded, PlaceOr } from './coded.tsx';
import { RefundAnswers } from './refund-answers.tsx';
import type { Named } from './refund-answers.tsx';
import { useOrderText } from './texts.ts';
import type { RefundJson } from './timeline.ts';

type HoldLineJson = {
  lineId: string;
  quantityMilli?: string;
  certainPlace?: PlaceJson;
  sharedPlace?: PlaceJson;
  soldPlace?: PlaceJson;
  state?: string;
};
export type HoldsJson = { holds?: { holdRef: string; lines?: HoldLineJson[] }[] };

/** What the inventory holds for the order: the guarantee, what is held at its place, and what was sold. */
export function Holds({ holds = [] }: HoldsJson) {
  const text = useOrderText();
  const rows = holds.flatMap(({ holdRef, lines = [] }) =>
    lines.map((line) => ({ holdRef, ...line })),
  );
  if (rows.length === 0) return <Empty description={text('noHold')} />;
  return (
    <DataTable
      rowKey={({ holdRef, lineId }) => `${holdRef}/${lineId}`}
      size="small"
      dataSource={rows}
      columns={[
        { title: text('subOrder'), dataIndex: 'lineId' },
        { title: text('quantity'), render: (_, row) => pieces(row.quantityMilli) },
        {
          title: text('state'),
          render: (_, row) => <Coded value={row.state && `STOCK_${row.state}`} />,
        },
        {
          title: text('guarantee'),
          render: (_, row) => <PlaceOr value={row.certainPlace} none="—" />,
        },
        { title: text('shared'), render: (_, row) => <PlaceOr value={row.sharedPlace} none="—" /> },
        { title: text('sold'), render: (_, row) => <PlaceOr value={row.soldPlace} none="—" /> },
      ]}
    />
  );
}

/** Where the refunds stand, and whether the money may go back. */
export function Refunds({
  refunds,
  of,
  onDone,
}: {
  refunds: readonly (RefundJson & { allowed?: boolean })[];
  of: Named;
  onDone: () => void;
}) {
  const text = useOrderText();
  if (refunds.length === 0) return <Empty description={text('none')} />;
  return (
    <DataTable
      rowKey="subOrderId"
      size="small"
      dataSource={[...refunds]}
      columns={[
        { title: text('subOrder'), dataIndex: 'subOrderId' },
        { title: text('state'), render: (_, row) => <Coded value={row.state} /> },
        {
          title: text('outcome'),
          render: (_, { allowed = false }) => (
            <Tag color={allowed ? 'green' : 'gold'}>{text(allowed ? 'mayPay' : 'mayNotPay')}</Tag>
          ),
        },
        { title: text('place'), render: (_, row) => <PlaceOr value={row.place} none="—" /> },
        { title: text('by'), render: (_, row) => row.operator ?? '—' },
        { title: text('at'), render: (_, row) => shanghai(row.answeredAt ?? row.askedAt) },
        {
          title: text('answer'),
          render: (_, row) => <RefundAnswers of={of} refund={row} onDone={onDone} />,
        },
      ]}
    />
  );
}

/** What is owed for the order. */
export function Receivable({ value }: { value: ReceivableJson | null }) {
  const text = useOrderText();
  if (!value) return <Typography.Text type="secondary">{text('none')}</Typography.Text>;
  return (
    <>
      {yuan(value.amountFen)} <Owed state={value.state} /> {shanghai(value.recordedAt)}
    </>
  );
}

/** What operators did about the order, and the one outcome of each. */
export function ActionLog({ order }: { order: OrderJson }) {
  const text = useOrderText();
  const actions = (order.actions ?? []).toReversed();
  if (actions.length === 0) return null;
  return (
    <section data-block={text('actionLog')}>
      <h4>{text('actionLog')}</h4>
      <DataTable
        rowKey="key"
        size="small"
        dataSource={actions}
        columns={[
          { title: text('at'), render: (_, row) => shanghai(row.at) },
          { title: text('what'), render: (_, row) => <Coded value={row.action} /> },
          { title: text('outcome'), render: (_, row) => <Coded value={row.outcome} /> },
          { title: text('by'), render: (_, row) => row.askedBy },
          { title: text('reason'), render: (_, row) => row.reason || '—' },
        ]}
      />
    </section>
  );
}
