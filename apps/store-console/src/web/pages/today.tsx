import { Button, Card, Result, Spin, Statistic } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { Today } from '../api.ts';
import { useText } from '../language.ts';

const MINUTE_MS = 60_000;

/** What the store did today. */
export function TodayPage({ version }: { version: number }) {
  const text = useText();
  const [today, setToday] = useState<Today | 'failed' | null>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    api.today().then(
      (value) => isCurrent && setToday(value),
      () => isCurrent && setToday('failed'),
    );
    return () => {
      isCurrent = false;
    };
  }, [version, tries]);
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
    [text('lateCount'), today.late],
    [text('meanMinutes'), mean === null ? '—' : mean.toFixed(1)],
  ] as const;
  return (
    <div className="figures">
      {figures.map(([title, value]) => (
        <Card key={title}>
          <Statistic title={title} value={value} />
        </Card>
      ))}
    </div>
  );
}
