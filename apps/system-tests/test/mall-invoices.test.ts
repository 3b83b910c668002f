import { orderKey } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { astrolabe } from '../src/command-line.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';

let harness: Harness;
const opened: Mall[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES });
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

test('[field I5] [field I8] two coupons are one row of the invoice; goods come back before its use is confirmed, and after', async () => {
  const mall = await Mall.open(harness);
  opened.push(mall);
  const { money } = mall.admin;
  const order_id = await mall.confirmed();
  const orderRef = mall.ref(order_id);
  const grant = (discountId: string, amountFen: bigint) =>
    money.call('grantDiscount', {
      orderRef,
      discountId,
      lineId: '1',
      amountFen,
      actor: '销售小王',
    });
  await eventually(async () => await grant('C-1', 400n));
  const invoices = (...words: string[]) =>
    astrolabe<object>(harness.stack, 'mall', 'invoice', ...words);
  const order = orderKey(orderRef);
  const coupon = ['discount', order, '--line', '1', '--amount', '6.00', '--request-id', 'C-2'];
  expect((await invoices(...coupon, '--actor', '销售小王')).code).toBe(0);
  // The same coupon again takes nothing off.
  const { entries } = await grant('C-2', 600n);
  expect(entries.filter(({ cause }) => cause === 'DISCOUNTED')).toHaveLength(2);
  await expect(grant('C-3', 300_000n)).rejects.toThrow(/DISCOUNT_EXCEEDS_LINE/);

  await eventually(async () => await mall.ship(order_id, 'P1'));
  await mall.deliver(order_id, 'P1');
  const { sellerId } = mall.actor.seller;
  const invoice = async (serial: string, state: string) =>
    await eventually(async () => {
      const listed = await money.call('listInvoices', {
        sellerId,
        state,
        colour: '',
        page: undefined,
      });
      const found = listed.invoices.find((one) => one.serial === `${order_id}-${serial}`);
      expect(found, serial).toBeDefined();
      return found;
    });
  const waiting = await invoice('B', 'WAITING');
  expect(waiting?.reason).toBe('TAX_CATEGORY');
  const amend = ['amend', order, '1=13:1090513010000000000', '--actor', '财务小李'];
  expect(await invoices(...amend, '--dry-run')).toMatchObject({
    code: 0,
    lines: [{ dryRun: true, state: 'REQUESTED' }],
  });
  await invoice('B', 'WAITING');
  // Said twice it is one amendment.
  for (let time = 0; time < 2; time += 1) {
    expect(await invoices(...amend)).toMatchObject({ code: 0, lines: [{ state: 'REQUESTED' }] });
  }
  const stranger = ['amend', order, '9=13:1090513010000000000', '--actor', '财务小李'];
  expect(await invoices(...stranger)).toMatchObject({
    code: 1,
    told: expect.stringContaining('INVALID_LINE'),
  });
  const row = { name: '台式计算机', taxCode: '1090513010000000000', taxRate: 13 };
  expect(await invoice('B', 'REQUESTED')).toMatchObject({
    lines: [
      { ...row, lineId: '1', isDiscount: false, quantityMilli: 3_000n, totalFen: 300_000n },
      {
        ...row,
        lineId: '1-discount',
        isDiscount: true,
        quantityMilli: 0n,
        unitPriceE8: 0n,
        netFen: -885n,
        taxFen: -115n,
      },
    ],
    totalFen: 299_000n,
  });
  const issue = async (serial: string, ...words: string[]) => {
    const told = await invoices(
      'issued',
      order,
      '--serial',
      `${order_id}-${serial}`,
      '--number',
      `2612700000000000${serial}`,
      '--url',
      `https://invoices.example.com/${serial}`,
      '--actor',
      '财务小李',
      ...words,
    );
    if (told.code !== 0) throw new Error(told.told);
    return told.lines[0];
  };
  expect(await issue('B', '--dry-run')).toMatchObject({ dryRun: true, state: 'ISSUED' });
  await invoice('B', 'REQUESTED');
  await expect(issue('B', '1=2654.87,346.13')).rejects.toThrow(/FIGURES_DIFFER/);
  await issue('B');
  // The same number again is the same answer, and one entry says who has recorded it.
  await issue('B');
  const { entries: known } = await grant('C-1', 400n);
  const deeds = known.filter(({ cause }) => cause.startsWith('INVOICE_'));
  expect(deeds.map(({ cause, actor, message }) => [cause, actor, message])).toEqual([
    ['INVOICE_AMENDED', '财务小李', `${order_id}-B`],
    ['INVOICE_ISSUED', '财务小李', `${order_id}-B`],
  ]);
  await expect(grant('C-4', 1n)).rejects.toThrow(/INVOICE_ISSUED/);

  const comesBack = async (return_no: string) => {
    const sku = JSON.stringify([{ sku: '12345', num: 1 }]);
    const asked = await eventually(async () => {
      const reply = await mall.call('return', { order_id, type: '4', sku, return_no });
      expect(reply, reply.text).toMatchObject({ success: true });
      return reply.result as { order_service_id: string };
    });
    await mall.admin.supplies.call('receiveReturn', {
      orderRef,
      returnId: asked.order_service_id,
      receiptNo: `W-${return_no}`,
      lines: [],
      operator: '仓库小张',
    });
  };
  await comesBack('R-1');
  expect(await invoice('B-R1', 'REQUESTED')).toMatchObject({
    colour: 'RED',
    totalFen: -299_000n,
    lines: [{ quantityMilli: -3_000n, totalFen: -299_000n }],
  });
  const next = await invoice('B2', 'WAITING');
  expect(next).toMatchObject({ colour: 'BLUE', reason: 'RED_LETTER', totalFen: 199_333n });
  await expect(issue('B2')).rejects.toThrow(/NOT_REQUESTED/);
  await issue('B-R1');
  await invoice('B2', 'REQUESTED');
  await issue('B2');

  // A part is red alone once the purchaser has confirmed the use.
  const part = { orderRef, requestId: 'w', lines: [{ lineId: '1', quantityMilli: 1_000n }] };
  await expect(money.call('requestRedLetter', part)).rejects.toThrow(/USE_NOT_CONFIRMED/);
  const serial = `${order_id}-B2`;
  const use = ['confirm-use', order, '--serial', serial];
  expect(await invoices(...use, '--dry-run')).toMatchObject({
    code: 0,
    lines: [{ wouldCall: 'confirmUse' }],
  });
  for (let time = 0; time < 2; time += 1) {
    const confirmed = await invoices(...use);
    expect(confirmed).toMatchObject({ code: 0, lines: [{ serial, state: 'ISSUED' }] });
  }
  await comesBack('R-2');
  const red = await invoice('B2-R1', 'REQUESTED');
  expect(red?.lines.map(({ quantityMilli }) => quantityMilli)).toEqual([-1_000n]);
  const shown = (await mall.ok('invoices', { order_id })) as {
    url: string;
    invoice_state: number;
  }[];
  expect(shown[0]).toMatchObject({ order_id, invoice_state: 1 });
});
