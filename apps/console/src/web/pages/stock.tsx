import { Button, Card, Form, Input, Space, Statistic, Table, Tag } from 'antd';
import { useState } from 'react';
import { useJson } from '../api.ts';
import type { CellJson, HistoryJson, StockJson } from '../api.ts';
import { Kind, Place, pieces, shanghai } from '../format.tsx';
import { useText } from '../language.ts';
import { Answer, Nothing } from './shared.tsx';

type Asked = { item: string; sku: string };

const cellKey = (cell: CellJson): string =>
  `${cell.place.type === 'PLACE_TYPE_WAREHOUSE' ? 'WAREHOUSE' : 'STORE'}:${cell.place.id}`;

const kindName = (cell: CellJson): string => cell.kind.replace('STOCK_KIND_', '');

function History({ seller, goods, cell }: { seller: string; goods: string; cell: CellJson }) {
  const text = useText();
  const query = new URLSearchParams({ goods, place: cellKey(cell), kind: kindName(cell) });
  const answer = useJson<HistoryJson>(
    `/api/sellers/${encodeURIComponent(seller)}/history?${query}`,
  );
  return (
    <Answer of={answer}>
      {({ entries = [] }) => (
        <Table
          rowKey={(entry) => `${entry.atMs}/${entry.operationId}/${entry.cause}`}
          size="small"
          pagination={false}
          scroll={{ x: true }}
          locale={{ emptyText: <Nothing /> }}
          dataSource={entries}
          columns={[
            { title: text('at'), render: (_, entry) => shanghai(Number(entry.atMs)) },
            { title: text('verb'), dataIndex: 'verb' },
            {
              title: `${text('quantity')} ${text('change')}`,
              render: (_, entry) => pieces(entry.quantityDeltaMilli),
            },
            {
              title: `${text('held')} ${text('change')}`,
              render: (_, entry) => pieces(entry.heldDeltaMilli),
            },
            {
              title: `${text('quantity')} / ${text('held')}`,
              render: (_, entry) => `${pieces(entry.quantityMilli)} / ${pieces(entry.heldMilli)}`,
            },
            { title: text('cause'), dataIndex: 'cause' },
            { title: text('actor'), dataIndex: 'actor' },
          ]}
        />
      )}
    </Answer>
  );
}

/** The places of one article, and the entries that add up to each number. */
export function StockPage({ seller }: { seller: string }) {
  const text = useText();
  const [asked, setAsked] = useState<Asked>({ item: '9001', sku: '70001' });
  const query = new URLSearchParams(asked);
  const answer = useJson<StockJson>(`/api/sellers/${encodeURIComponent(seller)}/stock?${query}`);
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Card>
        <Form<Asked> layout="inline" initialValues={asked} onFinish={setAsked}>
          <Form.Item name="item" label={text('item')}>
            <Input />
          </Form.Item>
          <Form.Item name="sku" label={text('sku')}>
            <Input />
          </Form.Item>
          <Button type="primary" htmlType="submit">
            {text('query')}
          </Button>
        </Form>
      </Card>
      <Answer of={answer}>
        {(stock) => (
          <Card title={<Statistic title={text('sellable')} value={pieces(stock.sellableMilli)} />}>
            <Table<CellJson>
              rowKey={(cell) => `${cellKey(cell)}/${cell.kind}`}
              pagination={false}
              scroll={{ x: true }}
              dataSource={stock.cells ?? []}
              locale={{ emptyText: <Nothing /> }}
              expandable={{
                expandedRowRender: (cell) => (
                  <History seller={seller} goods={stock.goodsId} cell={cell} />
                ),
              }}
              columns={[
                { title: text('place'), render: (_, cell) => <Place value={cell.place} /> },
                { title: text('kind'), render: (_, cell) => <Kind value={cell.kind} /> },
                { title: text('quantity'), render: (_, cell) => pieces(cell.quantityMilli) },
                { title: text('held'), render: (_, cell) => pieces(cell.heldMilli) },
                {
                  title: text('available'),
                  render: (_, cell) =>
                    pieces(
                      String(BigInt(cell.quantityMilli ?? '0') - BigInt(cell.heldMilli ?? '0')),
                    ),
                },
                {
                  title: '',
                  render: (_, cell) => (cell.short ? <Tag color="red">{text('short')}</Tag> : null),
                },
              ]}
            />
          </Card>
        )}
      </Answer>
    </Space>
  );
}
