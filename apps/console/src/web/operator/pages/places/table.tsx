import { Space, Tag } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useAge } from '../../age.ts';
import { shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { pageOfOrder } from '../../navigation.ts';
import { isTextKey, useText } from './texts.ts';
import type { FlowJson, PlaceRowJson, WorkJson } from './types.ts';

/** What is not known; a zero looks otherwise. */
function Unknown() {
  const text = useText();
  return <span className="unknown">{text('unknown')}</span>;
}

const percent = (part: number, whole: number): string => `${((part / whole) * 100).toFixed(1)} %`;

function Name({ row }: { row: PlaceRowJson }) {
  const text = useText();
  const { place, name, status, open } = row;
  const isStore = place.type === 'STORE';
  return (
    <div data-place={`${place.type}:${place.id}`}>
      <div>
        <b>
          {text(isStore ? 'store' : 'warehouse')} {place.id}
        </b>{' '}
        {name}
      </div>
      {isStore ? (
        <Space size={4} wrap>
          {status === 'NORMAL' ? null : (
            <Tag color={status === 'HOLD' ? 'gold' : 'default'}>
              {status ? text(status) : text('notKnown')}
            </Tag>
          )}
          {open === null ? null : (
            <Tag color={open ? 'green' : 'default'}>{text(open ? 'open' : 'closed')}</Tag>
          )}
        </Space>
      ) : null}
    </div>
  );
}

/** Hours as the platform has them, and as orders are routed by; a difference is said. */
function Hours({ row }: { row: PlaceRowJson }) {
  const text = useText();
  const { place, status, hours, deliver } = row;
  if (place.type !== 'STORE') return <>—</>;
  const platform = hours && `${hours.startTime}-${hours.endTime}`;
  const ours = deliver?.workingTime ?? '';
  const differ = platform !== null && ours !== '' && platform !== ours;
  return (
    <div>
      <div>
        {text('platform')}: {platform ?? (status ? text('unset') : <Unknown />)}
      </div>
      <div>
        {text('ours')}: {ours === '' ? text('unset') : ours}{' '}
        {differ ? <Tag color="gold">{text('differ')}</Tag> : null}
      </div>
    </div>
  );
}

function Flow({ flow }: { flow: FlowJson }) {
  const text = useText();
  const { threshold, taken } = flow;
  if (threshold === null) return <>{text('noCap')}</>;
  if (taken === null) {
    return (
      <span>
        <Unknown />{' '}
        <small>
          {text('cap')} {threshold} · {text('notCounted')}
        </small>
      </span>
    );
  }
  const left = Math.max(0, threshold - taken);
  return (
    <span>
      <b className={left === 0 ? 'full' : undefined}>{left}</b>{' '}
      <small>
        {text('taken')} {taken} / {text('cap')} {threshold}
      </small>
    </span>
  );
}

function Capacity({ row, isAway }: { row: PlaceRowJson; isAway: boolean }) {
  const text = useText();
  const { place, deliver, collect } = row;
  if (place.type !== 'STORE') return <>—</>;
  if (isAway) return <Unknown />;
  return (
    <div>
      <div>{deliver ? <Flow flow={deliver} /> : text('noCap')}</div>
      {collect && collect.threshold !== null ? (
        <div>
          {text('pickUps')} <Flow flow={collect} />
        </div>
      ) : null}
      <small>
        {text('capAtPlatform')}: <Unknown />
      </small>
    </div>
  );
}

/** Seconds in words. */
function useSpan(): (seconds: number) => string {
  const text = useText();
  return (seconds) => {
    if (seconds < 60) return `${seconds} ${text('seconds')}`;
    const rest = seconds % 60;
    const minutes = `${Math.floor(seconds / 60)} ${text('minutes')}`;
    return rest === 0 ? minutes : `${minutes} ${rest} ${text('seconds')}`;
  };
}

function Accept({ work }: { work: WorkJson }) {
  const text = useText();
  const span = useSpan();
  const { acceptSeconds } = work;
  if (!acceptSeconds) return <Unknown />;
  return (
    <div>
      <div>
        {text('median')} <b>{span(acceptSeconds.p50)}</b>
      </div>
      <small>
        {text('p90')} {span(acceptSeconds.p90)} · {text('longest')} {span(acceptSeconds.longest)}
      </small>
    </div>
  );
}

/** A rate of the answers; without an answer there is none. */
function Rate({ part, work }: { part: number; work: WorkJson }) {
  if (work.answered === 0) return <Unknown />;
  return (
    <span>
      <b>{percent(part, work.answered)}</b>{' '}
      <small>
        {part}/{work.answered}
      </small>
    </span>
  );
}

function Refused({ work }: { work: WorkJson }) {
  const text = useText();
  return (
    <div>
      <Rate part={work.refused} work={work} />
      {work.reasons.map(({ code, count, givenBack }) => {
        const key = code || 'UNSTATED';
        return (
          <div key={key} title={code}>
            <small>
              {isTextKey(key) ? text(key) : key} × {count}
              {givenBack > 0 ? `（${text('givenBack')} ${givenBack}）` : ''}
            </small>
          </div>
        );
      })}
    </div>
  );
}

function Waits({ work }: { work: WorkJson }) {
  const text = useText();
  const age = useAge();
  const { unanswered, oldest } = work;
  if (!oldest) return <span className="nothing">{unanswered}</span>;
  return (
    <div>
      <b>{unanswered}</b>
      <div title={shanghai(oldest.since)}>
        {text('since')} {age(oldest.since)}
      </div>
      <Link to={pageOfOrder(oldest.orderRef)}>{oldest.orderRef.number}</Link>
    </div>
  );
}

/** Places as rows. A cell of what is away says that it is not known. */
export function PlaceTable({ places, away }: { places: PlaceRowJson[]; away: readonly string[] }) {
  const text = useText();
  const ofWork = (draw: (work: WorkJson) => ReactNode) => (_: unknown, row: PlaceRowJson) =>
    row.work ? draw(row.work) : <Unknown />;
  return (
    <DataTable<PlaceRowJson>
      rowKey={({ place }) => `${place.type}:${place.id}`}
      size="small"
      dataSource={places}
      columns={[
        { title: text('place'), width: 200, render: (_, row) => <Name row={row} /> },
        {
          title: text('waits'),
          width: 190,
          render: ofWork((work) => <Waits work={work} />),
        },
        {
          title: text('capacity'),
          width: 170,
          render: (_, row) => <Capacity row={row} isAway={away.includes('loads')} />,
        },
        {
          title: text('asked'),
          width: 110,
          render: ofWork((work) =>
            work.asked === 0 ? (
              <span className="nothing">{text('nothingAsked')}</span>
            ) : (
              `${work.asked} / ${work.answered}`
            ),
          ),
        },
        { title: text('accept'), width: 200, render: ofWork((work) => <Accept work={work} />) },
        {
          title: text('refuseRate'),
          width: 190,
          render: ofWork((work) => <Refused work={work} />),
        },
        {
          title: text('inTimeRate'),
          width: 120,
          render: ofWork((work) => <Rate part={work.inTime} work={work} />),
        },
        { title: text('hours'), width: 190, render: (_, row) => <Hours row={row} /> },
      ]}
    />
  );
}
