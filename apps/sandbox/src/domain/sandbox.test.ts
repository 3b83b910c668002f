import { expect, test } from 'vitest';
import { ExchangeLog, withoutSign } from './exchanges.ts';
import { percentiles } from './latencies.ts';

test('percentiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect(percentiles(hundred)).toEqual({ count: 100, p50: 50, p99: 99, max: 100 });
  expect(percentiles([7])).toEqual({ count: 1, p50: 7, p99: 7, max: 7 });
  expect(percentiles([])).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
});

test('the log keeps the newest exchanges and shows no signature', () => {
  const log = new ExchangeLog();
  for (let n = 0; n < 600; n += 1) {
    log.add({
      at: '',
      party: 'erp',
      direction: 'to-platform',
      method: String(n),
      request: '',
      response: '',
      tookMs: 0,
    });
  }
  expect(log.latest(2).map(({ method }) => method)).toEqual(['599', '598']);
  expect(log.latest(10_000)).toHaveLength(500);
  expect(withoutSign('https://x/?a=1&sign=AB12&b=2')).toBe('https://x/?a=1&sign=…&b=2');
});
