import { Button, Card, Result, Spin, Statistic } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { JournalEntry, Me, Today } from '../api.ts';
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

/** The store's latest actions, for its manager. */
function Journal({ entries }: { entries: JournalEntry[] }) {
  const text = useText();
  const named = (key: string): string => (isTextKey(key) ? text(key) : key);
  return (
    <Card size="small" title={text('journal')} style={{ marginTop: 12 }}>
      {entries.map((entry) => (
        <div className="line" key={`${entry.tradeId}/${entry.action}/${entry.at}`}>
          <span>
            {entry.name} · {named(entry.action)}
            {entry.reason ? ` · ${named(entry.reason)}` : ''}
            <br />
            <small>{entry.tradeId}</small>
          </span>
          <small>{clockOf(entry.at)}</small>
        </div>
      ))}
    </Card>
  );
}

/** What the store did today. */
export function TodayPage({ me, version }: { me: Me; version: number }) {
  const text = useText();
  const [today, setToday] = useState<Today | 'failed' | null>(null);
  const [entries, setEntries] = useState<JournalEntry[]>([]);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    const read = async () => {
      const journal = me.role === 'MANAGER' ? await api.journal() : { entries: [] };
      const value = await api.today();
      if (!isCurrent) return;
      setEntries(journal.entries);
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
      {entries.length > 0 ? <Journal entries={entries} /> : null}
    </>
  );
}
