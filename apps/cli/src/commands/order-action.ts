import { randomUUID } from 'node:crypto';
import { placeToMessage } from '@astrolabe/contracts';
import { OrderAction, OrderPlan, OrderRepairServiceClient } from '@astrolabe/contracts/order';
import { placeFromKey } from '@astrolabe/kernel';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { eachItem } from '../each-item.ts';
import { UsageError, orderNamed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** A store may have to be asked for the goods first. */
const DEADLINE_MS = 30_000;
/** The service could not be asked to the end: the order itself shows later how it ended. */
const PENDING = 'PENDING';

/** What an action is called, what it comes to when nothing was faster, and whether it needs a reason. */
type Deed = { readonly action: OrderAction; readonly outcome: string; readonly reason: boolean };

function placeOf({ option }: Invocation) {
  const word = option('place');
  const place = word === undefined ? undefined : placeFromKey(word);
  if (place === null) throw new UsageError('--place is STORE:<id> or WAREHOUSE:<id>');
  return place && placeToMessage(place);
}

/**
 * Does something to each of the orders that are named. What the world did faster, e.g. a store that has accepted, is
 * a failure of that order; a dry run shows what would change and asks nobody for anything.
 */
const acting =
  ({ action, outcome: wanted, reason: needsReason }: Deed) =>
  async (invocation: Invocation): Promise<void> => {
    const { words, option, environment } = invocation;
    const dryRun = isDryRun(environment);
    const reason = option('reason') ?? '';
    if (needsReason && !dryRun) required(reason, '--reason');
    const askedBy = required(option('actor'), '--actor');
    const key = option('request-id') ?? randomUUID();
    const [place, orders] = [placeOf(invocation), words.map(orderNamed)];
    const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
    return await withClient(OrderRepairServiceClient, peer, async (client) => {
      await eachItem(invocation, words, async (word) => {
        const orderRef = orders[words.indexOf(word)];
        const asked = { orderRef, action, key, askedBy, reason, dryRun, place };
        const { outcome, order, plan } = await client.call('actOnOrder', asked);
        if (dryRun) return { dryRun, plan: plan && OrderPlan.toJSON(plan) };
        if (outcome === wanted || outcome === PENDING) return { outcome, state: order?.state };
        throw new Error(outcome);
      });
    });
  };

const COMMON = {
  words: ['<ORDER...>'],
  needs: ['actor'],
  variables: ['ORDER_ADDRESS'],
  changes: true,
} as const;
const REASON = ['reason', 'why it is done; needed except for a dry run'] as const;
const ORDER = 'tmall/21230/2004574256073903';

/** Its part of the command line. */
export const ORDER_ACTION_COMMANDS: readonly Command[] = [
  {
    ...COMMON,
    name: 'order hold',
    summary:
      'nothing is routed or allocated until it is released; what stands at a store stays there',
    takes: [REASON, 'request-id'],
    examples: [`order hold ${ORDER} --actor li --reason 地址待确认`],
    run: acting({ action: OrderAction.HOLD, outcome: 'HELD', reason: true }),
  },
  {
    ...COMMON,
    name: 'order release',
    summary: 'goes on with an order that was held',
    takes: [['reason', 'why it is done'], 'request-id'],
    examples: [`order release ${ORDER} --actor li`],
    run: acting({ action: OrderAction.RELEASE, outcome: 'RELEASED', reason: false }),
  },
  {
    ...COMMON,
    name: 'order reroute',
    summary: 'pulls an order back from its place, if it has one, and allocates it elsewhere',
    takes: [REASON, ['place', 'where to; without: wherever the rules say'], 'request-id'],
    examples: [
      `order reroute ${ORDER} --actor li --reason 门店缺货`,
      `order reroute ${ORDER} --actor li --place STORE:1342 --dry-run`,
    ],
    run: acting({ action: OrderAction.REROUTE, outcome: 'REROUTED', reason: true }),
  },
  {
    ...COMMON,
    name: 'order intercept',
    summary: 'pulls an order back before it is shipped, accepted or not, and holds it',
    takes: [REASON, 'request-id'],
    examples: [`order intercept ${ORDER} --actor li --reason 买家要求`],
    run: acting({ action: OrderAction.INTERCEPT, outcome: 'INTERCEPTED', reason: true }),
  },
  {
    ...COMMON,
    name: 'order close',
    summary: 'gives up an order that stands nowhere; its stock is released',
    takes: [REASON, 'request-id'],
    examples: [`order close ${ORDER} --actor li --reason 无货`],
    run: acting({ action: OrderAction.CLOSE, outcome: 'CLOSED', reason: true }),
  },
];
