import { Button, Card, Form, Input, Space, Statistic, Table, Tag } from 'antd';
import { useEffect } from 'react';
import { sellerUrl } from '../api.ts';
import type { CellJson, HistoryJson, StartJson, StockJson } from '../api.ts';
import { Kind, Place, pieces, placeKey, shanghai } from '../format.tsx';
import { useText } from '../language.ts';
import { useAsked, useSeller } from '../navigation.ts';
import { useRead, useReadOnce } from '../read.ts';
import { Answer, Block, Nothing, Pager } from './shared.tsx';

type Article = { item: string; sku: string };

/** Names one number of the article, in the page's address. */
const cellKey = (cell: CellJson): string =>
  `${placeKey(cell.place)}/${cell.kind.replace('STOCK_KIND_', '')}`;

function History({ seller, goods, cell }: { seller: string; goods: string; cell: CellJson }) {
  const text = useText();
  const { asked, ask } = useAsked();
  const token = asked('entries');
  const kind = cell.kind.replace('STOCK_KIND_', '');
  const answer = useRead<HistoryJson>(
    sellerUrl(seller, ['history'], { goods, place: placeKey(cell.place), kind, token }),
  );
  return (
    <Answer of={answer}>
      {({ entries = [], nextToken }) => (
        <>
          <Table
            rowKey={(entry) => `${entry.atMs}/${entry.operationId}/${entry.cause}`}
            size="small"
            pagination={false}
            scroll={{ x: 'max-content' }}
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
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ entries: next })} />
        </>
      )}
    </Answer>
  );
}

function Cells({ seller, stock }: { seller: string; stock: StockJson }) {
  const text = useText();
  const { asked, ask } = useAsked();
  const open = asked('cell');
  return (
    <>
      <Table<CellJson>
        rowKey={cellKey}
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={stock.cells ?? []}
        locale={{ emptyText: <Nothing /> }}
        expandable={{
          expandedRowKeys: open === '' ? [] : [open],
          onExpand: (isOpen, cell) => ask({ cell: isOpen ? cellKey(cell) : '', entries: '' }),
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
              pieces(String(BigInt(cell.quantityMilli ?? '0') - BigInt(cell.heldMilli ?? '0'))),
          },
          {
            title: '',
            render: (_, cell) => (cell.short ? <Tag color="red">{text('short')}</Tag> : null),
          },
        ]}
      />
      <Pager
        token={asked('token')}
        nextToken={stock.nextToken}
        onMove={(token) => ask({ token, cell: '', entries: '' })}
      />
    </>
  );
}

/** The places of one article, and the entries that add up to each number. */
function Places({ seller, item, sku }: Article & { seller: string }) {
  const text = useText();
  const token = useAsked().asked('token');
  const stock = useRead<StockJson>(sellerUrl(seller, ['stock'], { item, sku, token }));
  const sellable = useRead<{ sellableMilli: string }>(
    sellerUrl(seller, ['sellable'], { item, sku }),
  );
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Block title={text('sellable')} of={sellable}>
        {(found) => <Statistic value={pieces(found.sellableMilli)} />}
      </Block>
      <Block title={text('stock')} of={stock}>
        {(found) => <Cells seller={seller} stock={found} />}
      </Block>
    </Space>
  );
}

/** Looks an article up; without one in the address, the one that is configured for the seller. */
export function StockPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const [form] = Form.useForm<Article>();
  const start = useReadOnce<StartJson>('/api/start').data;
  const example = start?.sellerId === seller ? start : undefined;
  const item = asked('item') || (example?.itemId ?? '');
  const sku = asked('item') ? asked('sku') : (example?.skuId ?? '');
  useEffect(() => form.setFieldsValue({ item, sku }), [form, item, sku]);
  const show = (article: Article) => ask({ ...article, token: '', cell: '', entries: '' });
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Card>
        <Form<Article> form={form} layout="inline" initialValues={{ item, sku }} onFinish={show}>
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
      {item === '' ? <Nothing /> : <Places seller={seller} item={item} sku={sku} />}
    </Space>
  );
}
