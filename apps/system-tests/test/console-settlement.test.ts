import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tmallOrder } from '@astrolabe/kernel';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSession } from '../src/api-session.ts';
import { axeFindings } from '../src/axe.ts';
import { astrolabe } from '../src/command-line.ts';
import { block, openConsole, pathOf, whileHanging } from '../src/console-page.ts';
import { SERVICES } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';
import { operatorOf } from '../src/operator.ts';
import { pagesOf } from '../src/pages.ts';
import { OID, TID } from '../src/scenario.ts';
import { overflow, picture } from '../src/store-page.ts';

const pages = pagesOf({
  apps: [...SERVICES, 'console'],
  // It is paused.
  apart: ['settlement'],
});
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bills-'));
/** An order that is in no channel of the seller's. */
const OTHER = '2004574256079999';
const WAIT = { timeoutMs: 30_000 };

let mall: Mall;
let mallOrder: string;
let owedFen: bigint;

/**
 * A seller that has shipped an order of Tmall, and one of a mall on credit of 5,000.00 yuan: 3,000.00 of it are due, in no
 * transfer.
 */
beforeAll(async () => {
  mall = await Mall.open(pages.harness);
  const { sellerId, mall: account } = mall.actor.seller;
  const credit = { limitFen: 500_000n, periodDays: 30 };
  await mall.admin.money.call('putCredit', { sellerId, account: account.username, ...credit });
  mallOrder = await mall.confirmed({ yggc_order: 'C-1', payment: '5' });
  await eventually(async () => await mall.ship(mallOrder, 'P1'));
  await mall.deliver(mallOrder, 'P1');
  const { actor } = mall;
  await actor.pay({ lines: [{ oid: OID, num: 2 }] });
  await actor.order('ALLOCATED');
  await actor.push('taobao_trade_TradeSellerShip', { lines: [{ oid: OID, num: 2 }] });
  const name = { orderRef: tmallOrder(sellerId, TID) };
  owedFen = await eventually(async () => {
    const { receivable } = await pages.harness.clients.settlement.call('getReceivable', name);
    expect(receivable?.lines).toHaveLength(1);
    return receivable?.amountFen ?? 0n;
  });
  await eventually(async () => {
    const found = await read<{ accounts?: { dueOrders?: number }[] }>('settlement/credit');
    expect(found.accounts?.[0]?.dueOrders).toBe(1);
  }, WAIT);
});
afterAll(() => {
  mall.close();
  rmSync(folder, { recursive: true });
});

async function asked(path: string): Promise<Response> {
  const { sellerId } = mall.actor.seller;
  const address = httpUrl(pages.harness.stack, 'console');
  const { cookie } = await openSession(address, await operatorOf(mall.actor));
  return await fetch(`${address}/api/sellers/${sellerId}/${path}`, { headers: { cookie } });
}
const read = async <T>(path: string): Promise<T> => (await (await asked(path)).json()) as T;

/** Runs `settle import` of a bill with these lines. */
async function importBill(bill: string, lines: readonly string[], ...words: string[]) {
  const file = join(folder, `${bill}.csv`);
  writeFileSync(file, `\uFEFF业务流水号,订单号,收入金额\r\n${lines.join('\r\n')}\r\n`);
  const { sellerId } = mall.actor.seller;
  const { stack } = pages.harness;
  const options = ['--seller', sellerId, '--key', bill, '--actor', 'li', ...words];
  return await astrolabe<Record<string, unknown>>(stack, 'settle', 'import', file, ...options);
}
const yuan = (fen: bigint) => `${fen / 100n}.${(fen % 100n).toString().padStart(2, '0')}`;

test('a number of the page opens the list that it counts, with its file', async () => {
  const problems: string[] = [];
  const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'settlement'));
  page.on('pageerror', (error) => problems.push(error.message));
  const matching = block(page, '应收与账单');
  await matching.getByText('近 30 天对平').waitFor();
  const number = matching.getByRole('link', { name: '无账单 7 天以内 1' });
  await number.waitFor();
  await matching.getByText(yuan(owedFen)).first().waitFor();
  await matching.getByRole('img', { name: '未对平的账龄 金额（元）' }).locator('svg').waitFor();
  // Nobody has settled a note: a share of nothing is no zero.
  await block(page, '结算单').getByText('还没有要对账的结算单').waitFor();
  await block(page, '转账与发票').getByRole('link', { name: '蓝字发票 待补资料 1' }).waitFor();
  await picture(page, 'settlement-zh');
  expect(await axeFindings(page)).toEqual([]);

  await number.click();
  await block(page, '应收')
    .getByRole('link', { name: `tmall/${TID}` })
    .waitFor();
  expect(page.url()).toMatch(/settlement\/receivables\?match=UNBILLED&from=0$/);
  const csv = block(page, '应收').getByRole('link', { name: /CSV/ });
  expect(await csv.getAttribute('href')).toMatch(/receivables\.csv\?match=UNBILLED&from=0$/);
  const file = await (await asked('settlement/receivables.csv?match=UNBILLED&from=0')).text();
  expect(file.split('\r\n')[1]).toContain(`tmall/${TID},UNBILLED,${yuan(owedFen)},0.00`);
  expect(problems).toEqual([]);
});

test('credit shows what is used and due, and which order that is', async () => {
  const account = mall.actor.seller.mall.username;
  const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'settlement'));
  const row = block(page, '商城账期').getByRole('row', { name: account });
  await row.getByText('5000.00').waitFor();
  await row.getByText('60.0 %').waitFor();
  await row.getByRole('link', { name: `${account} 逾期 0` }).waitFor();
  await row.getByRole('link', { name: `${account} 待付订单 1` }).click();
  const due = block(page, `待付订单 ${account}`);
  await due.getByRole('link', { name: `govmall/${mallOrder}` }).waitFor();
  await due.getByText('未到期').waitFor();
  await picture(page, 'settlement-due-zh');
});

test('a bill is looked at first, then matched row by row, and again changes nothing', async () => {
  const rows = [`F-1,${TID},${yuan(owedFen - 1n)}`, `F-2,${OTHER},5.00`];
  const looked = await importBill('B-1', rows);
  expect(looked).toMatchObject({
    code: 0,
    lines: [
      { line: 2, ok: true, outcome: 'DIFFERS', known: false, differenceFen: '-1' },
      { line: 3, ok: true, outcome: 'UNSHIPPED', billedFen: '500' },
    ],
  });
  const name = { orderRef: tmallOrder(mall.actor.seller.sellerId, TID) };
  const receivable = async () =>
    (await pages.harness.clients.settlement.call('getReceivable', name)).receivable;
  expect(await receivable()).toMatchObject({ match: 'UNBILLED', billed: [] });

  expect((await importBill('B-1', rows, '--apply')).code).toBe(0);
  expect(await receivable()).toMatchObject({
    match: 'DIFFERS',
    differenceFen: -1n,
    amountFen: owedFen,
    billed: [{ billNo: 'B-1', rowNo: 'F-1', amountFen: owedFen - 1n, importedBy: 'li' }],
  });
  expect(await importBill('B-1', rows, '--apply')).toMatchObject({
    code: 0,
    lines: [
      { known: true, outcome: 'DIFFERS' },
      { known: true, outcome: 'UNSHIPPED' },
    ],
  });
  // The rest is in another bill, beside a row that says otherwise than before and one that is none.
  const second = [`G-1,${TID},0.01`, `G-2,${OTHER},x`];
  expect(await importBill('B-2', second, '--apply')).toMatchObject({
    code: 3,
    lines: [
      { line: 2, ok: true, outcome: 'MATCHED' },
      { line: 3, ok: false, error: 'x is no amount in yuan' },
    ],
  });
  expect(await importBill('B-1', [`F-1,${TID},9.99`], '--apply')).toMatchObject({
    code: 1,
    lines: [{ ok: false, outcome: 'ROW_DIFFERS' }],
  });
  expect(await receivable()).toMatchObject({ match: 'MATCHED', differenceFen: 0n });

  await eventually(async () => {
    const found = await read<Record<string, number>>('settlement/overview/receivables');
    expect(found).toMatchObject({ recentMatched: 1, recentAll: 2 });
  }, WAIT);
  const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'settlement'));
  const matching = block(page, '应收与账单');
  await matching.getByText('50.0 %').waitFor();
  await matching.getByRole('link', { name: '有账单未发货 7 天以内 1' }).click();
  await block(page, '应收').getByText(`tmall/${OTHER}`).waitFor();
  await picture(page, 'settlement-receivables-zh');
});

test('an address that can be none is refused, and who may not see the seller sees nothing', async () => {
  for (const path of [
    'receivables?match=PAID',
    'receivables?match=UNBILLED&from=5',
    'receivables?channel=tmall',
    'notes?state=X',
    'notes?reason=X',
    'invoices?state=X',
    'transfers?state=X',
    'payables?kind=X',
    'due?account=none',
    'notes?token=junk',
    'receivables.csv?match=PAID',
  ]) {
    expect((await asked(`settlement/${path}`)).status, path).toBe(400);
  }
  const address = httpUrl(pages.harness.stack, 'console');
  const { sellerId } = mall.actor.seller;
  const anonymous = await fetch(`${address}/api/sellers/${sellerId}/settlement/credit`);
  expect(anonymous.status).toBe(401);
});

test('a transfer is compared with what came, after a look, for a reason', async () => {
  const told = { transfer_no: 'B-9', order_id: mallOrder, amount: '3000.00', payer: '某局' };
  expect((await mall.call('transfer', told)).result).toMatchObject({ state: 'submitted' });
  const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'settlement', 'transfers'));
  await page.getByRole('button', { name: '核实到账 B-9' }).click();
  const dialog = page.getByRole('dialog');
  const state = dialog.getByRole('row', { name: '状态' });
  await dialog.getByLabel('实收（元）').fill('2999.99');
  await state.getByText('已退回').waitFor();
  await dialog.getByLabel('实收（元）').fill('3000.01');
  await state.getByText('多付，待人工').waitFor();
  await dialog.getByLabel(/接受多付/).check();
  await state.getByText('已核实').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'settlement-verify-zh');
  const transfers = async () => await (await asked('settlement/transfers')).text();
  expect(await transfers()).toContain('SUBMITTED');
  await dialog.getByLabel('实收（元）').fill('3000');
  await dialog.getByLabel('理由').fill('bank statement of today');
  await dialog.getByRole('row', { name: '实收（元）' }).getByText('3000.00').waitFor();
  await dialog.getByRole('button', { name: '确定' }).click();
  await block(page, '转账').getByRole('row', { name: 'B-9' }).getByText('已核实').waitFor();
  expect(await transfers()).toContain('VERIFIED');
  // What is decided has no action any more.
  await page.getByRole('button', { name: '核实到账 B-9' }).waitFor({ state: 'detached' });
});

test('settlement is away: each part says so', async () => {
  await whileHanging(pages.harness, 'settlement', async () => {
    const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'settlement'));
    await block(page, '应收与账单').getByText('服务暂时不可用').waitFor();
    await block(page, '商城账期').getByRole('button', { name: '重试' }).waitFor();
    await picture(page, 'settlement-away-zh');
  });
});

describe.each([390, 768, 1440])('at %i pixels', (width) => {
  test.each(['中文', 'EN'])(
    'nothing is wider than the screen, and nobody is shut out, %s',
    async (language) => {
      const name = language === 'EN' ? 'en' : 'zh';
      const size = { width, height: 1_000 };
      const path = pathOf(mall.actor, 'settlement');
      const page = await openConsole(pages, mall.actor, path, size);
      if (language === 'EN') await page.getByRole('button', { name: 'EN' }).click();
      await page.getByRole('progressbar').waitFor();
      await page.locator('.ages svg').waitFor();
      expect(await overflow(page)).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
      await picture(page, `settlement-${width}-${name}`);
      for (const [list, shown] of [
        ['receivables', `tmall/${TID}`],
        ['invoices?state=WAITING', `govmall/${mallOrder}`],
      ] as const) {
        await page.goto(`${page.url().split('#')[0] ?? ''}#${path}/${list}`);
        await page.getByText(shown).first().waitFor();
        expect(await overflow(page)).toBe(0);
        expect(await axeFindings(page)).toEqual([]);
        const [of] = list.split('?');
        await picture(page, `settlement-${of ?? ''}-${width}-${name}`);
      }
    },
  );
});

test('an invoice is told what it waits for, and that it was issued, after a look at what comes of it', async () => {
  const wanted = `C-${Date.now()}`;
  const number = await mall.confirmed({ yggc_order: wanted });
  await eventually(async () => await mall.ship(number, 'P1'));
  await mall.deliver(number, 'P1');
  const page = await openConsole(pages, mall.actor, pathOf(mall.actor, 'mall', 'orders', number));
  const invoices = block(page, '发票与优惠');
  await invoices.getByText('缺少税收分类').waitFor();
  await invoices.getByRole('button', { name: '补充开票资料' }).click();
  const asks = page.getByRole('dialog');
  await asks.getByLabel('税率（%） 1').fill('13');
  await asks.getByLabel('税收分类编码 1').fill('1090513010000000000');
  // What settlement would make of it is shown before it is asked for.
  await asks.getByRole('row', { name: /状态 待补充 缺少税收分类 待开具/ }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await picture(page, 'mall-invoice-amend-zh');
  await asks.getByRole('button', { name: /确\s*定/ }).click();
  await invoices.getByText('待开具').waitFor();

  await invoices.getByRole('button', { name: '登记已开具' }).click();
  await asks.getByLabel('发票号码').fill(`2612${number}`);
  await asks.getByLabel('下载地址').fill('http://invoices.example.com/1');
  await asks.getByText('下载地址必须以 https:// 开头').waitFor();
  await asks.getByLabel('下载地址').fill('https://invoices.example.com/1');
  await asks.getByRole('row', { name: /状态 待开具 已开具/ }).waitFor();
  await picture(page, 'mall-invoice-record-zh');
  await asks.getByRole('button', { name: /确\s*定/ }).click();
  await invoices.getByText('已开具').first().waitFor();
  await invoices.getByText(`2612${number}`).waitFor();
  expect(await invoices.getByRole('button', { name: '登记已开具' }).count()).toBe(0);
  // Who has said it, and what, stands with the order's money.
  const { login } = await operatorOf(mall.actor);
  await invoices.getByRole('row', { name: new RegExp(`补充开票资料.*${login}`) }).waitFor();
  await invoices.getByRole('row', { name: new RegExp(`登记已开具.*${login}`) }).waitFor();
  expect(await mall.ok('invoices', { order_id: number })).toMatchObject([
    { url: 'https://invoices.example.com/1', invoice_state: 1 },
  ]);
});
