import { Alert, Button, Card, Col, Input, Row, Space, Tag, Typography } from 'antd';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { DataTable } from '../../manage/data-table.tsx';
import { get } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import { shanghai, shanghaiDay } from '../../format.tsx';
import { orderName, pageOfOrder } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { PlaceOr } from '../order/coded.tsx';
import { Decision } from '../order/decision.tsx';
import type { DecisionJson } from '../order/decision.tsx';
import { Compared, InputsChoice } from '../order/trial.tsx';
import type { Inputs } from '../order/trial.tsx';
import { useWordsOf } from '../order/words.ts';
import { Answer } from '../shared.tsx';
import type { DifferenceJson, SimulationJson } from './api.ts';
import { codeOf } from './editor.tsx';
import { useRulesText } from './texts.ts';
import type { RulesText } from './texts.ts';

const REFRESH_MS = 15_000;

/** One order by a version, beside what was decided for it. */
export function TryOne({ seller, version }: { seller: string; version: number }) {
  const text = useRulesText();
  const [named, setNamed] = useState<readonly [channel: string, number: string] | null>(null);
  const [inputs, setInputs] = useState<Inputs>('recorded');
  const path = named ? ['orders', ...named] : [];
  const url = (part: string, query = {}) =>
    named ? sellerUrl(seller, [...path, part], query) : null;
  const stored = useRead<{ decision?: DecisionJson | null }>(url('why'), REFRESH_MS);
  const tried = useRead<{ decision?: DecisionJson }>(
    url('try', { version: String(version), inputs }),
    REFRESH_MS,
  );
  const name = (words: string): void => {
    const parts = words.trim().split('/');
    const [first = '', second = ''] = parts.length === 1 ? ['tmall', ...parts] : parts;
    setNamed(first !== '' && second !== '' ? [first, second] : null);
  };
  const [before, after] = [stored.data?.decision?.chosen, tried.data?.decision?.chosen];
  return (
    <Card size="small" title={`${text('tryOne')} · v${version}`} data-block={text('tryOne')}>
      <Space wrap style={{ marginBottom: 12 }}>
        <Input.Search
          aria-label={text('order')}
          placeholder={text('order')}
          enterButton={text('try')}
          onSearch={name}
        />
        <InputsChoice value={inputs} onChange={setInputs} />
      </Space>
      {named === null ? null : (
        <>
          {stored.data?.decision && tried.data ? <Compared before={before} after={after} /> : null}
          <Row gutter={[16, 16]}>
            <Col xs={24} xl={12}>
              <Typography.Title level={5}>{text('stored')}</Typography.Title>
              <Answer of={stored}>
                {({ decision }) =>
                  decision ? <Decision decision={decision} /> : text('notRecorded')
                }
              </Answer>
            </Col>
            <Col xs={24} xl={12}>
              <Typography.Title level={5}>{text('tried')}</Typography.Title>
              <Answer of={tried}>
                {({ decision }) =>
                  decision ? <Decision decision={decision} /> : text('notRecorded')
                }
              </Answer>
            </Col>
          </Row>
        </>
      )}
    </Card>
  );
}

/** Decisions of one run; the address answers 50 at a time. */
const RUN_MAX = 1_000;

export type Totals = Required<Omit<SimulationJson, 'nextToken'>>;

const NOTHING: Totals = {
  decisions: 0,
  same: 0,
  differences: [],
  removedBefore: {},
  removedAfter: {},
  failedBefore: 0,
  failedAfter: 0,
};

const summed = (a: Record<string, number>, b: Record<string, number> = {}) => {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...names].map((name) => [name, (a[name] ?? 0) + (b[name] ?? 0)]));
};

/** The totals of all pages so far. */
export const added = (totals: Totals, page: SimulationJson): Totals => ({
  decisions: totals.decisions + (page.decisions ?? 0),
  same: totals.same + (page.same ?? 0),
  differences: [...totals.differences, ...(page.differences ?? [])],
  removedBefore: summed(totals.removedBefore, page.removedBefore),
  removedAfter: summed(totals.removedAfter, page.removedAfter),
  failedBefore: totals.failedBefore + (page.failedBefore ?? 0),
  failedAfter: totals.failedAfter + (page.failedAfter ?? 0),
});

type Period = { from: string; to: string };

/** Reads a simulation page by page, up to a bound; it can be stopped. */
function useSimulation(seller: string, version: number) {
  const [totals, setTotals] = useState<Totals | null>(null);
  const [token, setToken] = useState('');
  const [code, setCode] = useState<RulesText | null>(null);
  const [busy, setBusy] = useState(false);
  const stopped = useRef(false);
  const run = async ({ from, to }: Period, start: Totals, first: string): Promise<void> => {
    stopped.current = false;
    setBusy(true);
    setCode(null);
    let [sum, next] = [start, first];
    const end = start.decisions + RUN_MAX;
    try {
      do {
        const query = { version: String(version), from, to, token: next };
        const page = await get<SimulationJson>(sellerUrl(seller, ['rules', 'simulate'], query));
        sum = added(sum, page);
        next = page.nextToken ?? '';
        setTotals(sum);
        setToken(next);
      } while (next !== '' && !stopped.current && sum.decisions < end);
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  const stop = (): void => {
    stopped.current = true;
  };
  return { totals, token, code, busy, run, stop };
}

/** The two sides of a simulation: what each reason dropped, and how many had no place. */
function Counts({ totals }: { totals: Totals }) {
  const text = useRulesText();
  const wordsOf = useWordsOf();
  const reasons = Object.keys(summed(totals.removedBefore, totals.removedAfter)).toSorted();
  const rows = [
    { reason: text('failed'), before: totals.failedBefore, after: totals.failedAfter },
    ...reasons.map((reason) => ({
      reason: wordsOf(reason),
      before: totals.removedBefore[reason] ?? 0,
      after: totals.removedAfter[reason] ?? 0,
    })),
  ];
  return (
    <DataTable
      rowKey="reason"
      size="small"
      pagination={false}
      dataSource={rows}
      columns={[
        { title: text('removed'), dataIndex: 'reason' },
        { title: text('before'), dataIndex: 'before' },
        { title: text('after'), dataIndex: 'after' },
      ]}
    />
  );
}

const PAGE_ROWS = 20;

function Differences({ rows }: { rows: readonly DifferenceJson[] }) {
  const text = useRulesText();
  const wordsOf = useWordsOf();
  if (rows.length === 0) return <Alert type="success" showIcon title={text('noDifference')} />;
  return (
    <DataTable<DifferenceJson>
      rowKey={({ orderRef, allocation, attempt }) =>
        `${orderName(orderRef)}/${allocation}/${attempt}`
      }
      size="small"
      pagination={{ pageSize: PAGE_ROWS, hideOnSinglePage: true, showSizeChanger: false }}
      scroll={{ x: 'max-content' }}
      dataSource={[...rows]}
      columns={[
        {
          title: text('orderColumn'),
          render: (_, row) => <Link to={pageOfOrder(row.orderRef)}>{orderName(row.orderRef)}</Link>,
        },
        { title: text('at'), render: (_, row) => shanghai(row.at) },
        {
          title: text('before'),
          render: (_, row) => (
            <>
              <PlaceOr value={row.before} none={text('nowhere')} />{' '}
              <Typography.Text type="secondary">{wordsOf(row.beforeDecidedBy)}</Typography.Text>
            </>
          ),
        },
        {
          title: text('after'),
          render: (_, row) => (
            <>
              <PlaceOr value={row.after} none={text('nowhere')} />{' '}
              <Typography.Text type="secondary">{wordsOf(row.afterDecidedBy)}</Typography.Text>
            </>
          ),
        },
      ]}
    />
  );
}

/** A day of Asia/Shanghai as an instant. */
const startOf = (day: string): string => new Date(`${day}T00:00:00+08:00`).toISOString();

/** Recorded decisions by the active rules and by a version: what would have come out differently. */
export function Simulate({ seller, version }: { seller: string; version: number }) {
  const text = useRulesText();
  const [from, setFrom] = useState(shanghaiDay(0));
  const [to, setTo] = useState(shanghaiDay(1));
  const { totals, token, code, busy, run, stop } = useSimulation(seller, version);
  const isPeriod = from !== '' && to !== '' && from < to;
  const period = isPeriod ? { from: startOf(from), to: startOf(to) } : null;
  return (
    <Card size="small" title={`${text('simulate')} · v${version}`} data-block={text('simulate')}>
      <Space wrap style={{ marginBottom: 12 }}>
        {text('period')}
        <Input
          type="date"
          aria-label={text('from')}
          value={from}
          onChange={({ target }) => setFrom(target.value)}
        />
        <Input
          type="date"
          aria-label={text('to')}
          value={to}
          onChange={({ target }) => setTo(target.value)}
        />
        <Button
          type="primary"
          loading={busy}
          disabled={!period}
          onClick={() => period && void run(period, NOTHING, '')}
        >
          {text(busy ? 'running' : 'run')}
        </Button>
        {busy ? <Button onClick={stop}>{text('stop')}</Button> : null}
      </Space>
      <p>
        <Typography.Text type="secondary">{text('bounded')}</Typography.Text>
      </p>
      {code ? <Alert type="error" showIcon title={text(code)} /> : null}
      {totals?.decisions === 0 && !busy ? <Alert type="info" title={text('nothing')} /> : null}
      {totals && totals.decisions > 0 ? (
        <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
          <Space wrap>
            <Tag>
              {text('decisions')} {totals.decisions}
            </Tag>
            <Tag color="green">
              {text('same')} {totals.same}
            </Tag>
            <Tag color={totals.differences.length > 0 ? 'orange' : 'default'}>
              {text('different')} {totals.differences.length}
            </Tag>
          </Space>
          <Differences rows={totals.differences} />
          <Counts totals={totals} />
        </Space>
      ) : null}
      {token !== '' && !busy && totals && period ? (
        <Button style={{ marginTop: 12 }} onClick={() => void run(period, totals, token)}>
          {text('more')}
        </Button>
      ) : null}
    </Card>
  );
}
