import { GOV_METHODS, encodeGovTokenGrant } from '@astrolabe/schemas/govmall';
import { expect, test } from 'vitest';
import type { MallCaller } from '../mall.ts';
import { must } from './bench.ts';
import { InterfaceReport } from './interface-report.ts';
import { MallPlay } from './mall-play.ts';
import { reportPage } from './report-page.ts';

const NOW = new Date('2026-11-22T02:00:05Z');
const key = { appKey: 'tjzfcg', secret: 'p@ss' };
const seller = {
  sellerId: '9',
  nick: '店',
  keys: { erp: key, pos: key, tmall: key },
  spi: key,
  policy: 'manual',
} as const;

/** A supplier that answers everything with this text. */
const answering = (text: string, status = 200): MallCaller => ({
  call: async (_name, path, form) => ({
    request: `POST ${path}\n${form}`,
    status,
    type: 'application/json; charset=utf-8',
    body: Buffer.from(text),
    shown: text,
    tookMs: 1,
  }),
});

async function checked(text: string, status?: number) {
  const report = new InterfaceReport();
  const play = new MallPlay({ clock: () => NOW, mall: answering(text, status), seller }, report);
  await play.check(GOV_METHODS.pools, {}, (pools) => {
    must(
      pools.some(({ id }) => id === 'A0101'),
      '缺少 A0101',
    );
    return '1 个';
  });
  return report.checks().find(({ name }) => name === 'pools');
}

const POOLS = GOV_METHODS.pools.encodeAnswer([{ id: 'A0101', name: '计算机' }]);

test('an answer in the document’s form passes, with what was asked and answered', async () => {
  expect(await checked(POOLS)).toMatchObject({
    number: '2.3',
    title: '品目池',
    isOptional: false,
    status: 200,
    answer: POOLS,
    verdict: 'passed',
    says: '1 个',
  });
});

test.each([
  ['another status', POOLS, 401, 'HTTP 状态为 401，应为 200'],
  ['line breaks', POOLS.replace('{', '{\n'), 200, '返回体中有换行符等特殊字符'],
  ['line breaks as escapes', POOLS.replace('计', '\\n'), 200, '返回体中有换行符等特殊字符'],
  ['success as a text', POOLS.replace('true', '"true"'), 200, 'success 不是布尔值'],
  ['the typing error', POOLS.replace('success', 'sucess'), 200, 'success 不是布尔值'],
  ['a refusal', '{"success":false,"desc":"系统繁忙"}', 200, '系统繁忙'],
  ['goods that are not those', POOLS.replace('A0101', 'B0101'), 200, '缺少 A0101'],
])('%s is seen', async (_what, text, status, says) => {
  expect(await checked(text, status)).toMatchObject({ verdict: 'failed', says });
});

test('a token that does not live 36 hours is seen; what was not asked has failed', async () => {
  const grant = (ms: number) =>
    encodeGovTokenGrant({ accessToken: 'abc', expiresAt: new Date(NOW.getTime() + ms) });
  for (const [ms, verdict] of [
    [129_600_000, 'passed'],
    [86_400_000, 'failed'],
  ] as const) {
    const report = new InterfaceReport();
    await new MallPlay({ clock: () => NOW, mall: answering(grant(ms)), seller }, report).signIn();
    const checks = report.checks();
    expect(checks[0]).toMatchObject({ number: '2.2', verdict });
    expect(new Set(checks.map(({ number }) => number)).size).toBe(27);
    expect(checks.slice(1).every((one) => one.verdict === 'failed')).toBe(true);
  }
});

test('the page shows what was on the wire, escaped', async () => {
  const check = await checked(POOLS.replace('计算机', '<b>'));
  const interfaces = check ? [check] : [];
  const certificate = { channel: 'govmall', sellerId: '9', findings: [], interfaces } as const;
  const page = reportPage({ ...certificate, verdict: 'passed' }, NOW);
  expect(page).toContain('2026-11-22 10:00:05（北京时间）');
  expect(page).toContain('1 / 1 通过');
  expect(page).toContain('&lt;b&gt;');
  expect(page).not.toContain('<b>');
});
