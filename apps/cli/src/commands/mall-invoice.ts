import { randomUUID } from 'node:crypto';
import { Invoice, MallMoneyAdminServiceClient, MoneyEntry } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { fenFromYuan } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import { PAGE, UsageError, instant, orderNamed, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { lineQuantities } from '../line-quantities.ts';

const DEADLINE_MS = 12_000;

type Money = GrpcClient<MallMoneyAdminServiceClient>;

async function withMoney(
  { environment }: Invocation,
  work: (client: Money) => Promise<void>,
): Promise<void> {
  const peer = peerOf(environment, 'SETTLEMENT_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(MallMoneyAdminServiceClient, peer, work);
}

/** Prints the invoice that a change has come to. */
const changing =
  (change: (client: Money, invocation: Invocation) => Promise<{ invoice?: Invoice | undefined }>) =>
  (invocation: Invocation): Promise<void> =>
    withMoney(invocation, async (client) => {
      const { invoice } = await change(client, invocation);
      if (invoice) invocation.output.row(Invoice.toJSON(invoice));
    });

/** `mall invoice list`: invoices and red letters of one state, the oldest first. */
const list = (invocation: Invocation): Promise<void> =>
  withMoney(invocation, async (client) => {
    const { option } = invocation;
    const sellerId = required(option('seller'), '--seller');
    const state = required(option('state'), '--state').toUpperCase();
    await printPage(
      invocation,
      (page) => client.call('listInvoices', { sellerId, state, colour: '', page }),
      ({ invoices }) => invoices.map((one) => Invoice.toJSON(one)),
    );
  });

/** `mall invoice discount`: takes something off a line; the same name again takes nothing more off. */
const discount = (invocation: Invocation): Promise<void> =>
  withMoney(invocation, async (client) => {
    const { words, option, output } = invocation;
    const amount = fenFromYuan(required(option('amount'), '--amount'));
    if (!amount.ok || amount.value <= 0n) throw new UsageError('--amount is yuan, e.g. 19.90');
    const { entries } = await client.call('grantDiscount', {
      orderRef: orderNamed(words[0]),
      discountId: required(option('request-id'), '--request-id'),
      lineId: required(option('line'), '--line'),
      amountFen: amount.value,
      actor: required(option('actor'), '--actor'),
    });
    for (const entry of entries) output.row(MoneyEntry.toJSON(entry));
  });

/** `mall invoice confirm-use`: the purchaser has confirmed its use at the tax side. */
const confirmUse = changing(async (client, { words, option }) => {
  const since = option('since');
  const confirmedAt = since === undefined ? undefined : instant(since, '--since');
  const serial = required(option('serial'), '--serial');
  return await client.call('confirmUse', { orderRef: orderNamed(words[0]), serial, confirmedAt });
});

/** `mall invoice red`: asks for a red letter over lines of what was issued, or over all that is left of it. */
const red = changing(async (client, { words: [order, ...words], option }) => {
  const requestId = option('request-id') ?? randomUUID();
  const asked = { orderRef: orderNamed(order), requestId, lines: lineQuantities(words) };
  return await client.call('requestRedLetter', asked);
});

/** Yuan, negative ones too. @throws UsageError */
function fenOf(yuan: string, word: string): bigint {
  const fen = fenFromYuan(yuan);
  if (!fen.ok) throw new UsageError(`${word} has no amounts in yuan, e.g. 1=88.50,11.50`);
  return fen.value;
}

/** Words such as `1=88.50,11.50`: a row of an invoice, its net amount and its tax. @throws UsageError */
const issuedLines = (words: readonly string[]) =>
  words.map((word) => {
    const [, lineId = '', net = '', tax = ''] = /^([^=]+)=([^,]+),([^,]+)$/.exec(word) ?? [];
    return { lineId, netFen: fenOf(net, word), taxFen: fenOf(tax, word) };
  });

/** `1=13:1090513010000000000`, or `1=exempt:…`: how the tax side sees a line's goods. @throws UsageError */
const amendedLines = (words: readonly string[]) =>
  words.map((word) => {
    const [, lineId, rate, taxCode = ''] = /^([^=]+)=(\d{1,3}|exempt):(\d{1,19})$/.exec(word) ?? [];
    if (lineId === undefined || rate === undefined) {
      throw new UsageError(`${word} is no LINE=RATE:CODE, e.g. 1=13:1090513010000000000`);
    }
    return { lineId, taxCode, ...(rate === 'exempt' ? {} : { taxRate: Number(rate) }) };
  });

/** Prints the invoice that a change has come to, or would come to in a dry run. */
const recording =
  (
    ask: (
      client: Money,
      invocation: Invocation,
      deed: { readonly actor: string; readonly dryRun: boolean },
    ) => Promise<{ invoice?: Invoice | undefined }>,
  ) =>
  (invocation: Invocation): Promise<void> =>
    withMoney(invocation, async (client) => {
      const dryRun = isDryRun(invocation.environment);
      const actor = required(invocation.option('actor'), '--actor');
      const { invoice } = await ask(client, invocation, { actor, dryRun });
      if (!invoice) return;
      invocation.output.row({ ...(dryRun && { dryRun }), ...(Invoice.toJSON(invoice) as object) });
    });

/** `mall invoice issued`: what the tax side has issued; the same number again is the same answer. */
const issued = recording(async (client, { words: [order, ...words], option }, deed) => {
  const since = option('since');
  return await client.call('recordIssued', {
    orderRef: orderNamed(order),
    serial: required(option('serial'), '--serial'),
    number: required(option('number'), '--number'),
    code: option('code') ?? '',
    url: option('url') ?? '',
    issuedAt: since === undefined ? undefined : instant(since, '--since'),
    lines: issuedLines(words),
    ...deed,
  });
});

/** `mall invoice amend`: says what an invoice waits for. */
const amend = recording(async (client, { words: [order, ...words], option }, deed) => {
  const [title, taxNumber] = [option('title') ?? '', option('tax-number') ?? ''];
  const lines = amendedLines(words);
  if (title === '' && taxNumber === '' && lines.length === 0) {
    throw new UsageError('--title, --tax-number or LINE=RATE:CODE says what is amended');
  }
  const [orderRef, serial] = [orderNamed(order), option('serial') ?? ''];
  return await client.call('amendInvoice', { orderRef, serial, title, taxNumber, lines, ...deed });
});

const ORDER = 'govmall/21230/100000000000001';
const COMMON = { variables: ['SETTLEMENT_ADMIN_ADDRESS'], changes: true } as const;

/** Its part of the command line. */
export const MALL_INVOICE_COMMANDS: readonly Command[] = [
  {
    name: 'mall invoice list',
    summary: 'invoices and red letters of one state with their serials, the oldest first',
    needs: ['seller', ['state', 'WAITING, REQUESTED, ISSUED or VOID']],
    takes: PAGE,
    variables: ['SETTLEMENT_ADMIN_ADDRESS'],
    examples: ['mall invoice list --seller 21230 --state REQUESTED'],
    run: list,
  },
  {
    ...COMMON,
    name: 'mall invoice discount',
    words: ['<ORDER>'],
    summary:
      'takes something off a line, tax included, before an invoice or a transfer says what it came to',
    needs: [
      'line',
      'amount',
      ['request-id', "the discount's name, such as a coupon's number; again it takes nothing off"],
      'actor',
    ],
    examples: [
      `mall invoice discount ${ORDER} --line 1 --amount 10.00 --request-id C-1 --actor li`,
    ],
    run: discount,
  },
  {
    ...COMMON,
    name: 'mall invoice amend',
    words: ['<ORDER>', '[LINE=RATE:CODE...]'],
    summary:
      'says what an invoice waits for: the title, the tax number, or the tax rate and category of lines',
    needs: ['actor'],
    takes: [
      ['title', 'as it is to stand on the invoice; without as it is'],
      ['tax-number', "the purchaser's; without as it is"],
      ['serial', 'of the invoice that is meant; without the one that stands'],
    ],
    examples: [
      `mall invoice amend ${ORDER} --tax-number 91120102301231E127 --actor li`,
      `mall invoice amend ${ORDER} 1=13:1090513010000000000 2=exempt:1070101010000000000 --actor li --dry-run`,
    ],
    run: amend,
  },
  {
    ...COMMON,
    name: 'mall invoice issued',
    words: ['<ORDER>', '[LINE=NET,TAX...]'],
    summary:
      'records what the tax side has issued for a requested invoice or red letter; without rows as it was asked for',
    needs: ['serial', ['number', "the invoice's; the same again is the same answer"], 'actor'],
    takes: [
      ['code', 'of an invoice that has one; fully digital ones have none'],
      ['url', 'where the purchaser gets it, https'],
      ['since', 'when it was issued; now without'],
    ],
    examples: [
      `mall invoice issued ${ORDER} --serial 100000000000001-B --number 26127000000000000001 --actor li --dry-run`,
      `mall invoice issued ${ORDER} 1=2654.87,345.13 --serial 100000000000001-B --number 26127000000000000001 --actor li`,
    ],
    run: issued,
  },
  {
    ...COMMON,
    name: 'mall invoice confirm-use',
    words: ['<ORDER>'],
    summary:
      'the purchaser has confirmed the use of an issued invoice; from then on parts of it are taken back',
    needs: ['serial'],
    takes: [['since', 'when it was; now without']],
    examples: [`mall invoice confirm-use ${ORDER} --serial 100000000000001-B`],
    run: confirmUse,
  },
  {
    ...COMMON,
    name: 'mall invoice red',
    words: ['<ORDER>', '[LINE=PIECES...]'],
    summary:
      'asks for a red letter over lines of the issued invoice; without lines over all that is left',
    takes: ['request-id'],
    examples: [
      `mall invoice red ${ORDER} --request-id R-1`,
      `mall invoice red ${ORDER} 1=2 --request-id R-2`,
    ],
    run: red,
  },
];
