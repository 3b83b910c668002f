import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpUrl } from '@astrolabe/local-stack';
import { openSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { block, openConsole } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator } from '../src/operator.ts';
import type { TestUser } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { ORDER, Settling } from '../src/settling.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'sandbox', 'console'],
  extra: { settlement: { NOTE_RETRY_MS: '200' } },
});
const WAIT = { timeoutMs: 30_000 };

/** A buyer has received nine pieces at 10.00, and no note settles them yet. */
let settling: Settling;
let operator: TestUser;

beforeAll(async () => {
  settling = await Settling.start(pages.harness);
  operator = await newPlatformOperator(pages.harness);
});
afterAll(() => settling.close());

const path = (...parts: string[]): string =>
  ['/sellers', settling.buyer.seller.sellerId, 'settlement', ...parts].join('/');

test('what was received and not settled is counted, and listed with what it comes to', async () => {
  const page = await openConsole(pages, operator, path());
  const notes = block(page, '结算单');
  const count = notes.getByRole('link', { name: '已收货未结算 1' });
  await count.waitFor();
  await notes.getByText('90', { exact: true }).waitFor();
  await count.click();
  const row = block(page, '已收货未结算').getByRole('row', { name: ORDER });
  await row.getByText('RN8801').waitFor();
  await row.getByText('9 / 9').waitFor();
  await row.getByText('90', { exact: true }).waitFor();
  await picture(page, 'settlement-unsettled-zh');
  expect(await axeFindings(page)).toEqual([]);
});

test('a note that differs is accepted for a reason, after a look at what that comes to', async () => {
  await settling.note(90.01, 'effect');
  await settling.say('SETTLEMENT_CHANGED', '9901', 'CREATE');
  await settling.until({ state: 'MISMATCHED' });
  const page = await openConsole(pages, operator, path('notes'));
  await page.getByRole('button', { name: '接受 SN9901' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('row', { name: '状态' }).getByText('人工接受').waitFor();
  await dialog.getByRole('row', { name: '应收（元）' }).getByText('90.01').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'settlement-accept-zh');
  // Nothing happens without a reason.
  await dialog.getByRole('button', { name: '确定' }).click();
  await dialog.getByText('必填').first().waitFor();
  expect(await settling.seen()).toMatchObject({ state: 'MISMATCHED' });
  await dialog.getByLabel('理由').fill('agreed by telephone');
  await dialog.getByRole('button', { name: '确定' }).click();
  await block(page, '结算单').getByRole('row', { name: 'SN9901' }).getByText('人工接受').waitFor();
  const note = await settling.until({ state: 'ACCEPTED', amountFen: 9_001n });
  expect(note.acceptedBecause).toBe('agreed by telephone');
  expect(note.acceptedBy).toContain(operator.login);
  await eventually(async () => {
    const address = httpUrl(pages.harness.stack, 'console');
    const { cookie } = await openSession(address, operator);
    const answer = await fetch(`${address}/api/audit`, { headers: { cookie } });
    const text = await answer.text();
    expect(text).toContain('agreed by telephone');
    expect(text).toContain('MISMATCHED');
  }, WAIT);
  // All of it is settled now.
  await page.goto(`${page.url().split('#')[0] ?? ''}#${path()}`);
  await block(page, '结算单').getByRole('link', { name: '已收货未结算 0' }).waitFor();
});

describe.each([390, 768, 1280])('at %i pixels', (width) => {
  test.each(['中文', 'EN'])('notes and what is not settled fit, %s', async (language) => {
    const size = { width, height: 1_000 };
    const page = await openConsole(pages, operator, path('notes'), size);
    if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
    await page
      .getByRole('button', { name: /SN9901/ })
      .first()
      .waitFor();
    const name = language === 'EN' ? 'en' : 'zh';
    expect(await overflow(page)).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, `settlement-notes-${width}-${name}`);
    await page.goto(`${page.url().split('#')[0] ?? ''}#${path('unsettled')}`);
    await page
      .getByText(language === 'EN' ? 'Received, not settled' : '已收货未结算')
      .first()
      .waitFor();
    expect(await overflow(page)).toBe(0);
    await picture(page, `settlement-unsettled-${width}-${name}`);
  });
});
