import { httpUrl } from '@astrolabe/local-stack';
import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { expect, test } from 'vitest';
import { astrolabe, printed } from '../src/command-line.ts';
import { SERVICES } from '../src/harness.ts';
import { pagesOf } from '../src/pages.ts';
import { sandboxTmall } from '../src/sandbox.ts';
import { startedSeller } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const TRIALS = 9;
const REPORT_SIZES = [
  ['desk', { width: 1440, height: 900 }],
  ['tablet', { width: 768, height: 1024 }],
  ['phone', { width: 390, height: 844 }],
] as const;
type Line = {
  trial?: string;
  number?: string;
  verdict: string;
  says?: string;
  exchanges?: unknown[];
};

const pages = pagesOf({
  apps: [...SERVICES, 'sandbox'],
  // Messages that were lost are asked for often.
  extra: { 'gateway-ingress': { REPLAY_INTERVAL_MS: '1000' } },
});

test.each(['qimen', 'tmall', 'till', 'fenxiao', '1688', 'govmall'])(
  'the connector of %s passes every trial of the kit',
  { timeout: 400_000 },
  async (channel) => {
    const { stack } = pages.harness;
    const { code, lines, told } = await astrolabe<Line>(stack, 'channel', 'certify', channel);
    const trials = lines.filter(({ trial }) => trial !== undefined);
    expect(told).not.toContain('failed');
    expect(trials).toHaveLength(TRIALS);
    const failed = trials.filter(({ verdict }) => verdict === 'failed');
    expect(failed.map(({ trial, says }) => `${trial}: ${says}`)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ verdict: 'passed' });
    expect(code).toBe(0);
    const tried = trials.filter(({ verdict }) => verdict === 'passed');
    for (const { exchanges = [] } of tried) expect(exchanges.length).toBeGreaterThan(0);
    const interfaces = lines.filter(({ number }) => number !== undefined);
    const numbers = new Set(interfaces.map(({ number }) => number));
    expect(numbers.size).toBe(channel === 'govmall' ? 27 : 0);
    expect(interfaces.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
  },
);

test('[G-A41] the interface test report of a mall is a page to print, with each request and answer', async () => {
  const { stack } = pages.harness;
  const words = ['channel', 'certify', 'govmall', '--report', 'html'];
  const { code, out, told } = await printed(stack, ...words);
  expect(code, told).toBe(0);
  // No token, password or signature leaves with it.
  expect(out).not.toMatch(/access_token=(?!…)|sign=(?!…)|"access_token":"(?!…)/);
  for (const [name, size] of REPORT_SIZES) {
    const page = await (await pages.newContext(size)).newPage();
    await page.setContent(out);
    expect(await page.getByRole('row').count()).toBe(1 + GOV_INTERFACES.length);
    expect(await page.getByText('通过 Passed', { exact: true }).count()).toBeGreaterThan(30);
    expect(await page.getByText('非必需 Optional').count()).toBe(12);
    const submit = page.locator('#submit');
    expect(await submit.textContent()).toContain('yggc_order=CERT-');
    expect(await submit.textContent()).toContain('"success":true');
    expect(await overflow(page), name).toBeLessThanOrEqual(0);
    await picture(page, `mall-report-${name}`);
    await page.close();
  }
}, 400_000);

test.each([
  ['desk', { width: 1280, height: 900 }],
  ['phone', { width: 390, height: 844 }],
])('the page makes trades and refunds, and shows them on the wire (%s)', async (name, size) => {
  const actor = await startedSeller(pages.harness);
  await sandboxTmall(actor);
  const { sellerId } = actor.seller;
  const page = await (await pages.newContext(size)).newPage();
  await page.goto(`${httpUrl(pages.harness.stack, 'sandbox')}/?seller=${sellerId}`);
  const note = page.getByRole('status');
  const newest = page.locator('details.exchange').first();

  await page.getByLabel('Lines').fill('9001 70001 SKU-A 2 88.50\n9001 70001 SKU-A 1 1.00');
  await page.getByLabel('Told').selectOption('2');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  expect(await note.textContent()).toMatch(/was told: taken, taken\.$/);
  await newest.locator('summary').click();
  expect(await newest.textContent()).toContain('"payment":"178.00"');
  expect(await newest.textContent()).toContain('Text that was signed');
  expect(await newest.textContent()).toContain(`app_key${actor.seller.keys.tmall.appKey}`);
  await picture(page, `sandbox-${name}`);

  await page.getByLabel('Signature').selectOption('wrong');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  expect(await note.textContent()).toContain('refused');

  await page.getByLabel('Lines').fill('no line at all');
  await page.getByRole('button', { name: 'Pay', exact: true }).click();
  expect(await note.textContent()).toContain('“no line at all” is no line');

  await page.getByLabel('Refund, yuan').fill('88.50');
  await page.getByRole('button', { name: 'Refund asked' }).click();
  expect(await note.textContent()).toContain('"code":"0"');
  expect(await newest.textContent()).toContain('taobao_refund_RefundCreated');

  await page.getByLabel('next call to the POS').selectOption('503');
  await page.getByRole('button', { name: 'Set' }).click();
  expect(await note.textContent()).toContain('503');
  expect(await overflow(page)).toBeLessThanOrEqual(0);
});
