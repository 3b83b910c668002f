import { Col, Descriptions, Row, Space, Typography } from 'antd';
import { Link } from 'react-router';
import { DataTable } from '../../manage/data-table.tsx';
import { sellerUrl } from '../../api.ts';
import type { OrderRefJson, ReceivableJson } from '../../api.ts';
import { pieces } from '../../format.tsx';
import { pageOfOrder } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import type { Reading } from '../../read.ts';
import { Block } from '../shared.tsx';
import { Coded } from './coded.tsx';
import { Holds, Receivable } from './parts.tsx';
import type { HoldsJson } from './parts.tsx';
import { isOrderText, useOrderText } from './texts.ts';
import { TimelineBlock } from './timeline-block.tsx';
import type { LifeEventJson, Source } from './timeline.ts';

export type LifeJson = {
  orderRef: OrderRefJson;
  kind?: string;
  state?: string;
  problem?: string;
  lines?: { lineId: string; goodsId?: string; sku?: string; quantityMilli?: string }[];
  events?: LifeEventJson[];
  related?: string[];
  traceId?: string;
};
export type SupplyLifeJson = { state?: string; events?: LifeEventJson[] };

/** A draft is held anew when another order was quicker: the third hold is the last one. */
const HOLD_LAST = '2';

/** What is read of an order of another kind: its own service, its warehouse and what is owed for it. Null: nothing. */
export function useLife(seller: string, path: readonly string[] | null) {
  const life = useRead<{ life: LifeJson | null }>(path && sellerUrl(seller, [...path, 'life']));
  const isThere = (life.data?.life ?? null) !== null;
  const also = (part: string, query = {}): string | null =>
    path && isThere ? sellerUrl(seller, [...path, part], query) : null;
  return {
    life,
    supply: useRead<{ supply: SupplyLifeJson | null }>(also('supply')),
    receivable: useRead<{ receivable: ReceivableJson | null }>(also('receivable')),
    holds: useRead<HoldsJson>(also('holds', { last: HOLD_LAST })),
  };
}

export type Lives = ReturnType<typeof useLife>;

/** One timeline of what the order's own service, its warehouse and the settlement say. */
export function LifeTimeline({ of: { life, supply, receivable } }: { of: Omit<Lives, 'holds'> }) {
  const away: readonly Source[] = [
    ...(life.error ? (['order'] as const) : []),
    ...(supply.error ? (['supply'] as const) : []),
    ...(receivable.error ? (['money'] as const) : []),
  ];
  const known = {
    life: life.data?.life?.events,
    supply: supply.data?.supply?.events,
    receivable: receivable.data?.receivable,
  };
  return <TimelineBlock known={known} away={away} />;
}

/** Kinds that leave a warehouse of ours. */
const SUPPLIED = ['MALL', 'PROCUREMENT'];

function Facts({
  life,
  supply,
}: {
  life: LifeJson;
  supply: Reading<{ supply: SupplyLifeJson | null }>;
}) {
  const text = useOrderText();
  const { kind = '', state, problem, related = [], orderRef, traceId } = life;
  const kindText = `KIND_${kind}`;
  const atWarehouse = supply.data?.supply?.state;
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, md: 2 }}
      items={[
        {
          key: 'kind',
          label: text('order'),
          children: isOrderText(kindText) ? text(kindText) : kind,
        },
        { key: 'state', label: text('state'), children: <Coded value={state} /> },
        { key: 'problem', label: text('problem'), children: <Coded value={problem} /> },
        ...(SUPPLIED.includes(kind)
          ? [
              {
                key: 'warehouse',
                label: text('warehouseState'),
                children: atWarehouse ? (
                  <Coded value={`SUPPLY_${atWarehouse}`} />
                ) : (
                  text('notConfirmed')
                ),
              },
            ]
          : []),
        {
          key: 'related',
          label: text('related'),
          children:
            related.length === 0 ? (
              '—'
            ) : (
              <Space wrap>
                {related.map((number) => (
                  <Link key={number} to={pageOfOrder({ ...orderRef, number })}>
                    {number}
                  </Link>
                ))}
              </Space>
            ),
        },
        {
          key: 'trace',
          label: text('trace'),
          children: <Typography.Text copyable>{traceId ?? '—'}</Typography.Text>,
        },
      ]}
    />
  );
}

function Lines({ lines = [] }: LifeJson) {
  const text = useOrderText();
  return (
    <DataTable
      rowKey="lineId"
      size="small"
      dataSource={lines}
      columns={[
        { title: text('line'), dataIndex: 'lineId' },
        { title: text('goods'), render: (_, { goodsId }) => goodsId || '—' },
        { title: text('channelGoods'), render: (_, { sku }) => sku || '—' },
        { title: text('quantity'), render: (_, line) => pieces(line.quantityMilli) },
      ]}
    />
  );
}

/** An order that is no trade of a shop: where it stands, and what happened to it over all services. */
export function OtherOrder({ of }: { of: Lives }) {
  const text = useOrderText();
  const { life, supply, receivable, holds } = of;
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Block title={text('orderFacts')} of={life}>
        {(found) =>
          found.life ? (
            <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
              <Facts life={found.life} supply={supply} />
              <Lines {...found.life} />
            </Space>
          ) : null
        }
      </Block>
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={12}>
          <LifeTimeline of={of} />
        </Col>
        <Col xs={24} lg={12}>
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            <Block title={text('stock')} of={holds}>
              {(found) => <Holds {...found} />}
            </Block>
            <Block title={text('money')} of={receivable}>
              {(found) => <Receivable value={found.receivable} />}
            </Block>
          </Space>
        </Col>
      </Row>
    </Space>
  );
}
