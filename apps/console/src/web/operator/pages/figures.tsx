import { Col, Row, Segmented, Space, Statistic, Table, Typography } from 'antd';
import { sellerUrl } from '../api.ts';
import { shanghaiDay, span, share } from '../format.tsx';
import type { DurationJson, RatioJson } from '../format.tsx';
import { useText } from '../language.ts';
import type { TextKey } from '../language.ts';
import { useAsked, useSeller } from '../navigation.ts';
import { useRead } from '../read.ts';
import { Block, Nothing, Pager } from './shared.tsx';

const TIMES = ['allocationTime', 'acceptTime', 'shipTime', 'deliveryTime'] as const;
const RATES = ['storeDispatchRate', 'orderAcceptRate', 'storeAcceptRate', 'lateReports'] as const;
const PERIODS: readonly { days: number; label: TextKey }[] = [
  { days: 1, label: 'today' },
  { days: 7, label: 'lastWeek' },
  { days: 31, label: 'lastMonth' },
];

type FiguresJson = Partial<
  Record<(typeof TIMES)[number], DurationJson> & Record<(typeof RATES)[number], RatioJson>
>;
type StoreJson = { storeId: string; figures?: FiguresJson };
type StoresJson = { stores?: StoreJson[]; nextToken?: string };

/** Chapter 5's operating metrics of the orders paid in a period, and those of each store. */
export function FiguresPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const days = PERIODS.find((one) => String(one.days) === asked('days'))?.days ?? 1;
  const period = { from: shanghaiDay(1 - days), to: shanghaiDay(0) };
  const total = useRead<{ total: FiguresJson }>(sellerUrl(seller, ['figures'], period));
  const byStore = useRead<StoresJson>(
    sellerUrl(seller, ['figures', 'stores'], { ...period, token }),
  );
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Block
        title={text('figures')}
        of={total}
        extra={
          <Segmented<number>
            value={days}
            onChange={(next) => ask({ days: String(next), token: '' })}
            options={PERIODS.map((one) => ({ value: one.days, label: text(one.label) }))}
          />
        }
      >
        {(found) => <Total figures={found.total} />}
      </Block>
      <Block title={text('byStore')} of={byStore}>
        {({ stores = [], nextToken }) => (
          <>
            <Stores stores={stores} />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
          </>
        )}
      </Block>
    </Space>
  );
}

function Total({ figures }: { figures: FiguresJson }) {
  const text = useText();
  return (
    <section>
      <Row gutter={[16, 24]}>
        {TIMES.map((key) => (
          <Col key={key} xs={12} md={6}>
            <Statistic
              title={`${text('mean')} · ${text(key)}`}
              value={span(figures[key]).mean}
              suffix={
                <Typography.Text type="secondary" style={{ fontSize: 14 }}>
                  {text('longest')} {span(figures[key]).longest}
                </Typography.Text>
              }
            />
          </Col>
        ))}
        {RATES.map((key) => (
          <Col key={key} xs={12} md={6}>
            <Statistic
              title={text(key)}
              value={share(figures[key]).percent}
              suffix={
                <Typography.Text type="secondary" style={{ fontSize: 14 }}>
                  {share(figures[key]).counts}
                </Typography.Text>
              }
            />
          </Col>
        ))}
      </Row>
    </section>
  );
}

function Stores({ stores }: { stores: StoreJson[] }) {
  const text = useText();
  return (
    <section>
      <Table<StoreJson>
        rowKey="storeId"
        dataSource={stores}
        pagination={false}
        size="middle"
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: <Nothing /> }}
        columns={[
          { title: text('store'), dataIndex: 'storeId' },
          ...TIMES.map((key) => ({
            key,
            title: `${text(key)} (${text('mean')} / ${text('longest')})`,
            render: (_: unknown, { figures }: StoreJson) => {
              const { mean, longest } = span(figures?.[key]);
              return mean === '—' ? mean : `${mean} / ${longest}`;
            },
          })),
          // A store is told or is not: the share of stores says nothing about one of them.
          ...RATES.filter((key) => key !== 'storeAcceptRate').map((key) => ({
            key,
            title: text(key),
            render: (_: unknown, { figures }: StoreJson) => {
              const { percent, counts } = share(figures?.[key]);
              return counts === '' ? percent : `${percent} (${counts})`;
            },
          })),
        ]}
      />
    </section>
  );
}
