import { Alert, Button, Card, Result, Spin, Statistic } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { JournalEntry, Me, Today } from '../api.ts';
import { DeviceCard } from '../device/card.tsx';
import { isTextKey, useText } from '../language.ts';

const MINUTE_MS = 60_000;

const clockOf = (at: string): string =>
  new Intl.DateTimeFormat('zh-CN', {
    timeZone: 'Asia/Shanghai',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).format(new Date(at));

type Entries = { entries: JournalEntry[]; next: string };

const NO_ENTRIES: Entries = { entries: [], next: '' };

/** The store's latest actions, for its manager; older ones on demand. */
function Journal({ first }: { first: Entries }) {
  const text = useText();
  const [{ entries, next }, setShown] = useState(first);
  const [failed, setFailed] = useState(false);
  useEffect(() => setShown(first), [first]);
  const more = async () => {
    try {
      const page = await api.journal(next);
      setShown({ entries: [...entries, ...page.entries], next: page.next });
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const named = (key: string): string => (isTextKey(key) ? text(key) : key);
  return (
    <Card size="small" title={text('journal')} style={{ marginTop: 12 }}>
      {entries.map((entry) => (
        <div
          className="line"
          key={`${entry.orderRef.channel}/${entry.orderRef.number}/${entry.action}/${entry.at}`}
        >
          <span>
            {entry.name} · {named(entry.action)}
            {entry.reason ? ` · ${named(entry.reason)}` : ''}
            <br />
            <small>{entry.orderRef.number}</small>
          </span>
          <small>{clockOf(entry.at)}</small>
        </div>
      ))}
      {failed ? <Alert type="warning" showIcon title={text('failed')} /> : null}
      {next ? (
        <Button block style={{ marginTop: 12 }} onClick={() => void more()}>
          {text('more')}
        </Button>
      ) : null}
    </Card>
  );
}

/** What the store did today. */
export function TodayPage({ me, version }: { me: Me; version: number }) {
  const text = useText();
  const [today, setToday] = useState<Today | 'failed' | null>(null);
  const [journal, setJournal] = useState<Entries>(NO_ENTRIES);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const read = async () => {
      const first = me.role === 'MANAGER' ? await api.journal('') : NO_ENTRIES;
      const value = await api.today();
      if (!isCurrent) return;
      setJournal(first);
      setToday(value);
    };
    read().catch(() => isCurrent && setToday('failed'));
    return () => {
      isCurrent = false;
    };
  }, [version, tries, me]);
  if (today === null) return <Spin style={{ display: 'block', margin: 48 }} />;
  if (today === 'failed') {
    const again = <Button onClick={() => setTries(tries + 1)}>{text('retry')}</Button>;
    return <Result status="warning" title={text('failed')} extra={again} />;
  }
  const mean = today.acceptTimed === 0 ? null : today.acceptMs / today.acceptTimed / MINUTE_MS;
  const figures = [
    [text('acceptedCount'), today.accepted],
    [text('refusedCount'), today.refused],
    [text('shippedCount'), today.shipped],
    [text('collectedCount'), today.collected],
    [text('lateCount'), today.late],
    [text('meanMinutes'), mean === null ? '—' : mean.toFixed(1)],
  ] as const;
  return (
    <>
      <div className="figures">
        {figures.map(([title, value]) => (
          <Card key={title} size="small">
            <Statistic title={title} value={value} />
          </Card>
        ))}
      </div>
      <DeviceCard me={me} />
      {journal.entries.length > 0 ? <Journal first={journal} /> : null}
    </>
  );
}
