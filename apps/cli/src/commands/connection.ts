import { randomBytes } from 'node:crypto';
import { FulfillmentAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import { ListedConnection } from '@astrolabe/contracts/ingress';
import { PROCUREMENT } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, printList, required, wholeNumber } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { dispatchConnect } from './dispatch.ts';
import { shopConnect } from './shop.ts';
import { tillConnect } from './till.ts';
import { withPlatforms } from './platforms.ts';

const DEADLINE_MS = 5_000;
const SECRET_BYTES = 16;
const GATEWAY_URL = 'https://gw.open.1688.com';
const OVERLAP_HOURS_MAX = 720;
const OVERLAP_HOURS = 24;
const HOUR_SECONDS = 3_600;

/** Where a seller may be connected to, by kind. Secrets come from the environment, or are made here and shown once. */
const KINDS: Readonly<Record<string, (invocation: Invocation) => Promise<void>>> = {
  [PROCUREMENT]: connectPlatform,
  pos: connectStoreSystem,
  tmall: shopConnect,
  distribution: dispatchConnect,
  till: tillConnect,
};

/** `connection create`: connects a seller to one of the systems that we call for it; again it replaces that connection. */
async function connectionCreate(invocation: Invocation): Promise<void> {
  const kind = required(invocation.option('kind'), '--kind');
  const connect = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!connect) throw new UsageError(`--kind is one of ${Object.keys(KINDS).join(', ')}`);
  await connect(invocation);
}

async function connectPlatform(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const connection = {
    sellerId: required(words[0], 'SELLER'),
    platform: PROCUREMENT,
    appKey: required(option('key'), '--key'),
    gatewayUrl: option('url') ?? GATEWAY_URL,
    memberId: required(option('name'), '--name'),
    mainUserId: '',
    loginId: '',
    addressId: '',
    callsPerSecond: 0,
    ratePerSecond: 0,
  };
  await withPlatforms(invocation, async (client) => {
    await client.call('putConnection', {
      connection,
      secret: required(environment['PLATFORM_SECRET'], 'PLATFORM_SECRET'),
      accessToken: environment['PLATFORM_ACCESS_TOKEN'] ?? '',
      accessTokenEndsAt: undefined,
      refreshToken: required(environment['PLATFORM_REFRESH_TOKEN'], 'PLATFORM_REFRESH_TOKEN'),
      refreshTokenEndsAt: undefined,
      askedBy: required(option('actor'), '--actor'),
    });
    output.row(connection);
  });
}

/** The store system's SPI: the secret that we sign our calls with is made here, and shown once. */
async function connectStoreSystem({ words, option, environment, output }: Invocation) {
  const shown = {
    sellerId: required(words[0], 'SELLER'),
    spiUrl: required(option('url'), '--url'),
    appKey: required(option('key'), '--key'),
  };
  const peer = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
  await withClient(FulfillmentAdminServiceClient, peer, async (client) => {
    const secret = randomBytes(SECRET_BYTES).toString('hex');
    await client.call('putConnection', { ...shown, secret });
    output.row({ ...shown, secret });
  });
}

/** `connection list`: sellers' connections to platforms that they supply, by seller, with how their tokens stand. */
async function connectionList(invocation: Invocation): Promise<void> {
  await withPlatforms(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('listConnections', { sellerId: '', page }),
      ({ connections }) => connections.map((one) => ListedConnection.toJSON(one)),
    );
  });
}

/** `connection rotate`: the platform's application has a new secret; the former one is good for the overlap. */
async function connectionRotate(invocation: Invocation): Promise<void> {
  const { words, option, environment, output } = invocation;
  const sellerId = required(words[0], 'SELLER');
  const limits = { min: 1, max: OVERLAP_HOURS_MAX, otherwise: OVERLAP_HOURS };
  const hours = wholeNumber(option('overlap'), '--overlap', limits);
  await withPlatforms(invocation, async (client) => {
    const { previousEndsAt } = await client.call('rotateSecret', {
      sellerId,
      platform: PROCUREMENT,
      secret: required(environment['PLATFORM_SECRET'], 'PLATFORM_SECRET'),
      overlapSeconds: hours * HOUR_SECONDS,
      askedBy: required(option('actor'), '--actor'),
    });
    output.row({ sellerId, previousEndsAt });
  });
}

const setEnabled =
  (enabled: boolean) =>
  async (invocation: Invocation): Promise<void> => {
    const sellerId = required(invocation.words[0], 'SELLER');
    const askedBy = required(invocation.option('actor'), '--actor');
    await withPlatforms(invocation, async (client) => {
      const asked = { sellerId, platform: PROCUREMENT, enabled, askedBy, reason: '' };
      await client.call('setConnectionEnabled', asked);
      invocation.output.row({ sellerId, enabled });
    });
  };

/** `connection disable`: nothing is taken from the platform, and nobody calls it for the seller. */
const connectionDisable = setEnabled(false);
/** `connection enable`: as before. */
const connectionEnable = setEnabled(true);

/** Its part of the command line. */
export const CONNECTION_COMMANDS: readonly Command[] = [
  {
    name: 'connection create',
    words: ['<SELLER>'],
    summary:
      'connects a seller: 1688 to the platform that it supplies, pos to the store system that is told of allocations; ' +
      'tmall, distribution and till as shop connect, dispatch connect and till connect',
    needs: [['kind', '1688, pos, tmall, distribution or till']],
    takes: [
      ['key', 'our application key there'],
      ['name', 'of 1688 the member id, of distribution the nick of the seller'],
      'url',
      'actor',
      'lookup',
      'retry-codes',
      'fail-codes',
      'paid',
    ],
    variables: [
      'GATEWAY_ADMIN_ADDRESS',
      'FULFILLMENT_ADMIN_ADDRESS',
      'ORDER_ADMIN_ADDRESS',
      'PLATFORM_SECRET',
      'PLATFORM_REFRESH_TOKEN',
      'PLATFORM_ACCESS_TOKEN',
    ],
    examples: [
      'connection create 21230 --kind 1688 --key 1000000 --name b2b-21230 --actor li',
      'connection create 21230 --kind pos --url https://pos.example/spi --key 900',
    ],
    changes: true,
    run: connectionCreate,
  },
  {
    name: 'connection list',
    summary: 'connections to platforms that sellers supply, with how their tokens stand',
    takes: ['limit', 'from'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['connection list'],
    run: connectionList,
  },
  {
    name: 'connection rotate',
    words: ['<SELLER>'],
    summary: "the platform's new secret; the former one stays good for a day or so many hours",
    needs: ['actor'],
    takes: ['overlap'],
    variables: ['GATEWAY_ADMIN_ADDRESS', 'PLATFORM_SECRET'],
    examples: ['connection rotate 21230 --actor li'],
    changes: true,
    run: connectionRotate,
  },
  {
    name: 'connection disable',
    words: ['<SELLER>'],
    summary: 'the platform is neither heard nor called for the seller',
    needs: ['actor'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['connection disable 21230 --actor li'],
    changes: true,
    run: connectionDisable,
  },
  {
    name: 'connection enable',
    words: ['<SELLER>'],
    summary: 'it is heard and called again',
    needs: ['actor'],
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['connection enable 21230 --actor li'],
    changes: true,
    run: connectionEnable,
  },
];
