import { Alert, Tag } from 'antd';
import { Link } from 'react-router';
import { useAge } from '../../age.ts';
import { Place, pieces, placeKey, shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { pageOf, useSeller } from '../../navigation.ts';
import { useText } from './texts.ts';
import type { ReportsJson } from './types.ts';

/** When something was reported last; never is not long ago, and neither is now. */
export function Reported({ atMs = '0' }: { atMs: string | undefined }) {
  const text = useText();
  const age = useAge();
  if (atMs === '0') return <Tag className="unknown">{text('never')}</Tag>;
  const at = Number(atMs);
  return (
    <span title={shanghai(at)}>
      {age(at)} {text('ago')}
    </span>
  );
}

/** What each place has reported, who has been silent for longest first, and what of it differs. */
export function Places({ places, isMore }: { places: readonly ReportsJson[]; isMore: boolean }) {
  const text = useText();
  const seller = useSeller();
  const linkOf = (kind: string, of: ReportsJson): string =>
    `${pageOf(seller, 'divergence')}?${new URLSearchParams({ kind, place: placeKey(of.place) })}`;
  const differs = (kind: 'SHORT' | 'UNREPORTED', of: ReportsJson) => {
    const count = (kind === 'SHORT' ? of.short : of.unreported) ?? 0;
    const milli = kind === 'SHORT' ? of.shortMilli : of.unreportedMilli;
    return (
      <>
        <Link
          to={linkOf(kind, of)}
          className={count === 0 ? 'nothing' : 'waiting'}
          aria-label={`${placeKey(of.place)} ${text(kind)} ${count}`}
        >
          {count}
        </Link>
        {count === 0 ? null : (
          <div className="sum">
            {pieces(milli)} {text('pieces')}
          </div>
        )}
      </>
    );
  };
  return (
    <>
      {isMore ? <Alert type="info" showIcon title={text('morePlaces')} /> : null}
      <DataTable<ReportsJson>
        rowKey={({ place }) => placeKey(place)}
        dataSource={places}
        columns={[
          { title: text('place'), render: (_, { place }) => <Place value={place} /> },
          {
            title: text('lastReport'),
            render: (_, { reportedAtMs }) => <Reported atMs={reportedAtMs} />,
          },
          { title: text('numbers'), render: (_, { numbers = 0 }) => numbers },
          { title: text('neverReported'), render: (_, { neverReported = 0 }) => neverReported },
          {
            title: <span title={text('shortHint')}>{text('SHORT')}</span>,
            render: (_, of) => differs('SHORT', of),
          },
          {
            title: <span title={text('unreportedHint')}>{text('UNREPORTED')}</span>,
            render: (_, of) => differs('UNREPORTED', of),
          },
        ]}
      />
    </>
  );
}
