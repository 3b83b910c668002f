import { PlatformAdminServiceClient } from '@astrolabe/contracts/ingress';
import { PROCUREMENT } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError, instant, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { CONNECTION_KINDS, keptOf } from './connection-kinds.ts';
import type { Kept, KeptRow } from './connection-kept.ts';
import { platformConnection, withPlatforms } from './platforms.ts';

const RATE_MAX = 100_000;
/** A call takes a thousand messages at most, each with calls of the platform. */
const REPLAY_DEADLINE_MS = 110_000;
const REPLAY_TURNS_MAX = 100;

/** Does something with what administers a channel. @throws UsageError where no such channel is called */
async function withChannel(
  channel: string,
  { environment }: Invocation,
  work: (control: Kept) => Promise<void>,
): Promise<void> {
  const control = keptOf(channel, environment);
  if (!control) {
    const names = CONNECTION_KINDS.join(', ');
    throw new UsageError(
      `CHANNEL is one of ${names}: callers of other channels are stopped by their keys (appkey disable)`,
    );
  }
  try {
    await work(control);
  } finally {
    control.close();
  }
}

/** The gateway's connections alone have limits and messages that can be asked for again. @throws UsageError */
function procurementNamed({ words }: Invocation): string {
  const channel = required(words[0], 'CHANNEL');
  if (channel === PROCUREMENT) return channel;
  throw new UsageError(`CHANNEL is ${PROCUREMENT}: no other channel can be asked for it`);
}

/** As a channel is spoken of. */
const statusOf = ({ kind: channel, sellerId: seller, ...row }: KeptRow): object => ({
  channel,
  seller,
  ...row,
});

/** `channel list`: where connections stand, of all channels or of one, a line for each seller. */
async function channelList(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const sellerId = option('seller') ?? '';
  const channels = words[0] === undefined ? CONNECTION_KINDS : [words[0]];
  for (const channel of channels) {
    await withChannel(channel, invocation, async (control) => {
      for await (const row of control.list(sellerId)) output.row(statusOf(row));
    });
  }
}

const turning =
  (isPaused: boolean) =>
  async (invocation: Invocation): Promise<void> => {
    const { words, option, output } = invocation;
    const channel = required(words[0], 'CHANNEL');
    const sellerId = required(option('seller'), '--seller');
    const askedBy = required(option('actor'), '--actor');
    const reason = isPaused ? required(option('reason'), '--reason') : '';
    await withChannel(channel, invocation, async (control) => {
      await control.setPaused({ sellerId, isPaused, reason, askedBy });
      output.row({ channel, seller: sellerId, state: isPaused ? 'PAUSED' : 'RUNNING' });
    });
  };

/** `channel replay`: what the platform has kept since an instant and was not taken is taken, and confirmed there. */
async function channelReplay(invocation: Invocation): Promise<void> {
  const { option, environment, output } = invocation;
  const channel = procurementNamed(invocation);
  const sellerId = required(option('seller'), '--seller');
  const askedBy = required(option('actor'), '--actor');
  const since = instant(required(option('since'), '--since'), '--since');
  const peer = peerOf(environment, 'GATEWAY_ADMIN_ADDRESS', REPLAY_DEADLINE_MS);
  await withClient(PlatformAdminServiceClient, peer, async (client) => {
    const asked = { sellerId, platform: channel, since, askedBy };
    let taken = 0;
    for (let turn = 0; turn < REPLAY_TURNS_MAX; turn += 1) {
      const replayed = await client.call('replayMessages', asked);
      taken += replayed.taken;
      // A call that takes nothing takes nothing the next time either.
      if (replayed.isComplete || replayed.taken === 0) {
        output.row({ channel, seller: sellerId, taken, complete: replayed.isComplete });
        if (!replayed.isComplete) throw new Error('messages are left that could not be taken');
        return;
      }
      output.progress(`${taken} messages were taken`);
    }
    output.row({ channel, seller: sellerId, taken, complete: false });
    throw new Error('messages are left: repeat the command');
  });
}

/** `channel limits`: what a seller's connection may call and take in a second; with an option it is changed. */
async function channelLimits(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const channel = procurementNamed(invocation);
  const sellerId = required(option('seller'), '--seller');
  const [calls, rate] = [option('calls'), option('rate')];
  const isChange = calls !== undefined || rate !== undefined;
  const askedBy = isChange ? required(option('actor'), '--actor') : '';
  await withPlatforms(invocation, async (client) => {
    const before = await platformConnection(client, sellerId);
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
        onlyNew: false,
        askedBy,
      });
    }
    output.row({ channel, seller: sellerId, ...limits });
  });
}

const GATEWAY = ['GATEWAY_ADMIN_ADDRESS'];
const ALL = ['GATEWAY_ADMIN_ADDRESS', 'FULFILLMENT_ADMIN_ADDRESS', 'ORDER_ADMIN_ADDRESS'];
const COLUMNS = ['channel', 'seller', 'state', 'reason', 'pausedBy', 'pausedAt', 'refused'];

/** Its part of the command line. */
export const CHANNEL_CONTROL_COMMANDS: readonly Command[] = [
  {
    name: 'channel list',
    words: ['[CHANNEL]'],
    summary:
      'where connections stand: RUNNING, PAUSED with who and why, or REFUSED by the platform',
    takes: ['seller'],
    variables: ALL,
    examples: ['channel list', 'channel list tmall --seller 21230'],
    columns: COLUMNS,
    run: channelList,
  },
  {
    name: 'channel status',
    words: ['<CHANNEL>'],
    summary: 'the same of one channel; of 1688 with until when tokens are good',
    takes: ['seller'],
    variables: ALL,
    examples: ['channel status 1688', 'channel status 1688 --seller 21230'],
    run: channelList,
  },
  {
    name: 'channel pause',
    words: ['<CHANNEL>'],
    summary:
      'the system is not called for the seller until it is resumed, and what was to be called waits; ' +
      'of 1688 nothing is heard either, and is asked for afterwards',
    needs: ['seller', 'reason', 'actor'],
    variables: ALL,
    examples: ['channel pause tmall --seller 21230 --reason maintenance --actor li'],
    changes: true,
    run: turning(true),
  },
  {
    name: 'channel resume',
    words: ['<CHANNEL>'],
    summary: 'it is called again, and what waits goes on within half a minute',
    needs: ['seller', 'actor'],
    variables: ALL,
    examples: ['channel resume 1688 --seller 21230 --actor li'],
    changes: true,
    run: turning(false),
  },
  {
    name: 'channel replay',
    words: ['<CHANNEL>'],
    summary: 'of 1688: messages that the platform keeps since an instant are taken and confirmed',
    needs: ['seller', 'since', 'actor'],
    variables: GATEWAY,
    examples: ['channel replay 1688 --seller 21230 --since 2026-11-30T10:00:00+08:00 --actor li'],
    changes: true,
    run: channelReplay,
  },
  {
    name: 'channel limits',
    words: ['<CHANNEL>'],
    summary:
      'calls and messages in a second; 0: calls are not bounded, messages have the default; options change them',
    needs: ['seller'],
    takes: [['rate', 'messages that are taken in a second'], 'calls', 'actor'],
    variables: GATEWAY,
    examples: [
      'channel limits 1688 --seller 21230',
      'channel limits 1688 --seller 21230 --calls 20 --actor li',
    ],
    changes: true,
    run: channelLimits,
  },
];
