import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { axeFindings } from '../src/axe.ts';
import { clerkAtWork } from '../src/clerk.ts';
import { openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { operatorAtWork } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { startedSeller } from '../src/scenario.ts';
import type { Actor } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is paused.
  apart: ['fulfillment'],
});

const MODEL_A = { allocator: 'astrolabe', acceptor: 'dianzhanggui' } as const;
const numbered = (n: number) => ({ tid: String(2_004_574_256_073_903n + BigInt(n) * 100n) });

type Row = {
  place: { type: string; id: string };
  work: Record<string, unknown> | null;
  deliver: { threshold: number | null; taken: number } | null;
  open: boolean | null;
};

/** The rows that the page would show. */
async function rowsOf(actor: Actor, query = ''): Promise<Row[]> {
  const operator = await operatorAtWork(actor);
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const path = `/api/sellers/${actor.seller.sellerId}/places?from=${day}&to=${day}${query}`;
  const { status, body } = await operator.get(path);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['places'] as Row[];
}

const rowOf = (rows: readonly Row[], id: string): Row => {
  const row = rows.find(({ place }) => place.id === id);
  if (!row) throw new Error(`no row of ${id}`);
  return row;
};

/** Routes one order to a store; its first sub-order has a number of its own. */
async function toldOf(actor: Actor, n: number, storeId: string): Promise<string> {
  const { tid } = numbered(n);
  await actor.pay({ tid, lines: [{ oid: String(BigInt(tid) + 1n), num: 1 }] });
  const order = await actor.order('ALLOCATED', tid);
  expect(order.lines[0]?.routedPlace?.id).toBe(storeId);
  return tid;
}

/** A seller with a store that has said yes, no and nothing, one that is full, and one that nobody has asked. */
async function busySeller(): Promise<Actor> {
  const actor = await startedSeller(pages.harness, MODEL_A);
  const { routing } = pages.harness.clients;
  await routing.call('putStoreSettings', {
    sellerId: actor.seller.sellerId,
    version: 0,
    settings: {
      storeId: '1342',
      point: undefined,
      deliver: {
        priority: 0,
        workingTime: '00:00-23:59',
        deliverThreshold: 5,
        dispatchTimeRange: [],
        activeFrom: undefined,
        activeTo: undefined,
      },
      collect: undefined,
    },
  });
  const clerk = await clerkAtWork(actor, '小王');
  const act = async (tid: string, body: Record<string, unknown>) => {
    const subOrderIds = [String(BigInt(tid) + 1n)];
    const answer = await eventually(async () => {
      const done = await clerk.post(`/api/orders/tmall/${tid}`, {
        allocation: 1,
        subOrderIds,
        ...body,
      });
      expect(done.status, JSON.stringify(done.body)).toBe(200);
      return done;
    });
    return answer;
  };
  const first = await toldOf(actor, 0, '1342');
  await act(first, { action: 'accept' });
  await actor.order('ACCEPTED', first);
  const second = await toldOf(actor, 1, '1342');
  await act(second, { action: 'refuse', reason: 'closing' });
  await actor.order('ALLOCATED', second);
  const third = await toldOf(actor, 2, '1342');
  await act(third, { action: 'accept' });
  await actor.order('ACCEPTED', third);
  await act(third, { action: 'giveBack', reason: 'missing' });
  await toldOf(actor, 3, '1342');
  await eventually(
    async () => {
      const row = rowOf(await rowsOf(actor), '1342');
      expect(row.work).toMatchObject({ asked: 4, answered: 3, unanswered: 1 });
      expect(rowOf(await rowsOf(actor), '123').work).toMatchObject({ asked: 2, unanswered: 2 });
    },
    { timeoutMs: 60_000 },
  );
  return actor;
}

test('what stores answer is counted with its reasons, and a store without an answer is no zero', async () => {
  const actor = await busySeller();
  const rows = await rowsOf(actor);
  expect(rowOf(rows, '1342').work).toMatchObject({
    accepted: 2,
    refused: 2,
    inTime: 3,
    reasons: [
      { code: 'CLOSING', count: 1, givenBack: 0 },
      { code: 'MISSING', count: 1, givenBack: 1 },
    ],
    oldest: { orderRef: { number: numbered(3).tid } },
  });
  expect(rowOf(rows, '123').work).toMatchObject({ answered: 0, acceptSeconds: null });
  // Sorted and narrowed by what the address says; bad words are told.
  const ids = (list: readonly Row[]) => list.map(({ place }) => place.id);
  expect(ids(await rowsOf(actor, '&sort=refused'))[0]).toBe('1342');
  expect(ids(await rowsOf(actor, '&only=silent'))).toEqual(['123']);
  expect(ids(await rowsOf(actor, '&q=S002'))).toEqual(['123']);
  const operator = await operatorAtWork(actor);
  const places = `/api/sellers/${actor.seller.sellerId}/places`;
  for (const query of ['?sort=x', '?only=x', '?token=x', '?from=2016-09-01&to=2016-09-30', '']) {
    expect(await operator.get(`${places}${query}`), query).toMatchObject({ status: 400 });
  }
});

test.each([
  { width: 1440, language: '中文' },
  { width: 768, language: 'EN' },
  { width: 390, language: '中文' },
])('the page shows it at $width in $language', async ({ width, language }) => {
  const actor = await busySeller();
  const isEnglish = language === 'EN';
  const say = (chinese: string, english: string): string => (isEnglish ? english : chinese);
  const page = await openConsole(pages, actor, pathOf(actor, 'places'), { width, height: 900 });
  if (isEnglish) await page.getByRole('button', { name: 'EN' }).click();
  const row = (id: string) =>
    page.getByRole('row').filter({ has: page.locator(`[data-place="STORE:${id}"]`) });
  await row('1342').getByText('66.7 %').waitFor();
  await row('1342').getByText(say('找不到商品 × 1', 'Not found × 1')).waitFor();
  await row('1342').getByText(say('上限 5', 'cap 5')).waitFor();
  await row('1342').getByText(say('不一致', 'They differ')).waitFor();
  // Nothing is known of its rates: it has not answered.
  expect(await row('123').getByText(say('未知', 'Unknown')).count()).toBeGreaterThanOrEqual(3);
  expect(await overflow(page)).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, `places-${width}-${isEnglish ? 'en' : 'zh'}`);

  await page.getByRole('combobox', { name: say('筛选', 'Only') }).click();
  await page.getByTitle(say('派单后未应答', 'asked, no answer yet')).click();
  await row('1342').waitFor({ state: 'detached' });
  expect(page.url()).toContain('only=silent');
  await row('123').getByRole('link').click();
  await page.getByText(numbered(1).tid).first().waitFor();
});

test('a file has every row; while a service is away its part is unknown, and no file is made', async () => {
  const actor = await busySeller();
  const operator = await operatorAtWork(actor);
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const path = `/api/sellers/${actor.seller.sellerId}/places`;
  const file = () =>
    fetch(`${httpUrl(pages.harness.stack, 'console')}${path}.csv?from=${day}&to=${day}`, {
      headers: { cookie: operator.cookie },
    });
  const text = await (await file()).text();
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toContain('拒单率 Refuse rate');
  expect(lines.find((line) => line.includes('STORE,1342,'))).toContain('CLOSING:1 MISSING:1');
  // Empty, for it is not known.
  expect(lines.find((line) => line.includes('STORE,123,'))).toContain(',2,0,0,0,,,,');
  const page = await openConsole(pages, actor, pathOf(actor, 'places'));
  await page.locator('[data-place="STORE:1342"]').waitFor();
  await whileHanging(pages.harness, 'fulfillment', async () => {
    await page.getByText('部分数据暂时读不到').waitFor();
    await page.locator('[data-place="STORE:1342"]').waitFor();
    expect(await page.getByText('66.7 %').count()).toBe(0);
    await picture(page, 'places-away-zh');
    expect((await file()).status).toBe(503);
  });
  await page.getByText('66.7 %').first().waitFor();
});
