import { SupplyAdminServiceClient } from '@astrolabe/contracts/fulfillment';
import {
  DistributionAdminServiceClient,
  SaleResolution,
  TillAdminServiceClient,
  TillServiceClient,
} from '@astrolabe/contracts/order';
import { OrderPushServiceClient } from '@astrolabe/contracts/push';
import { pagesOf } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createClient, peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { eachItem } from '../each-item.ts';
import { UsageError, orderNamed, required, wholeNumber } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';

/** A call that is made once more is waited for. */
const DEADLINE_MS = 15_000;
const PAGE = 200;
const LIMIT = 100;
const LIMIT_MAX = 1_000;

/** A call to another system that does not go on by itself, or is not known to have had its effect. */
type Stuck = {
  /** Its name for `retry` and `resolve-unknown`. */
  readonly item: string;
  readonly state: string;
  readonly reason: string;
};

/** What a person says of one. */
type Word = { readonly actor: string; readonly answer: string; readonly key: string | undefined };

/** Calls of one kind: where they are listed, tried again, and where it is said what became of them. */
type Kind = {
  readonly list: (environment: Environment, sellerId: string) => AsyncGenerator<Stuck>;
  readonly retry: (environment: Environment, name: Name, actor: string) => Promise<string>;
  /** Absent: the other side recognises a repeat, so `retry` is all that is needed. */
  readonly resolve?: (environment: Environment, name: Name, word: Word) => Promise<string>;
};

type Name = { readonly orderRef: OrderRef; readonly number: string };

const nameOf = (kind: string, orderRef: OrderRef | undefined, number = ''): string =>
  [kind, orderRef ? orderKey(orderRef) : '', ...(number === '' ? [] : [number])].join('#');

async function* pushes(environment: Environment, sellerId: string): AsyncGenerator<Stuck> {
  const client = createClient(
    OrderPushServiceClient,
    peerOf(environment, 'PUSH_ADMIN_ADDRESS', DEADLINE_MS),
  );
  try {
    const asked = { sellerId, problemsOnly: true };
    const ask = (token: string) =>
      client.call('listPushes', { ...asked, page: { size: PAGE, token } });
    for await (const answer of pagesOf(ask)) {
      for (const { orderRef, problems, allocate, rows } of answer.pushes) {
        const errors = [allocate?.lastError ?? '', ...rows.map(({ lastError }) => lastError)];
        const reason = errors.filter((error) => error !== '').join('; ');
        yield { item: nameOf('push', orderRef), state: problems.join(', '), reason };
      }
    }
  } finally {
    client.close();
  }
}

async function retryPush(environment: Environment, { orderRef }: Name): Promise<string> {
  return await withClient(
    OrderPushServiceClient,
    peerOf(environment, 'PUSH_ADMIN_ADDRESS', DEADLINE_MS),
    async (client) => {
      await client.call('retryPush', { orderRef });
      return 'PENDING';
    },
  );
}

/** States of a dispatch in which it waits for somebody, or nobody knows what became of it. */
const STUCK_DISPATCH: readonly string[] = ['MANUAL', 'UNKNOWN', 'BLOCKED', 'FAILED'];

const dispatchesOf = (environment: Environment) =>
  createClient(
    DistributionAdminServiceClient,
    peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS),
  );

async function* dispatches(environment: Environment, sellerId: string): AsyncGenerator<Stuck> {
  const client = dispatchesOf(environment);
  try {
    for (const state of STUCK_DISPATCH) {
      const ask = (token: string) =>
        client.call('listDistributions', { sellerId, state, page: { size: PAGE, token } });
      for await (const { distributions } of pagesOf(ask)) {
        for (const { orderRef, dispatches: all } of distributions) {
          for (const one of all.filter((dispatch) => dispatch.state === state)) {
            const reason = one.message || one.reason;
            yield { item: nameOf('dispatch', orderRef, one.outOrderId), state, reason };
          }
        }
      }
    }
  } finally {
    client.close();
  }
}

const DISPATCH_ANSWERS: readonly string[] = ['created', 'rejected', 'look'];

async function decide(
  environment: Environment,
  { orderRef, number: outOrderId }: Name,
  { actor, answer, key }: Word,
): Promise<string> {
  const orderId = answer === 'created' ? required(key, '--key') : undefined;
  const order =
    orderId === undefined ? undefined : { orderId, amountFen: undefined, postFeeFen: undefined };
  const asked = { orderRef, outOrderId, decision: answer.toUpperCase(), order, message: '', actor };
  const client = dispatchesOf(environment);
  try {
    return (await client.call('decideDispatch', asked)).dispatch?.state ?? '';
  } finally {
    client.close();
  }
}

/** States of a sale in which it waits for somebody, or nobody knows what became of it. */
const STUCK_SALE: readonly string[] = ['MANUAL', 'UNKNOWN', 'BLOCKED'];

async function* sales(environment: Environment, sellerId: string): AsyncGenerator<Stuck> {
  const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  const client = createClient(TillServiceClient, peer);
  try {
    for (const state of STUCK_SALE) {
      const ask = (token: string) =>
        client.call('listSales', { sellerId, state, page: { size: PAGE, token } });
      for await (const answer of pagesOf(ask)) {
        for (const { orderRef, code, message } of answer.sales) {
          yield { item: nameOf('till', orderRef), state, reason: message || code };
        }
      }
    }
  } finally {
    client.close();
  }
}

const SALE_ANSWERS: ReadonlyMap<string, SaleResolution> = new Map([
  ['created', SaleResolution.CREATED],
  ['not-created', SaleResolution.NOT_CREATED],
  ['paid', SaleResolution.PAID],
]);

async function resolveSale(
  environment: Environment,
  { orderRef }: Name,
  resolution: SaleResolution,
  { actor, key }: Pick<Word, 'actor' | 'key'>,
): Promise<string> {
  const tradeNo = resolution === SaleResolution.CREATED ? required(key, '--key') : '';
  const peer = peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(TillAdminServiceClient, peer, async (client) => {
    const asked = { orderRef, resolution, tradeNo, askedBy: actor };
    return (await client.call('resolveSale', asked)).sale?.state ?? '';
  });
}

const parcelsOf = (environment: Environment) =>
  createClient(
    SupplyAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );

async function* parcels(environment: Environment, sellerId: string): AsyncGenerator<Stuck> {
  const client = parcelsOf(environment);
  try {
    const ask = (token: string) =>
      client.call('listSupplies', { sellerId, place: undefined, page: { size: PAGE, token } });
    for await (const { supplies } of pagesOf(ask)) {
      for (const { orderRef, parcels: all } of supplies) {
        for (const { parcelNo, state, reason } of all) {
          if (state === 'STUCK')
            yield { item: nameOf('parcel', orderRef, parcelNo), state, reason };
        }
      }
    }
  } finally {
    client.close();
  }
}

async function retryParcel(environment: Environment, name: Name, actor: string): Promise<string> {
  const client = parcelsOf(environment);
  try {
    const asked = { orderRef: name.orderRef, parcelNo: name.number, operator: actor };
    return (await client.call('retryParcel', asked)).parcel?.state ?? '';
  } finally {
    client.close();
  }
}

const KINDS: Readonly<Record<string, Kind>> = {
  push: { list: pushes, retry: retryPush },
  dispatch: {
    list: dispatches,
    retry: (environment, name, actor) =>
      decide(environment, name, { actor, answer: 'send', key: undefined }),
    resolve: async (environment, name, word) => {
      if (DISPATCH_ANSWERS.includes(word.answer)) return await decide(environment, name, word);
      throw new UsageError(`of a dispatch --answer is one of ${DISPATCH_ANSWERS.join(', ')}`);
    },
  },
  till: {
    list: sales,
    retry: (environment, name, actor) =>
      resolveSale(environment, name, SaleResolution.SEND_AGAIN, { actor, key: undefined }),
    resolve: async (environment, name, word) => {
      const resolution = SALE_ANSWERS.get(word.answer);
      if (resolution !== undefined) return await resolveSale(environment, name, resolution, word);
      throw new UsageError(`of a sale --answer is one of ${[...SALE_ANSWERS.keys()].join(', ')}`);
    },
  },
  parcel: { list: parcels, retry: retryParcel },
};

function kindNamed(kind: string): Kind {
  const found = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (found) return found;
  throw new UsageError(`${kind} is none of ${Object.keys(KINDS).join(', ')}`);
}

/** `dispatch#fenxiao/21230/7#7-1`: as `outbox list` prints it. */
function itemNamed(item: string): { kind: Kind; name: Name } {
  const [word = '', order, ...number] = item.split('#');
  return {
    kind: kindNamed(word),
    name: { orderRef: orderNamed(order), number: number.join('#') },
  };
}

/** `outbox list`: calls to other systems that do not go on by themselves; a line each. */
async function outboxList(invocation: Invocation): Promise<void> {
  const { option, environment, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const wanted = option('kind');
  const limits = { min: 1, max: LIMIT_MAX, otherwise: LIMIT };
  const limit = wholeNumber(option('limit'), '--limit', limits);
  const kinds = wanted === undefined ? Object.values(KINDS) : [kindNamed(wanted)];
  let shown = 0;
  for (const { list } of kinds) {
    for await (const stuck of list(environment, sellerId)) {
      if (shown === limit) {
        output.note(`There are more than ${limit}: --kind and --limit choose`);
        return;
      }
      shown += 1;
      output.row(stuck);
    }
  }
}

/** `outbox retry`: has calls made once more; those that may have had their effect are looked up first, or refused. */
async function outboxRetry(invocation: Invocation): Promise<void> {
  const { words, option, environment } = invocation;
  const actor = required(option('actor'), '--actor');
  const named = new Map(words.map((item) => [item, itemNamed(item)]));
  await eachItem(invocation, words, async (item) => {
    const { kind, name } = named.get(item) ?? itemNamed(item);
    return { state: await kind.retry(environment, name, actor) };
  });
}

/** `outbox resolve-unknown`: what a person has found out about a call whose effect nobody knows. */
async function outboxResolve(invocation: Invocation): Promise<void> {
  const { words, option, environment } = invocation;
  const word = {
    actor: required(option('actor'), '--actor'),
    answer: required(option('answer'), '--answer'),
    key: option('key'),
  };
  const [item = ''] = words;
  const { kind, name } = itemNamed(item);
  const { resolve } = kind;
  if (!resolve) throw new UsageError(`${item}: the other side knows a repeat: outbox retry`);
  await eachItem(invocation, [item], async () => ({
    state: await resolve(environment, name, word),
  }));
}

const VARIABLES = [
  'PUSH_ADMIN_ADDRESS',
  'ORDER_ADDRESS',
  'ORDER_ADMIN_ADDRESS',
  'FULFILLMENT_ADMIN_ADDRESS',
];

/** Its part of the command line. */
export const OUTBOX_COMMANDS: readonly Command[] = [
  {
    name: 'outbox list',
    summary:
      'calls to other systems that wait for somebody: pushes, dispatches to suppliers, sales of tills, parcels of supplied orders',
    needs: ['seller'],
    takes: [
      ['kind', 'push, dispatch, till or parcel'],
      ['limit', 'at most so many; 100 without'],
    ],
    variables: VARIABLES,
    examples: ['outbox list --seller 21230', 'outbox list --seller 21230 --kind dispatch'],
    columns: ['item', 'state', 'reason'],
    run: outboxList,
  },
  {
    name: 'outbox retry',
    words: ['<ITEM...>'],
    summary: 'has calls made once more, a line for each; ITEM as outbox list prints it',
    needs: ['actor'],
    variables: VARIABLES,
    examples: ['outbox retry push#tmall/21230/7 dispatch#fenxiao/21230/8#8-1 --actor li'],
    changes: true,
    run: outboxRetry,
  },
  {
    name: 'outbox resolve-unknown',
    words: ['<ITEM>'],
    summary: 'what was found out about a call whose effect nobody knows',
    needs: [
      ['answer', 'created; of a dispatch rejected or look; of a sale not-created or paid'],
      'actor',
    ],
    takes: [['key', 'of created: the number on the other side']],
    variables: VARIABLES,
    examples: [
      'outbox resolve-unknown till#pos/21230/7 --answer created --key 99 --actor li',
      'outbox resolve-unknown dispatch#fenxiao/21230/8#8-1 --answer look --actor li',
    ],
    changes: true,
    run: outboxResolve,
  },
];
