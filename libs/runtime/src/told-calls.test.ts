import { expect, test } from 'vitest';
import { createToldCalls } from './told-calls.ts';

type Report = { readonly calls: readonly { sellerId: string; code: string; count: number }[] };

function world() {
  const reports: Report[] = [];
  const state = { isAway: false };
  const call = (_method: string, request: unknown): Promise<never> => {
    if (state.isAway) return Promise.reject(new Error('away'));
    reports.push(request as Report);
    return Promise.resolve({} as never);
  };
  const told = createToldCalls({ call }, '1688');
  return { told, reports, state };
}

test('calls that came to the same are one entry, the last one last; nothing new is not told', async () => {
  const { told, reports } = world();
  const waitsUntil = new Date('2026-12-01T00:00:00Z');
  told.tell('1', { code: '' });
  told.tell('1', { code: '429', waitsUntil });
  told.tell('2', { code: '' });
  told.tell('1', { code: '' });
  await told.flush();
  await told.flush();
  expect(reports).toEqual([
    {
      platform: '1688',
      calls: [
        { sellerId: '1', code: '429', count: 1, waitsUntil },
        { sellerId: '2', code: '', count: 1, waitsUntil: undefined },
        { sellerId: '1', code: '', count: 2, waitsUntil: undefined },
      ],
    },
  ]);
});

test('what could not be told is told with what comes next, and never more than a bound', async () => {
  const { told, reports, state } = world();
  state.isAway = true;
  told.tell('1', { code: '' });
  await expect(told.flush()).rejects.toThrow('away');
  for (let n = 0; n < 1_200; n += 1) told.tell('1', { code: `code-${n}` });
  state.isAway = false;
  told.tell('1', { code: '' });
  await told.flush();
  expect(reports[0]?.calls).toHaveLength(1_000);
  expect(reports[0]?.calls.at(-1)).toMatchObject({ code: '', count: 2 });
});
