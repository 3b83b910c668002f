import { Alert, Skeleton, Space, Statistic } from 'antd';
import { Suspense, lazy } from 'react';
import { yuan } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { AGES, UNMATCHED, added, percent } from './money.ts';
import { Counted, useListLink } from './parts.tsx';
import { useCode, useText } from './texts.ts';
import type { MoneyText } from './texts.ts';
import type { ReceivableCountJson, ReceivablesCountJson } from './types.ts';

const Chart = lazy(async () => ({ default: (await import('../chart.tsx')).Chart }));

const COLORS = { UNBILLED: '#8c8c8c', DIFFERS: '#d4380d', UNSHIPPED: '#d48806' } as const;
const FEN_PER_YUAN = 100;

type Match = (typeof UNMATCHED)[number];
const ageText = (age: string) => `age${age}` as MoneyText;

/** What is owed against what platforms have billed. */
export function Matching({ of }: { of: ReceivablesCountJson }) {
  const text = useText();
  const { counts = [], more = [], recentMatched = 0, recentAll = 0, notCounted = 0 } = of;
  const { isCounting = false } = of;
  // A share of a part is not the share.
  const share = isCounting ? null : percent(recentMatched, recentAll);
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Statistic
        title={text('matchedShare')}
        value={share ?? '—'}
        suffix={
          <small>
            {share === null
              ? text(isCounting ? 'isCounting' : 'nothingRecent')
              : `${recentMatched.toLocaleString('en-US')} / ${recentAll.toLocaleString('en-US')}`}
          </small>
        }
      />
      <Ages counts={counts} more={more} />
      <Suspense fallback={<Skeleton active />}>
        <AgesChart counts={counts} />
      </Suspense>
      <Channels counts={counts} more={more} />
      <TillReasons of={of} />
      {notCounted > 0 ? (
        <Alert
          type="info"
          showIcon
          title={`${notCounted.toLocaleString('en-US')} ${text('notCounted')}`}
        />
      ) : null}
    </Space>
  );
}

function Ages({ counts, more }: { counts: readonly ReceivableCountJson[]; more: string[] }) {
  const text = useText();
  const linkOf = useListLink();
  const cell = (match: Match, from: string) => {
    const rows = counts.filter(
      (one) => one.match === match && (from === '' || String(one.fromDays ?? 0) === from),
    );
    const { count, amountFen, differenceFen } = added(rows);
    return (
      <Counted
        count={count}
        atLeast={more.includes(match)}
        to={linkOf('receivables', { match, from })}
        label={`${text(match)} ${text(from === '' ? 'total' : ageText(from))}`}
      >
        {yuan(String(match === 'UNBILLED' ? amountFen : differenceFen))}
      </Counted>
    );
  };
  return (
    <section aria-label={text('ages')}>
      <h3>{text('ages')}</h3>
      <DataTable<{ match: Match }>
        rowKey="match"
        dataSource={UNMATCHED.map((match) => ({ match }))}
        columns={[
          {
            title: text('match'),
            render: (_, { match }) => (
              <>
                {text(match)}
                <div className="sum">{text(match === 'UNBILLED' ? 'amount' : 'difference')}</div>
              </>
            ),
          },
          ...AGES.map((age) => ({
            key: age,
            title: text(ageText(age)),
            render: (_: unknown, { match }: { match: Match }) => cell(match, age),
          })),
          { title: text('total'), render: (_, { match }) => cell(match, '') },
        ]}
      />
    </section>
  );
}

/** Whole amounts that a bar is as high as; what is read is in the table. */
function AgesChart({ counts }: { counts: readonly ReceivableCountJson[] }) {
  const text = useText();
  const heightOf = (match: Match, age: string): number => {
    const { amountFen, differenceFen } = added(
      counts.filter((one) => one.match === match && String(one.fromDays ?? 0) === age),
    );
    const fen = match === 'UNBILLED' ? amountFen : differenceFen;
    return Number(fen < 0n ? -fen : fen) / FEN_PER_YUAN;
  };
  return (
    <Chart
      label={`${text('ages')} ${text('amount')}`}
      className="ages"
      option={{
        grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
        legend: { top: 0, right: 0 },
        tooltip: { trigger: 'axis' },
        xAxis: { type: 'category', data: AGES.map((age) => text(ageText(age))) },
        yAxis: { type: 'value' },
        series: UNMATCHED.map((match) => ({
          type: 'bar',
          stack: 'all',
          name: text(match),
          color: COLORS[match],
          data: AGES.map((age) => heightOf(match, age)),
        })),
      }}
    />
  );
}

function Channels({ counts, more }: { counts: readonly ReceivableCountJson[]; more: string[] }) {
  const text = useText();
  const code = useCode();
  const linkOf = useListLink();
  const channels = [...new Set(counts.map(({ channel }) => channel))].toSorted();
  if (channels.length === 0) return null;
  return (
    <section aria-label={text('byChannel')}>
      <h3>{text('byChannel')}</h3>
      <DataTable<{ channel: string }>
        rowKey="channel"
        dataSource={channels.map((channel) => ({ channel }))}
        columns={[
          { title: text('channel'), render: (_, { channel }) => code(channel) },
          ...UNMATCHED.map((match) => ({
            key: match,
            title: text(match),
            render: (_: unknown, { channel }: { channel: string }) => {
              const rows = counts.filter((one) => one.channel === channel && one.match === match);
              const { count, amountFen, differenceFen } = added(rows);
              return (
                <Counted
                  count={count}
                  atLeast={more.includes(match)}
                  to={linkOf('receivables', { match, channel })}
                  label={`${code(channel)} ${text(match)}`}
                >
                  {yuan(String(match === 'UNBILLED' ? amountFen : differenceFen))}
                </Counted>
              );
            },
          })),
        ]}
      />
    </section>
  );
}

function TillReasons({ of }: { of: ReceivablesCountJson }) {
  const text = useText();
  const code = useCode();
  const linkOf = useListLink();
  const { discrepancies = [], moreDiscrepancies = false } = of;
  if (discrepancies.length === 0) return null;
  return (
    <section aria-label={text('tillReasons')}>
      <h3>{text('tillReasons')}</h3>
      <DataTable<(typeof discrepancies)[number]>
        rowKey="kind"
        dataSource={discrepancies}
        columns={[
          { title: text('reason'), render: (_, { kind }) => code(kind) },
          {
            title: text('count'),
            render: (_, { kind, count = 0 }) => (
              <Counted
                count={count}
                atLeast={moreDiscrepancies}
                to={linkOf('discrepancies')}
                label={code(kind)}
              />
            ),
          },
          {
            title: text('difference'),
            render: (_, { differenceFen = '0' }) => yuan(differenceFen),
          },
        ]}
      />
    </section>
  );
}
