import { RoutingRules, RoutingServiceClient, RulesVersion } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, printList, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 10_000;
const VERSION_MAX = 1_000_000;

async function withRouting(
  { environment }: Invocation,
  work: (client: GrpcClient<RoutingServiceClient>) => Promise<void>,
): Promise<void> {
  const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  return await withClient(RoutingServiceClient, peer, work);
}

/** Rules as JSON of the contract. @throws UsageError for what is no JSON. */
function rulesIn(json: string): RoutingRules {
  try {
    return RoutingRules.fromJSON(JSON.parse(json));
  } catch {
    throw new UsageError('RULES is no JSON of rules: {"filters":[],"sorts":["distance"],...}');
  }
}

/** `rules create`: a new draft of a seller's routing rules. It decides nothing until it is activated. */
async function rulesCreate(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const draft = {
    sellerId: required(words[0], 'SELLER'),
    rules: rulesIn(required(words[1], 'RULES')),
    note: option('note') ?? '',
    actor: required(option('actor'), '--actor'),
    version: 0,
    revision: 0,
  };
  await withRouting(invocation, async (client) => {
    const { version } = await client.call('putDraft', draft);
    if (version) output.row(RulesVersion.toJSON(version));
  });
}

/** `rules list`: versions of a seller's rules, newest first. */
async function rulesList(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.words[0], 'SELLER');
  await withRouting(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('getRules', { sellerId, page }),
      ({ versions }) => versions.map((version) => RulesVersion.toJSON(version)),
    );
  });
}

/** `rules activate`: makes a version the one that decides; the former one is archived. */
async function rulesActivate(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const sellerId = required(words[0], 'SELLER');
  const actor = required(option('actor'), '--actor');
  const limits = { min: 1, max: VERSION_MAX, otherwise: 0 };
  const version = wholeNumber(required(option('version'), '--version'), '--version', limits);
  await withRouting(invocation, async (client) => {
    const { versions } = await client.call('getRules', { sellerId, page: undefined });
    const known = versions.find((one) => one.version === version);
    if (!known) throw new Error(`seller ${sellerId} has no version ${version} among the newest`);
    const { revision } = known;
    const activated = await client.call('activate', { sellerId, version, revision, actor });
    if (activated.version) output.row(RulesVersion.toJSON(activated.version));
  });
}

/** Its part of the command line. */
export const RULES_COMMANDS: readonly Command[] = [
  {
    name: 'rules create',
    words: ['<SELLER>', '<RULES>'],
    summary: 'a draft of routing rules, as JSON; it decides nothing until it is activated',
    needs: ['actor'],
    takes: ['note'],
    variables: ['ORDER_ADDRESS'],
    examples: [
      `rules create 21230 '{"filters":[{"name":"opening-hours"}],"sorts":["distance"]}' --actor li`,
    ],
    changes: true,
    run: rulesCreate,
  },
  {
    name: 'rules list',
    words: ['<SELLER>'],
    summary: 'versions of the rules, newest first',
    takes: ['limit', 'from'],
    variables: ['ORDER_ADDRESS'],
    examples: ['rules list 21230'],
    run: rulesList,
  },
  {
    name: 'rules activate',
    words: ['<SELLER>'],
    summary: 'makes a version the one that decides; the former one is archived',
    needs: ['version', 'actor'],
    variables: ['ORDER_ADDRESS'],
    examples: ['rules activate 21230 --version 3 --actor li'],
    changes: true,
    run: rulesActivate,
  },
];
