import { randomUUID } from 'node:crypto';
import { Invoice, MallMoneyAdminServiceClient, MoneyEntry } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { fenFromYuan } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
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
