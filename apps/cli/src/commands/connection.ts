import type { Command, OptionUse } from '../command.ts';
import { UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { CONNECTION_KINDS, keptOf } from './connection-kinds.ts';
import { actorOf, sellerOf } from './connection-kept.ts';
import type { Kept } from './connection-kept.ts';

/** Does something with what administers connections of a kind. @throws UsageError where there is no such kind */
async function withKind(
  kind: string,
  { environment }: Invocation,
  work: (kept: Kept) => Promise<void>,
): Promise<void> {
  const kept = keptOf(kind, environment);
  if (!kept) throw new UsageError(`--kind is one of ${CONNECTION_KINDS.join(', ')}`);
  try {
    await work(kept);
  } finally {
    kept.close();
  }
}

/** A change of a seller's connection, which prints what has come of it. */
const changing =
  (change: (kept: Kept, invocation: Invocation) => Promise<object>) =>
  async (invocation: Invocation): Promise<void> => {
    const kind = required(invocation.option('kind'), '--kind');
    await withKind(kind, invocation, async (kept) =>
      invocation.output.row(await change(kept, invocation)),
    );
  };

/** `connection list`: how sellers are connected, and where that stands, a line for each connection. */
async function connectionList(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const kind = option('kind');
  for (const one of kind === undefined ? CONNECTION_KINDS : [kind]) {
    await withKind(one, invocation, async (kept) => {
      for await (const row of kept.list(option('seller') ?? '')) output.row(row);
    });
  }
}

const turning = (isPaused: boolean) =>
  changing(async (kept, invocation) => {
    const { option } = invocation;
    const [sellerId, askedBy] = [sellerOf(invocation), actorOf(invocation)];
    const reason = isPaused ? required(option('reason'), '--reason') : '';
    await kept.setPaused({ sellerId, isPaused, reason, askedBy });
    return { kind: option('kind'), sellerId, state: isPaused ? 'PAUSED' : 'RUNNING' };
  });

const KIND = ['kind', '1688, pos, tmall, distribution or till'] as const;
const SETTINGS: readonly OptionUse[] = [
  'url',
  ['key', 'our application key there'],
  ['name', 'of 1688 the member id, of distribution the nick of the seller'],
  'lookup',
  'retry-codes',
  'fail-codes',
  'paid',
];
const ADDRESSES = ['GATEWAY_ADMIN_ADDRESS', 'FULFILLMENT_ADMIN_ADDRESS', 'ORDER_ADMIN_ADDRESS'];
const SECRETS = [
  'PLATFORM_SECRET',
  'TMALL_SECRET',
  'TMALL_SESSION',
  'UPSTREAM_SECRET',
  'TILL_SECRET',
  'TILL_SESSION',
];
const TOKENS = ['PLATFORM_REFRESH_TOKEN', 'PLATFORM_ACCESS_TOKEN'];

/** Its part of the command line. */
export const CONNECTION_COMMANDS: readonly Command[] = [
  {
    name: 'connection create',
    words: ['<SELLER>'],
    summary:
      'connects a seller: 1688 to the platform that it supplies, pos to the store system that is told of allocations, ' +
      'tmall to its shop, distribution to where its orders go, till to who makes the trades of its tills. Replaces nothing',
    needs: [KIND, 'actor'],
    takes: SETTINGS,
    variables: [...ADDRESSES, ...SECRETS, ...TOKENS],
    examples: [
      'connection create 21230 --kind 1688 --key 1000000 --name b2b-21230 --actor li',
      'connection create 21230 --kind pos --url https://pos.example/spi --key 900 --actor li',
      'connection create 21230 --kind tmall --url https://eco.taobao.com --key 4272 --actor li',
      'connection create 21230 --kind distribution --url https://up.example --key 77 --name 星盘 --actor li',
      'connection create 21230 --kind till --url https://eco.taobao.com --key 4272 --paid --actor li',
    ],
    changes: true,
    run: changing((kept, invocation) => kept.create(invocation)),
  },
  {
    name: 'connection change',
    words: ['<SELLER>'],
    summary: 'another address or another setting; what is not named stays, and so do secrets',
    needs: [KIND, 'actor'],
    takes: [...SETTINGS, 'unpaid'],
    variables: [...ADDRESSES, ...TOKENS],
    examples: [
      'connection change 21230 --kind pos --url https://pos.example/next --actor li',
      'connection change 21230 --kind till --unpaid --actor li',
    ],
    changes: true,
    run: changing((kept, invocation) => kept.change(invocation)),
  },
  {
    name: 'connection list',
    summary: 'how sellers are connected, and where that stands: RUNNING, PAUSED or REFUSED',
    takes: [KIND, 'seller'],
    variables: ADDRESSES,
    examples: ['connection list', 'connection list --kind tmall --seller 21230'],
    columns: ['kind', 'sellerId', 'state', 'url', 'appKey', 'reason', 'pausedBy'],
    run: connectionList,
  },
  {
    name: 'connection rotate',
    words: ['<SELLER>'],
    summary:
      'another secret: of pos one that is made and shown once, of others the one of the other side; ' +
      'the former one of 1688 stays good for a day or so many hours',
    needs: [KIND, 'actor'],
    takes: ['overlap'],
    variables: [...ADDRESSES, ...SECRETS],
    examples: [
      'connection rotate 21230 --kind 1688 --actor li',
      'connection rotate 21230 --kind pos --actor li',
    ],
    changes: true,
    run: changing((kept, invocation) => kept.rotate(invocation)),
  },
  {
    name: 'connection disable',
    words: ['<SELLER>'],
    summary:
      'it is not called for the seller, and what was to be called waits, as by channel pause',
    needs: [KIND, 'reason', 'actor'],
    variables: ADDRESSES,
    examples: ['connection disable 21230 --kind tmall --reason maintenance --actor li'],
    changes: true,
    run: turning(true),
  },
  {
    name: 'connection enable',
    words: ['<SELLER>'],
    summary: 'it is called again, and what waits goes on',
    needs: [KIND, 'actor'],
    variables: ADDRESSES,
    examples: ['connection enable 21230 --kind tmall --actor li'],
    changes: true,
    run: turning(false),
  },
];
