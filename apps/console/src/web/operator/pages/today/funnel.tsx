import { Skeleton, Tag } from 'antd';
import { Suspense, lazy } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { sellerUrl } from '../../api.ts';
import { shanghaiDay } from '../../format.tsx';
import { pageOf, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block } from '../shared.tsx';
import { PlainTable } from './plain-table.tsx';
import { STAGES, changeOf, compared, hoursAt } from './stages.ts';
import type { ChannelStagesJson, Compared, Stage } from './stages.ts';
import { isTextKey, useText } from './texts.ts';
import { WhenSeen } from './when-seen.tsx';

const HoursChart = lazy(async () => ({ default: (await import('./chart.tsx')).HoursChart }));

const REFRESH_MS = 5_000;
/** What was a week ago changes no more. */
const REFRESH_OLD_MS = 600_000;
const WEEK_DAYS = 7;
/** Orders with lists of their own; those of other channels are on no page of orders. */
const LISTED = 'tmall';

const HOUR = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  hour: '2-digit',
  hour12: false,
});

type StagesJson = { channels?: ChannelStagesJson[] };
type DeliveredJson = { hours?: number[] };

/** Stages of the orders of a day, with deliveries, which another service counts. */
function useDay(offset: number, refreshMs: number) {
  const seller = useSeller();
  const day = shanghaiDay(offset);
  const stages = useRead<StagesJson>(sellerUrl(seller, ['overview', 'stages'], { day }), refreshMs);
  const delivered = useRead<DeliveredJson>(
    sellerUrl(seller, ['overview', 'delivered'], { day }),
    refreshMs,
  );
  return { stages, delivered };
}

type Day = ReturnType<typeof useDay>;

const hoursOf = ({ stages, delivered }: Day, channel: string, stage: Stage) => {
  if (stage !== 'DELIVERED') return hoursAt(stages.data?.channels ?? [], channel, stage);
  if (channel !== LISTED || !delivered.data) return null;
  return delivered.data.hours ?? [];
};

/** A number of the funnel: what is not known is no zero, and looks like none. */
function Cell({ of, link }: { of: Compared; link: string | null }) {
  const text = useText();
  if (of.count === null) {
    return (
      <Tag className="unknown" title={text('unknownHint')}>
        {text('unknown')}
      </Tag>
    );
  }
  const change = changeOf(of);
  const number: ReactNode = of.count.toLocaleString('en-US');
  return (
    <>
      <div className="count">{link ? <Link to={link}>{number}</Link> : number}</div>
      <div className="before">
        {text('lastWeek')}{' '}
        {of.before === null ? text('unknown') : of.before.toLocaleString('en-US')}
        {change === '' ? null : ` ${change}`}
      </div>
    </>
  );
}

/** How far today's orders have come, by channel, beside the same day of last week up to the last full hour. */
export function Funnel() {
  const text = useText();
  const seller = useSeller();
  const [today, before] = [useDay(0, REFRESH_MS), useDay(-WEEK_DAYS, REFRESH_OLD_MS)];
  const fullHours = Number(HOUR.format(new Date())) % 24;
  const linkOf = (channel: string, stage: Stage) => {
    if (channel !== LISTED) return null;
    if (stage === 'DELIVERED') {
      return `${pageOf(seller, 'queues', stage)}?day=${shanghaiDay(0)}`;
    }
    const asked = new URLSearchParams({ stage, day: shanghaiDay(0), channel });
    return `${pageOf(seller, 'orders')}?${asked}`;
  };
  const cell = (channel: string, stage: Stage) => (
    <Cell
      of={compared(hoursOf(today, channel, stage), hoursOf(before, channel, stage), fullHours)}
      link={linkOf(channel, stage)}
    />
  );
  return (
    <>
      <Block
        title={text('funnel')}
        of={today.stages}
        extra={
          fullHours === 0 ? text('noHour') : `${text('lastWeek')} ${text('until')} ${fullHours}:00`
        }
      >
        {({ channels = [] }) => (
          <PlainTable<ChannelStagesJson>
            className="funnel"
            label={text('funnel')}
            keyOf={({ channel }) => channel}
            rows={channels.filter(({ channel }) => isBusy(channel, today, before))}
            columns={[
              {
                key: 'channel',
                title: text('channel'),
                render: ({ channel }) => (isTextKey(channel) ? text(channel) : channel),
              },
              ...STAGES.map((stage) => ({
                title: text(stage),
                key: stage,
                render: ({ channel }: ChannelStagesJson) => cell(channel, stage),
              })),
            ]}
          />
        )}
      </Block>
      <Block title={text('byHour')} of={today.stages}>
        {() => (
          <WhenSeen before={<Skeleton active />}>
            <Hours today={today} before={before} />
          </WhenSeen>
        )}
      </Block>
    </>
  );
}

/** Channels that nothing came from in either day are left out, but for the one that all sellers have. */
const isBusy = (channel: string, today: Day, before: Day): boolean =>
  channel === LISTED ||
  [today, before].some((day) => (hoursOf(day, channel, 'RECEIVED') ?? []).some((n) => n > 0));

function Hours({ today, before }: { today: Day; before: Day }) {
  const text = useText();
  const all = ({ stages }: Day): number[] => {
    const channels = stages.data?.channels ?? [];
    const rows = channels.map(({ channel }) => hoursAt(channels, channel, 'RECEIVED') ?? []);
    const length = Math.max(0, ...rows.map((row) => row.length));
    return Array.from({ length }, (_, hour) =>
      rows.reduce((total, row) => total + (row[hour] ?? 0), 0),
    );
  };
  return (
    <Suspense fallback={<Skeleton active />}>
      <HoursChart
        label={text('byHour')}
        today={{ name: text('today'), hours: all(today) }}
        before={{ name: text('lastWeek'), hours: all(before) }}
      />
    </Suspense>
  );
}
