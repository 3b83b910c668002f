import type { Command } from '../command.ts';
import { eachItem } from '../each-item.ts';
import type { Invocation } from '../invocation.ts';
import { followLog } from './audit.ts';
import { checkReceivables } from './settle.ts';
import { verifyStock } from './stock-maintenance.ts';

const NAMED_MAX = 20;

async function stock(invocation: Invocation): Promise<object> {
  const { records, operations, differences } = await verifyStock(invocation, '');
  if (differences.length > 0) throw new Error(`${differences.length} differences: stock verify`);
  return { records, operations };
}

async function money(invocation: Invocation, sellerId: string): Promise<object> {
  const { receivables, wrong } = await checkReceivables(invocation, sellerId);
  if (wrong.length === 0) return { receivables };
  throw new Error(
    `${wrong.length} receivables are not what their parts come to: ${wrong.slice(0, NAMED_MAX).join(', ')}`,
  );
}

/**
 * `ledger verify`: folds the journal of the stock, adds up the receivables of the sellers that are named, and follows
 * the chains of both audit logs; a line for each, with how much was looked at.
 */
async function ledgerVerify(invocation: Invocation): Promise<void> {
  const sellers = invocation.words.map((seller) => `money ${seller}`);
  await eachItem(invocation, ['stock', 'audit gateway', 'audit console', ...sellers], (item) => {
    const [part = '', name = ''] = item.split(' ');
    if (part === 'stock') return stock(invocation);
    if (part === 'money') return money(invocation, name);
    return followLog(invocation.environment, name);
  });
}

/** Its part of the command line. */
export const LEDGER_COMMANDS: readonly Command[] = [
  {
    name: 'ledger verify',
    words: ['[SELLER...]'],
    summary:
      'whether the journal of the stock, the audit logs and the receivables of the sellers add up; ' +
      'exit code 3 when some do not',
    variables: [
      'INVENTORY_ADMIN_ADDRESS',
      'GATEWAY_ADMIN_ADDRESS',
      'CONSOLE_ADMIN_ADDRESS',
      'SETTLEMENT_ADDRESS',
      'SETTLEMENT_ADMIN_ADDRESS',
    ],
    examples: ['ledger verify', 'ledger verify 21230'],
    run: ledgerVerify,
  },
];
