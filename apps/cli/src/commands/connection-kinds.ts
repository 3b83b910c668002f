import { ConnectionTraffic } from '@astrolabe/contracts/common';
import type { ListedSellerConnection, SellerConnection } from '@astrolabe/contracts/common';
import { ConnectionAdminServiceClient as FulfillmentConnections } from '@astrolabe/contracts/fulfillment';
import { ConnectionAdminServiceClient as OrderConnections } from '@astrolabe/contracts/order';
import { pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { PROCUREMENT } from '@astrolabe/kernel';
import { createClient, peerOf } from '../clients.ts';
import { UsageError, required } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';
import { procurementKept } from './connection-1688.ts';
import { actorOf, sellerOf } from './connection-kept.ts';
import type { Kept, KeptRow } from './connection-kept.ts';

const DEADLINE_MS = 5_000;
const PAGE = 500;

/** Where the other side's secrets of a kind are; null: there is none, or it is made by us and shown once. */
type SecretsOf = { readonly secret: string | null; readonly session: string | null };
const SECRETS: Readonly<Record<'pos' | 'tmall' | 'distribution' | 'till', SecretsOf>> = {
  pos: { secret: null, session: null },
  tmall: { secret: 'TMALL_SECRET', session: 'TMALL_SESSION' },
  distribution: { secret: 'UPSTREAM_SECRET', session: null },
  till: { secret: 'TILL_SECRET', session: 'TILL_SESSION' },
};
/** Answers of a supplier that refuse an order for good, unless it is said which do. */
const FAIL_CODES = '1001';

const KINDS: Readonly<Record<string, (environment: Environment) => Kept>> = {
  [PROCUREMENT]: procurementKept,
  pos: ofFulfillment('pos'),
  tmall: ofFulfillment('tmall'),
  distribution: ofOrders('distribution'),
  till: ofOrders('till'),
};

/** The kinds of connections, by the names of their channels. */
export const CONNECTION_KINDS: readonly string[] = Object.keys(KINDS).toSorted();

/** What administers a kind; null where there is no such kind. Who takes it closes it. */
export const keptOf = (kind: string, environment: Environment): Kept | null =>
  (Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined)?.(environment) ?? null;

function ofFulfillment(kind: 'pos' | 'tmall') {
  return (environment: Environment): Kept => {
    const peer = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
    return sellerKept(kind, createClient(FulfillmentConnections, peer));
  };
}

function ofOrders(kind: 'distribution' | 'till') {
  return (environment: Environment): Kept => {
    const peer = peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS);
    return sellerKept(kind, createClient(OrderConnections, peer));
  };
}

/** Connections of a service that keeps those of some kinds. */
function sellerKept(
  kind: keyof typeof SECRETS,
  client: GrpcClient<FulfillmentConnections> | GrpcClient<OrderConnections>,
): Kept {
  // Both contracts are alike, and each keeps kinds of its own.
  const kept = client as GrpcClient<FulfillmentConnections>;
  async function* listed(sellerId: string): AsyncGenerator<ListedSellerConnection> {
    const ask = (token: string) =>
      kept.call('listConnections', { kind, sellerId, page: { size: PAGE, token } });
    for await (const { connections } of pagesOf(ask)) yield* connections;
  }
  return {
    list: async function* (sellerId) {
      for await (const one of listed(sellerId)) yield rowOf(one);
    },
    create: async (invocation) => {
      const connection = newConnection(kind, invocation);
      const secrets = {
        secret: secretIn(invocation, SECRETS[kind].secret),
        session: secretIn(invocation, SECRETS[kind].session),
      };
      const askedBy = actorOf(invocation);
      const { secret } = await kept.call('createConnection', { connection, ...secrets, askedBy });
      return { ...connection, ...(secret !== '' && { secret }) };
    },
    change: async (invocation) => {
      const askedBy = actorOf(invocation);
      const sellerId = sellerOf(invocation);
      for await (const { connection } of listed(sellerId)) {
        if (!connection) continue;
        const changed = { ...connection, ...named(invocation) };
        await kept.call('changeConnection', { connection: changed, askedBy });
        return changed;
      }
      throw new Error(`seller ${sellerId} has no connection of the kind ${kind}`);
    },
    rotate: async (invocation) => {
      const sellerId = sellerOf(invocation);
      const { secret: from, session } = SECRETS[kind];
      const { secret } = await kept.call('rotateConnection', {
        sellerId,
        kind,
        secret: secretIn(invocation, from),
        // A session that is not named stays.
        session: session === null ? '' : (invocation.environment[session] ?? ''),
        askedBy: actorOf(invocation),
      });
      return { kind, sellerId, ...(secret !== '' && { secret }) };
    },
    setPaused: ({ isPaused, ...asked }) =>
      kept.call('setConnectionPaused', { ...asked, kind, paused: isPaused }),
    close: () => kept.close(),
  };
}

const secretIn = ({ environment }: Invocation, variable: string | null): string =>
  variable === null ? '' : required(environment[variable], variable);

const codesIn = (text: string): string[] => (text === '' ? [] : text.split(','));

/** The settings that an invocation names. */
function named({ option, flag }: Invocation): Partial<SellerConnection> {
  const [url, appKey, nick, lookupPath] = (['url', 'key', 'name', 'lookup'] as const).map(option);
  const [retryCodes, failCodes] = (['retry-codes', 'fail-codes'] as const).map(option);
  if (flag('paid') && flag('unpaid')) throw new UsageError('--paid or --unpaid');
  return {
    ...(url !== undefined && { url }),
    ...(appKey !== undefined && { appKey }),
    ...(nick !== undefined && { nick }),
    ...(lookupPath !== undefined && { lookupPath }),
    ...(retryCodes !== undefined && { retryCodes: codesIn(retryCodes) }),
    ...(failCodes !== undefined && { failCodes: codesIn(failCodes) }),
    ...((flag('paid') || flag('unpaid')) && { treatAsPaid: flag('paid') }),
  };
}

function newConnection(kind: keyof typeof SECRETS, invocation: Invocation): SellerConnection {
  const { option } = invocation;
  const isSupplier = kind === 'distribution';
  return {
    sellerId: sellerOf(invocation),
    kind,
    nick: isSupplier ? required(option('name'), '--name') : '',
    lookupPath: '',
    retryCodes: [],
    failCodes: isSupplier ? codesIn(FAIL_CODES) : [],
    treatAsPaid: false,
    ...named(invocation),
    url: required(option('url'), '--url'),
    appKey: required(option('key'), '--key'),
  };
}

const rowOf = ({ connection, pause, calls }: ListedSellerConnection): KeptRow => {
  const { kind = '', sellerId = '', ...settings } = connection ?? {};
  return {
    kind,
    sellerId,
    state: pause ? 'PAUSED' : 'RUNNING',
    ...pause,
    ...(calls && { calls: ConnectionTraffic.toJSON(calls) }),
    ...settings,
  };
};
