import {
  Sale,
  SaleResolution,
  SaleReturn,
  TillAdminServiceClient,
  TillServiceClient,
} from '@astrolabe/contracts/order';
import type { Command } from '../command.ts';
import { milliFromPieces } from '@astrolabe/kernel';
import { createClient, peerOf } from '../clients.ts';
import { PAGE, UsageError, orderNamed, printPage, required } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';

/** A sale that is sent once more is waited for. */
const DEADLINE_MS = 15_000;

const salesOf = (environment: Environment) =>
  createClient(TillServiceClient, peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS));

const adminOf = (environment: Environment) =>
  createClient(TillAdminServiceClient, peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS));

/** `till list`: sales of a seller's tills, newest first, one object a line. */
async function tillList(invocation: Invocation): Promise<void> {
  const { option, environment } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const client = salesOf(environment);
  try {
    const asked = { sellerId, state: option('state') ?? '' };
    await printPage(
      invocation,
      (page) => client.call('listSales', { ...asked, page }),
      ({ sales }) => sales.map((sale) => Sale.toJSON(sale)),
    );
  } finally {
    client.close();
  }
}

const ANSWERS: Readonly<Record<string, SaleResolution>> = {
  created: SaleResolution.CREATED,
  'not-created': SaleResolution.NOT_CREATED,
  'send-again': SaleResolution.SEND_AGAIN,
  paid: SaleResolution.PAID,
};

/** `till resolve`: what a person has found out about a sale that nobody else can end. */
async function tillResolve(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const orderRef = orderNamed(words[0]);
  const answer = required(option('answer'), '--answer');
  const resolution = Object.hasOwn(ANSWERS, answer) ? ANSWERS[answer] : undefined;
  if (resolution === undefined) {
    throw new UsageError(`--answer is one of ${Object.keys(ANSWERS).join(', ')}`);
  }
  const tradeNo = resolution === SaleResolution.CREATED ? required(option('key'), '--key') : '';
  const askedBy = required(option('actor'), '--actor');
  const client = adminOf(environment);
  try {
    const { sale } = await client.call('resolveSale', { orderRef, resolution, tradeNo, askedBy });
    output.row(sale ? Sale.toJSON(sale) : null);
  } finally {
    client.close();
  }
}

/** `1=3`: pieces, with at most three decimals, of the line that the sale names so. @throws UsageError */
function returnedLine(word: string): { lineId: string; quantityMilli: bigint } {
  const [lineId = '', pieces = '', ...rest] = word.split('=');
  const quantity = milliFromPieces(pieces);
  if (lineId === '' || rest.length > 0 || !quantity.ok)
    throw new UsageError(`${word} is not LINE=PIECES`);
  return { lineId, quantityMilli: quantity.value };
}

/** `till return`: goods of a sale came back to its store; prints what is to be refunded for them. */
async function tillReturn(invocation: Invocation): Promise<void> {
  const { words, option, flag, environment, output } = invocation;
  const [order, returnNo, ...goods] = words;
  const asked = {
    orderRef: orderNamed(order),
    returnNo: required(returnNo, 'RETURN'),
    lines: goods.map(returnedLine),
    sellable: !flag('broken'),
    askedBy: required(option('actor'), '--actor'),
  };
  if (asked.lines.length === 0) throw new UsageError('LINE=PIECES is missing');
  const client = adminOf(environment);
  try {
    const { taken } = await client.call('takeBack', asked);
    output.row(taken ? SaleReturn.toJSON(taken) : null);
  } finally {
    client.close();
  }
}

/** Its part of the command line. */
export const TILL_COMMANDS: readonly Command[] = [
  {
    name: 'till list',
    summary: 'sales of tills, newest first, e.g. those that are MANUAL or BLOCKED',
    needs: ['seller'],
    takes: ['state', ...PAGE],
    variables: ['ORDER_ADDRESS'],
    examples: ['till list --seller 21230 --state MANUAL'],
    run: tillList,
  },
  {
    name: 'till resolve',
    words: ['<ORDER>'],
    summary: 'what was found out at the platform about a sale',
    needs: [['answer', 'created, not-created, send-again or paid'], 'actor'],
    takes: [['key', 'of created: the trade number']],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['till resolve pos/21230/7 --answer created --key 99 --actor li'],
    changes: true,
    run: tillResolve,
  },
  {
    name: 'till return',
    words: ['<ORDER>', '<RETURN>', '<LINE=PIECES...>'],
    summary:
      'goods of a sale came back; prints what is to be refunded. The same RETURN again is one',
    needs: ['actor'],
    takes: ['broken'],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['till return pos/21230/REQ-1 R-1 1=3 --actor li'],
    changes: true,
    run: tillReturn,
  },
];
