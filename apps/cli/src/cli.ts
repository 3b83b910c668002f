import { parseArgs } from 'node:util';
import { auditVerify } from './commands/audit.ts';
import { identityNew } from './commands/identity.ts';
import { deadLetterList, deadLetterReplay, deadLetterShow } from './commands/deadletter.ts';
import { orderCode, orderShow } from './commands/order.ts';
import { orderClear, orderList, orderRetry } from './commands/order-maintenance.ts';
import { pushProblems, pushRetry } from './commands/push.ts';
import { refundAnswer, refundList } from './commands/refund.ts';
import { routingExplain, routingSimulate, routingTry } from './commands/routing.ts';
import { sessionIssue, sessionList, sessionRevoke } from './commands/session.ts';
import { shopConnect, shopShipments } from './commands/shop.ts';
import { stockHistory, stockShow } from './commands/stock.ts';
import {
  stockHolds,
  stockRebuild,
  stockRepair,
  stockVerify,
} from './commands/stock-maintenance.ts';
import { topicsApply } from './commands/topics.ts';
import { userAdd, userDisable, userList } from './commands/user.ts';
import { OPTIONS, UsageError } from './invocation.ts';
import type { Environment, Invocation, Output } from './invocation.ts';

const COMMANDS: Record<string, (invocation: Invocation) => Promise<void>> = {
  'topics apply': topicsApply,
  'audit verify': auditVerify,
  'identity new': identityNew,
  'deadletter list': deadLetterList,
  'deadletter show': deadLetterShow,
  'deadletter replay': deadLetterReplay,
  'user add': userAdd,
  'user list': userList,
  'user disable': userDisable,
  'order show': orderShow,
  'order code': orderCode,
  'order list': orderList,
  'order retry': orderRetry,
  'order clear': orderClear,
  'push problems': pushProblems,
  'push retry': pushRetry,
  'refund list': refundList,
  'refund answer': refundAnswer,
  'routing explain': routingExplain,
  'routing try': routingTry,
  'routing simulate': routingSimulate,
  'session issue': sessionIssue,
  'session list': sessionList,
  'session revoke': sessionRevoke,
  'shop connect': shopConnect,
  'shop shipments': shopShipments,
  'stock show': stockShow,
  'stock history': stockHistory,
  'stock holds': stockHolds,
  'stock verify': stockVerify,
  'stock repair': stockRepair,
  'stock rebuild': stockRebuild,
};

export const USAGE = `astrolabe topics apply [--replication-factor N]
      creates the topics that are missing (KAFKA_BROKERS, TOPIC_PREFIX)
astrolabe deadletter list [--group GROUP --topic TOPIC [FILTER] [--limit N] [--from OFFSET]]
      how many messages groups gave up on, or a page of them, oldest first (KAFKA_BROKERS, TOPIC_PREFIX).
      FILTER: --key KEY --type TYPE --reason PART --stack HASH --since TIME --until TIME
astrolabe deadletter show OFFSET --group GROUP --topic TOPIC
      one of them with its content
astrolabe deadletter replay [OFFSET ...] --group GROUP --topic TOPIC [FILTER] [--limit N] [--from OFFSET]
                       [--apply]
      prints which it would give back to their group; does it with --apply. A message that had its effect
      already has none again
astrolabe order show ORDER
      one order with its timeline, its store tasks and its receivable
      (ORDER_ADDRESS, FULFILLMENT_ADDRESS, SETTLEMENT_ADDRESS)
astrolabe order code ORDER
      the code that the buyer shows to collect the goods; nothing while no store has them ready
      (FULFILLMENT_ADMIN_ADDRESS)
astrolabe order list --seller ID [--state STATE] [--flag FLAG] [--limit N]
      newest first; --flag STOCK_REFUSED: those that the stock could not be booked for (ORDER_ADDRESS)
astrolabe order retry ORDER --actor WHO
      looks at an order that failed (ALLOCATE_FAILED, UNFULFILLABLE) now (ORDER_ADDRESS)
astrolabe order clear ORDER --flag FLAG --actor WHO --reason WHAT_WAS_DONE
      takes a flag away that somebody has dealt with (ORDER_ADDRESS)
astrolabe push problems --seller ID [--limit N]
      orders whose push somebody has to look at (PUSH_ADMIN_ADDRESS)
astrolabe push retry ORDER
      takes up again what was given up (PUSH_ADMIN_ADDRESS)
astrolabe refund list ORDER
      where the refunds of an order stand, and whose answer is missing (FULFILLMENT_ADDRESS)
astrolabe refund answer ORDER SUB_ORDER ... --answer confirm|denied|matched --actor WHO
      answers for a place that has no system and no clerk: the goods are on the shelf again, are out,
      or have come back (FULFILLMENT_ADMIN_ADDRESS)
astrolabe routing explain ORDER [--allocation N] [--limit ROWS]
      a recorded decision: who was looked at, and why each was dropped or ranked
      (ORDER_ADMIN_ADDRESS)
astrolabe routing try ORDER [--version N] [--inputs now|recorded]
      what a version of the rules (or the active one) would decide with stores and stock as they are
      now, or with the recorded inputs of the order's last decision
      (ORDER_ADMIN_ADDRESS)
astrolabe routing simulate --seller ID --version N --from TIME --to TIME [--limit DECISIONS]
      recorded decisions that would come out differently, and at last the counts
      (ORDER_ADMIN_ADDRESS)
astrolabe stock show --seller ID --item ID [--sku ID]
      every place's quantities and holds (CATALOG_ADDRESS, INVENTORY_ADDRESS)
astrolabe stock history --seller ID --item ID [--sku ID] --place STORE:1342 --kind SHARED [--limit N]
      the entries that add up to one number, newest first
astrolabe stock holds --seller ID
      every open hold, oldest first (INVENTORY_ADDRESS)
astrolabe stock verify [--partition P]
      folds the journal and prints what differs; exit code 1 when anything does
      (INVENTORY_ADMIN_ADDRESS)
astrolabe stock repair [HOLD ...] --seller ID --actor WHO --reason WHY
                       [--orders] [--short-cells] [--projections] [--apply]
      prints what it would put right, before and after; does it with --apply. HOLD: release this one
      (INVENTORY_ADMIN_ADDRESS). --orders: release what is held for orders that are closed, or of Tmall and
      unknown (INVENTORY_ADDRESS, ORDER_ADDRESS)
astrolabe stock rebuild [--partition P] [--projections] [--events]
      makes projections, or Kafka events, anew from the journal while it serves (INVENTORY_ADMIN_ADDRESS)
astrolabe user add LOGIN --name NAME --grants GRANT[,GRANT ...]
      creates an account for the pages, or replaces it and ends its sessions; the password is read from
      the environment (CONSOLE_ADMIN_ADDRESS, USER_PASSWORD). GRANT: clerk@SELLER/STORE,
      manager@SELLER/STORE, operator@SELLER or reader@SELLER; operator@all is of every seller
astrolabe user list
      every account with what it may see, by login (CONSOLE_ADMIN_ADDRESS)
astrolabe user disable LOGIN
      ends an account and its sessions; user add enables it again (CONSOLE_ADMIN_ADDRESS)
astrolabe session issue APP_KEY --seller ID --actor WHO [--days N]
      a session with which the key acts for that seller at TOP, for a year or N days; its token is
      shown here and never again (GATEWAY_ADMIN_ADDRESS)
astrolabe session list APP_KEY [--seller ID] [--limit N]
      sessions of a key, newest first, those that have ended too (GATEWAY_ADMIN_ADDRESS)
astrolabe session revoke SESSION
      ends a session, by its id and not its token, within seconds (GATEWAY_ADMIN_ADDRESS)
astrolabe shop connect SELLER --url URL --key APP_KEY
      how Tmall is called when a store of the seller ships; secret and session are read from the
      environment (FULFILLMENT_ADMIN_ADDRESS, TMALL_SECRET, TMALL_SESSION)
astrolabe shop shipments ORDER
      what stores have sent off of an order, and what Tmall said (FULFILLMENT_ADMIN_ADDRESS)
astrolabe audit verify [--head HASH]
      follows the chain of the gateway's audit log to its end, and prints its length and last hash;
      --head: an earlier last hash, which must still be in it (GATEWAY_ADMIN_ADDRESS)
astrolabe identity new [SERVICE ...]
      new keys by which services prove who they are, as lines of variables
Commands that call services prove who they are with SERVICE_KEY and SERVICE_PEERS. A service has its
administration on a port of its own (ADMIN_PORT), which the variables ..._ADMIN_ADDRESS name.
ORDER is CHANNEL/SELLER/NUMBER, e.g. tmall/21230/2004574256073903.
Results are JSON, one object a line. Exit code: 0 done, 1 failed, 2 wrong words.`;

/** Runs one command; returns the process's exit code. */
export async function runCli(
  argv: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: OPTIONS,
      allowPositionals: true,
    });
    if (values.help || positionals.length === 0) {
      output.out(USAGE);
      return values.help ? 0 : 2;
    }
    const name = positionals.slice(0, 2).join(' ');
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!command) throw new UsageError(`Unknown command: ${positionals.join(' ')}`);
    await command({
      words: positionals.slice(2),
      option: (name) => values[name],
      flag: (name) => values[name] ?? false,
      environment,
      output,
    });
    return 0;
  } catch (error) {
    const wrongWords =
      error instanceof UsageError ||
      (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE'));
    output.error(error instanceof Error ? error.message : String(error));
    if (wrongWords) output.error(USAGE);
    return wrongWords ? 2 : 1;
  }
}
