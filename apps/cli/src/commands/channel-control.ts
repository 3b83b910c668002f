import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import type { ListedConnection } from '@astrolabe/contracts/ingress';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import { createClient, peerOf } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const PAGE = 500;
const RATE_MAX = 100_000;

type Client = GrpcClient<PlatformAdminServiceClient>;

async function withConnections(
  { environment }: Invocation,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const peer = peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', DEADLINE_MS);
  const client = createClient(PlatformAdminServiceClient, peer);
  try {
    await work(client);
  } finally {
    client.close();
  }
}

/** The channel that is named: one that the gateway holds connections of. @throws UsageError */
function channelNamed({ words }: Invocation): string {
  const channel = required(words[0], 'CHANNEL');
  if (channel === PROCUREMENT) return channel;
  throw new UsageError(
    `CHANNEL is ${PROCUREMENT}: calls of other channels are stopped by their keys (appkey disable)`,
  );
}

async function* connectionsOf(client: Client, channel: string): AsyncGenerator<ListedConnection> {
  const ask = (token: string) => client.call('listConnections', { page: { size: PAGE, token } });
  for await (const { connections } of pagesOf(ask)) {
    yield* connections.filter(({ connection }) => connection?.platform === channel);
  }
}

const statusOf = (one: ListedConnection): object => {
  const { connection, enabled, refused, ...times } = one;
  const state = enabled ? (refused === '' ? 'RUNNING' : 'REFUSED') : 'PAUSED';
  return { channel: connection?.platform, seller: connection?.sellerId, state, refused, ...times };
};

/** `channel status`: where the connections of a channel stand, a line for each seller. */
async function channelStatus(invocation: Invocation): Promise<void> {
  const channel = channelNamed(invocation);
  const sellerId = invocation.option('seller');
  await withConnections(invocation, async (client) => {
    for await (const one of connectionsOf(client, channel)) {
      const isAsked = sellerId === undefined || one.connection?.sellerId === sellerId;
      if (isAsked) invocation.output.row(statusOf(one));
    }
  });
}

const turning =
  (enabled: boolean) =>
  async (invocation: Invocation): Promise<void> => {
    const platform = channelNamed(invocation);
    const sellerId = required(invocation.option('seller'), '--seller');
    const askedBy = required(invocation.option('actor'), '--actor');
    await withConnections(invocation, async (client) => {
      await client.call('setConnectionEnabled', { sellerId, platform, enabled, askedBy });
      const state = enabled ? 'RUNNING' : 'PAUSED';
      invocation.output.row({ channel: platform, seller: sellerId, state });
    });
  };

async function find(client: Client, channel: string, sellerId: string) {
  for await (const { connection } of connectionsOf(client, channel)) {
    if (connection?.sellerId === sellerId) return connection;
  }
  throw new Error(`seller ${sellerId} is not connected to ${channel}`);
}

/** `channel limits`: what a seller's connection may call and take in a second; with an option it is changed. */
async function channelLimits(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const channel = channelNamed(invocation);
  const sellerId = required(option('seller'), '--seller');
  const [calls, rate] = [option('calls'), option('rate')];
  const isChange = calls !== undefined || rate !== undefined;
  const askedBy = isChange ? required(option('actor'), '--actor') : '';
  await withConnections(invocation, async (client) => {
    const before = await find(client, channel, sellerId);
    const limit = (text: string | undefined, name: string, otherwise: number): number =>
      wholeNumber(text, name, { max: RATE_MAX, otherwise });
    const limits = {
      callsPerSecond: limit(calls, '--calls', before.callsPerSecond),
      ratePerSecond: limit(rate, '--rate', before.ratePerSecond),
    };
    if (isChange) {
      await client.call('putConnection', {
        connection: { ...before, ...limits },
        // What is empty stays as it is.
        secret: '',
        accessToken: '',
        accessTokenEndsAt: undefined,
        refreshToken: '',
        refreshTokenEndsAt: undefined,
        askedBy,
      });
    }
    output.row({ channel, seller: sellerId, ...limits });
  });
}

const VARIABLES = ['GATEWAY_ADMIN_ADDRESS'];

/** Its part of the command line. */
export const CHANNEL_CONTROL_COMMANDS: readonly Command[] = [
  {
    name: 'channel status',
    words: ['<CHANNEL>'],
    summary:
      'where the connections of a channel stand: RUNNING, PAUSED or REFUSED, and until when tokens are good',
    takes: ['seller'],
    variables: VARIABLES,
    examples: ['channel status 1688', 'channel status 1688 --seller 21230'],
    run: channelStatus,
  },
  {
    name: 'channel pause',
    words: ['<CHANNEL>'],
    summary:
      'the platform is neither heard nor called for the seller; what it says meanwhile is asked for afterwards',
    needs: ['seller', 'actor'],
    variables: VARIABLES,
    examples: ['channel pause 1688 --seller 21230 --actor li'],
    changes: true,
    run: turning(false),
  },
  {
    name: 'channel resume',
    words: ['<CHANNEL>'],
    summary: 'it is heard and called again',
    needs: ['seller', 'actor'],
    variables: VARIABLES,
    examples: ['channel resume 1688 --seller 21230 --actor li'],
    changes: true,
    run: turning(true),
  },
  {
    name: 'channel limits',
    words: ['<CHANNEL>'],
    summary:
      'calls and messages in a second; 0: calls are not bounded, messages have the default; options change them',
    needs: ['seller'],
    takes: [['rate', 'messages that are taken in a second'], 'calls', 'actor'],
    variables: VARIABLES,
    examples: [
      'channel limits 1688 --seller 21230',
      'channel limits 1688 --seller 21230 --calls 20 --actor li',
    ],
    changes: true,
    run: channelLimits,
  },
];
