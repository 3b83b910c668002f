import { Link } from 'react-router';
import type { Session } from '../../../shared/api.ts';
import { useAge } from '../../age.ts';
import { sellerUrl } from '../../api.ts';
import { shanghai } from '../../format.tsx';
import { pageOf, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import type { Reading } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Answer } from '../shared.tsx';
import { PlainTable } from './plain-table.tsx';
import { isTextKey, useText } from './texts.ts';
import type { TodayText } from './texts.ts';

const REFRESH_MS = 5_000;
/** Each group's first letter is read for it. */
const OLDEST_REFRESH_MS = 30_000;
const DIVERGENCE_REFRESH_MS = 10_000;

type QueueJson = {
  queue: string;
  count?: number;
  isMore?: boolean;
  oldestSince?: string;
  nextAt?: string;
  came?: number;
  left?: number;
};
type QueuesJson = { queues?: QueueJson[] };
type LettersJson = { counts: { topic: string; group: string; letters: number }[] };

/** A row: what stands in a queue. `flow` is false where nobody keeps who came and left. */
type Row = QueueJson & { link: string; flow: boolean };

const wordOf = (queue: string, text: (key: TodayText) => string): string =>
  isTextKey(queue) ? text(queue) : queue;

function Rows({ rows, label }: { rows: readonly Row[]; label: string }) {
  const text = useText();
  const age = useAge();
  const next = ({ queue, nextAt }: Row) => {
    const key = `next${queue}`;
    const what = isTextKey(key) ? text(key) : text('unknown');
    return nextAt ? `${what}（${text('nextAt')} ${shanghai(nextAt)}）` : what;
  };
  const owner = ({ queue }: Row) => {
    const key = `owner${queue}`;
    return isTextKey(key) ? text(key) : text('unknown');
  };
  return (
    <PlainTable<Row>
      className="queues"
      label={label}
      keyOf={({ queue }) => queue}
      rows={rows}
      columns={[
        {
          key: 'queue',
          title: text('queue'),
          width: 190,
          render: (row) => <Link to={row.link}>{wordOf(row.queue, text)}</Link>,
        },
        {
          key: 'count',
          title: text('count'),
          width: 100,
          render: ({ count = 0, isMore = false, queue, link }) => (
            <Link
              to={link}
              data-queue={queue}
              className={count === 0 ? 'nothing' : 'waiting'}
              aria-label={`${wordOf(queue, text)} ${count}${isMore ? '+' : ''}`}
            >
              {count.toLocaleString('en-US')}
              {isMore ? '+' : ''}
            </Link>
          ),
        },
        {
          key: 'oldest',
          title: text('oldest'),
          width: 150,
          render: ({ oldestSince, count = 0, flow }) => {
            if (oldestSince) return <span title={shanghai(oldestSince)}>{age(oldestSince)}</span>;
            return count > 0 && !flow ? text('unknown') : '—';
          },
        },
        {
          key: 'flow',
          title: text('flow'),
          width: 150,
          render: ({ came = 0, left = 0, flow }) => (flow ? `${came} / ${left}` : text('unknown')),
        },
        { key: 'owner', title: text('owner'), width: 130, render: owner },
        { key: 'next', title: text('next'), render: next },
      ]}
    />
  );
}

/** The queues of one service; what is away takes its own rows, and leaves the others. */
function Part(props: {
  of: Reading<QueuesJson>;
  label: string;
  linkOf: (queue: string) => string;
}) {
  const { of, label, linkOf } = props;
  return (
    <Answer of={of}>
      {({ queues = [] }) => (
        <Rows
          label={label}
          rows={queues.map((one) => ({
            ...one,
            link: linkOf(one.queue),
            flow: one.queue !== 'WRITE_UNKNOWN',
          }))}
        />
      )}
    </Answer>
  );
}

function Letters() {
  const letters = useRead<LettersJson>('/api/deadletters', REFRESH_MS);
  const text = useText();
  const count = (letters.data?.counts ?? []).reduce((sum, one) => sum + one.letters, 0);
  const oldest = useRead<{ oldestSince?: string }>(
    count > 0 ? '/api/deadletters/oldest' : null,
    OLDEST_REFRESH_MS,
  );
  const oldestSince = count > 0 ? oldest.data?.oldestSince : undefined;
  return (
    <Answer of={letters}>
      {() => {
        const waits = oldestSince ? { oldestSince } : {};
        const row = { queue: 'DEAD_LETTERS', count, link: '/deadletters', flow: false, ...waits };
        return <Rows label={text('DEAD_LETTERS')} rows={[row]} />;
      }}
    </Answer>
  );
}

type ReportsJson = { short?: number; unreported?: number; reportedAtMs?: string };

/** What others say and the ledger does not, at all places; it is as old as the oldest report that differs. */
function Divergences({ seller }: { seller: string }) {
  const text = useText();
  const answer = useRead<{ places?: ReportsJson[]; morePlaces?: boolean }>(
    sellerUrl(seller, ['divergence']),
    DIVERGENCE_REFRESH_MS,
  );
  return (
    <Answer of={answer}>
      {({ places = [], morePlaces = false }) => {
        const differing = places.filter(({ short = 0, unreported = 0 }) => short + unreported > 0);
        const count = differing.reduce(
          (sum, { short = 0, unreported = 0 }) => sum + short + unreported,
          0,
        );
        const reports = differing.map(({ reportedAtMs = '0' }) => Number(reportedAtMs));
        const oldest = Math.min(...reports.filter((at) => at > 0));
        const row = {
          queue: 'DIVERGENCE',
          count,
          isMore: morePlaces,
          link: pageOf(seller, 'divergence'),
          flow: false,
          ...(Number.isFinite(oldest) && { oldestSince: new Date(oldest).toISOString() }),
        };
        return <Rows label={text('DIVERGENCE')} rows={[row]} />;
      }}
    </Answer>
  );
}

const forAll = ({ allSellers }: Session): boolean => allSellers !== null;

/** Everything that waits: how much, how long, whether it grows, what happens by itself, and where its list is. */
export function Queues() {
  const text = useText();
  const seller = useSeller();
  const session = useSession();
  const orders = useRead<QueuesJson>(sellerUrl(seller, ['overview', 'orders']), REFRESH_MS);
  const tasks = useRead<QueuesJson>(sellerUrl(seller, ['overview', 'tasks']), REFRESH_MS);
  return (
    <section data-block={text('queues')} aria-label={text('queues')} className="parts">
      <h2>{text('queues')}</h2>
      <Part
        of={orders}
        label={text('queues')}
        linkOf={(queue) => `${pageOf(seller, 'orders')}?queue=${queue}`}
      />
      <Part
        of={tasks}
        label={text('REFUND_WAITING')}
        linkOf={(queue) => pageOf(seller, 'queues', queue)}
      />
      <Divergences seller={seller} />
      {forAll(session) ? <Letters /> : null}
    </section>
  );
}
