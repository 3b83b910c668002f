import {
  CatalogServiceClient,
  Listing,
  ListingTerms,
  OfferAdminServiceClient,
  PlatformShelf,
} from '@astrolabe/contracts/catalog';
import { GRPC, GrpcCallError } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, printList, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 10_000;

type Catalog = GrpcClient<OfferAdminServiceClient>;
type Name = { readonly sellerId: string; readonly cargoNo: string };

async function withListing(
  { words, environment }: Invocation,
  work: (client: Catalog, name: Name) => Promise<void>,
): Promise<void> {
  const name = { sellerId: required(words[0], 'SELLER'), cargoNo: required(words[1], 'ARTICLE') };
  const peer = peerOf(environment, 'CATALOG_ADMIN_ADDRESS', DEADLINE_MS);
  await withClient(OfferAdminServiceClient, peer, async (client) => {
    await work(client, name);
  });
}

const EMPTY = { ...ListingTerms.fromPartial({}), expiresAt: undefined };
const LISTS: ReadonlySet<string> = new Set(['payTypes', 'regions']);

/**
 * Terms as JSON of the contract, those alone that are named.
 * @throws UsageError for what is none, with the name that is wrong: left out it would be lost in silence.
 */
function termsIn(json: string): Partial<ListingTerms> {
  const given = objectIn(json);
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(EMPTY, name)) throw new UsageError(`TERMS: no term is called ${name}`);
    if (!isValueOf(name, value)) throw new UsageError(`TERMS: ${name} has no such value`);
  }
  const terms = ListingTerms.fromJSON(given);
  return Object.fromEntries(Object.entries(terms).filter(([name]) => Object.hasOwn(given, name)));
}

function objectIn(json: string): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(json);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given };
  } catch {
    // Told below, as what is no object is.
  }
  throw new UsageError('TERMS is no JSON of terms: {"buyerLoginId":"…","payTypes":[…],…}');
}

function isValueOf(name: string, value: unknown): boolean {
  if (LISTS.has(name)) {
    return Array.isArray(value) && value.every((one) => typeof one === 'string');
  }
  if (name === 'dueDays') return typeof value === 'number' && Number.isSafeInteger(value);
  if (name === 'expiresAt') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  return typeof value === 'string';
}

/** `listing put`: the offers of an article number into the platform's mall, or their terms there. */
async function listingPut(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const given = words[2] === undefined ? {} : termsIn(words[2]);
  await withListing(invocation, async (client, name) => {
    const before = (await found(client, name))?.terms ?? EMPTY;
    const terms = { ...before, ...given };
    const { listing } = await client.call('putListing', { ...name, terms });
    if (listing) output.row(Listing.toJSON(listing));
  });
}

/** The listing that is there, or null. */
async function found(client: Catalog, name: Name): Promise<Listing | null> {
  try {
    return (await client.call('getListing', name)).listing ?? null;
  } catch (error) {
    if (error instanceof GrpcCallError && error.code === GRPC.notFound) return null;
    throw error;
  }
}

/** `listing show`: its terms, its SKUs, the platform's word of its shelf, and the newest call. */
async function listingShow(invocation: Invocation): Promise<void> {
  await withListing(invocation, async (client, name) => {
    const { listing } = await client.call('getListing', name);
    if (listing) invocation.output.row(Listing.toJSON(listing));
  });
}

/** `listing list`: what stands at the mall beside what is wanted there, by article number. */
async function listingList(invocation: Invocation): Promise<void> {
  const { environment, flag } = invocation;
  const sellerId = required(invocation.words[0], 'SELLER');
  const peer = peerOf(environment, 'CATALOG_ADDRESS', DEADLINE_MS);
  await withClient(CatalogServiceClient, peer, async (client) => {
    await printList(
      invocation,
      (page) => client.call('listShelves', { sellerId, onlyDivergent: flag('divergent'), page }),
      ({ shelves }) => shelves.map((shelf) => PlatformShelf.toJSON(shelf)),
    );
  });
}

/** `listing unpublish`: off the mall's shelf; its terms stay for another put. */
async function listingUnpublish(invocation: Invocation): Promise<void> {
  await withListing(invocation, async (client, name) => {
    const { listing } = await client.call('unpublishListing', name);
    if (listing) invocation.output.row(Listing.toJSON(listing));
  });
}

const WORDS = ['<SELLER>', '<ARTICLE>'] as const;
const VARIABLES = ['CATALOG_ADMIN_ADDRESS'] as const;

/** Its part of the command line. */
export const LISTING_COMMANDS: readonly Command[] = [
  {
    name: 'listing put',
    words: [...WORDS, '[TERMS]'],
    summary:
      "puts the offers of an article number into the procurement platform's mall; terms that are not named stay as they are",
    variables: VARIABLES,
    examples: [
      `listing put 21230 cargo123 '{"buyerLoginId":"bonlinetest003","supplierLoginId":"supplier","dueDays":7}'`,
      `listing put 21230 cargo123 '{"payTypes":[],"regions":["110000"]}' --dry-run`,
      'listing put 21230 cargo123',
    ],
    changes: true,
    run: listingPut,
  },
  {
    name: 'listing list',
    words: ['<SELLER>'],
    summary: "what stands at the procurement platform's mall, beside what is wanted there",
    takes: ['divergent', ['limit', 'one page of at most so many; without: all of them'], 'from'],
    variables: ['CATALOG_ADDRESS'],
    examples: ['listing list 21230', 'listing list 21230 --divergent'],
    columns: ['cargoNo', 'wanted', 'shelf', 'divergence', 'callState', 'lastError'],
    run: listingList,
  },
  {
    name: 'listing show',
    words: WORDS,
    summary: "its terms, its SKUs, the platform's word of its shelf, and the newest call",
    variables: VARIABLES,
    examples: ['listing show 21230 cargo123'],
    run: listingShow,
  },
  {
    name: 'listing unpublish',
    words: WORDS,
    summary: "takes it off the mall's shelf; its terms stay for another put",
    variables: VARIABLES,
    examples: ['listing unpublish 21230 cargo123', 'listing unpublish 21230 cargo123 --dry-run'],
    changes: true,
    run: listingUnpublish,
  },
];
