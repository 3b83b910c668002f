import {
  Acceptor,
  Allocator,
  CatalogAdminServiceClient,
  CatalogServiceClient,
  Seller,
} from '@astrolabe/contracts/catalog';
import { GrpcCallError, pagesOf } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { createClient, peerOf, withClient } from '../clients.ts';
import { UsageError, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { withKeys } from './app-key.ts';

const DEADLINE_MS = 5_000;

const ALLOCATORS: Readonly<Record<string, Allocator>> = {
  astrolabe: Allocator.ASTROLABE,
  isv: Allocator.ISV,
};
const ACCEPTORS: Readonly<Record<string, Acceptor>> = {
  console: Acceptor.DIANZHANGGUI,
  pos: Acceptor.POS,
};

/** Runs work with the catalogue's administration. */
export async function withCatalog(
  { environment }: Invocation,
  work: (client: GrpcClient<CatalogAdminServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    CatalogAdminServiceClient,
    peerOf(environment, 'CATALOG_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** One of a few words. @throws UsageError for another one. */
function oneOf<T>(words: Readonly<Record<string, T>>, word: string, name: string): T {
  const value = Object.hasOwn(words, word) ? words[word] : undefined;
  if (value === undefined)
    throw new UsageError(`${name} is one of ${Object.keys(words).join(', ')}`);
  return value;
}

/** `S001=1342,S002=123`: ids that the merchant centre has issued, by store code. */
function storeIdsOf(words: string): Record<string, string> {
  const pairs = words.split(',').map((word) => word.trim().split('='));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes(''))) {
    throw new UsageError('--stores is CODE=ID[,CODE=ID ...]');
  }
  return Object.fromEntries(pairs.map(([code = '', id = '']) => [code, id]));
}

/** `seller create`: a merchant with who allocates and who accepts; one that exists is refused. */
async function sellerCreate(invocation: Invocation): Promise<void> {
  const { words, option, flag, output } = invocation;
  const seller: Seller = {
    sellerId: required(words[0], 'SELLER'),
    nick: required(option('name'), '--name'),
    allocator: oneOf(ALLOCATORS, option('allocator') ?? 'astrolabe', '--allocator'),
    acceptor: oneOf(ACCEPTORS, option('acceptor') ?? 'console', '--acceptor'),
    sellableCountsShared: flag('shared'),
    merchantCentreStoreIds: storeIdsIn(option('stores')),
  };
  if (await isKnownSeller(invocation, seller.sellerId)) {
    throw new Error(`seller ${seller.sellerId} is there already`);
  }
  await withCatalog(invocation, async (client) => {
    await client.call('putSeller', { seller });
    output.row(Seller.toJSON(seller));
  });
}

const storeIdsIn = (words: string | undefined): Record<string, string> =>
  words === undefined ? {} : storeIdsOf(words);

/** Whether the catalogue has the seller. */
export async function isKnownSeller(
  { environment }: Invocation,
  sellerId: string,
): Promise<boolean> {
  const peer = peerOf(environment, 'CATALOG_ADDRESS', DEADLINE_MS);
  const client = createClient(CatalogServiceClient, peer);
  try {
    await client.call('getSeller', { sellerId });
    return true;
  } catch (error) {
    if (error instanceof GrpcCallError && error.reason === 'UNKNOWN_SELLER') return false;
    throw error;
  } finally {
    client.close();
  }
}

/** `seller list`: by id. */
async function sellerList(invocation: Invocation): Promise<void> {
  await withCatalog(invocation, async (client) => {
    await printList(
      invocation,
      async (page) => await client.call('listSellers', { page }),
      ({ sellers }) => sellers.map((seller) => Seller.toJSON(seller)),
    );
  });
}

/** `seller disable`: disables the keys that act for this seller alone; those of several are named. */
async function sellerDisable(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.words[0], 'SELLER');
  await withKeys(invocation, async (client) => {
    const ask = (token: string) =>
      client.call('listAppKeys', { sellerId, page: { size: 0, token } });
    for await (const { appKeys } of pagesOf(ask)) {
      for (const { appKey, sellerIds } of appKeys) {
        const isShared = sellerIds.length > 1;
        if (!isShared) await client.call('setAppKeyEnabled', { appKey, enabled: false });
        invocation.output.row({ appKey, enabled: isShared, sellerIds });
      }
    }
  });
}

/** Its part of the command line. */
export const SELLER_COMMANDS: readonly Command[] = [
  {
    name: 'seller create',
    words: ['<SELLER>'],
    summary: 'a merchant: who allocates its orders, who answers for its stores',
    needs: ['name'],
    takes: ['allocator', 'acceptor', 'shared', 'stores'],
    variables: ['CATALOG_ADDRESS', 'CATALOG_ADMIN_ADDRESS'],
    examples: ['seller create 21230 --name 星盘旗舰店 --acceptor pos'],
    changes: true,
    run: sellerCreate,
  },
  {
    name: 'seller list',
    summary: 'merchants by id',
    takes: ['limit', 'from'],
    variables: ['CATALOG_ADMIN_ADDRESS'],
    examples: ['seller list'],
    run: sellerList,
  },
  {
    name: 'seller disable',
    words: ['<SELLER>'],
    summary: 'disables the keys that act for this seller alone, and prints those that it shares',
    variables: ['GATEWAY_ADMIN_ADDRESS'],
    examples: ['seller disable 21230'],
    changes: true,
    run: sellerDisable,
  },
];
