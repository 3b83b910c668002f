import {
  CatalogServiceService,
  ListingTerms,
  OfferAdminServiceService,
  PlatformShelf,
} from '@astrolabe/contracts/catalog';
import type {
  GetListingRequest,
  Listing,
  ListShelvesRequest,
  PutListingRequest,
  UnpublishListingRequest,
} from '@astrolabe/contracts/catalog';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const listings = new Map<string, Listing>();
const listingOf = ({ sellerId, cargoNo }: GetListingRequest): Listing => {
  const found = listings.get(`${sellerId}/${cargoNo}`);
  if (found) return found;
  throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_LISTING' });
};
const kept = (listing: Listing): Listing => {
  listings.set(`${listing.sellerId}/${listing.cargoNo}`, listing);
  return listing;
};
const service = {
  putListing: unary('put', async ({ sellerId, cargoNo, terms }: PutListingRequest) => ({
    listing: kept({
      sellerId,
      cargoNo,
      terms,
      platformGoodsId: '',
      shelf: '',
      wanted: true,
      call: 'CREATE',
      callState: 'PLANNED',
      attempts: 0,
      lastError: '',
      skus: ['12345'],
    }),
  })),
  unpublishListing: unary('unpublish', async (name: UnpublishListingRequest) => ({
    listing: kept({ ...listingOf(name), wanted: false, call: 'UNPUBLISH' }),
  })),
  getListing: unary('get', async (name: GetListingRequest) => ({ listing: listingOf(name) })),
};
const shelf = (cargoNo: string, divergence: string) =>
  PlatformShelf.fromPartial({ cargoNo, divergence, wanted: true });
/** Two pages of one each. */
const shelves = {
  listShelves: unary('shelves', async ({ onlyDivergent, page }: ListShelvesRequest) =>
    page?.token === 'next'
      ? { shelves: [shelf('b', 'TAKEN_OFF')], nextToken: '' }
      : { shelves: onlyDivergent ? [] : [shelf('a', '')], nextToken: 'next' },
  ),
};
const server = serving({
  port: 0,
  adminPort: 0,
  services: [
    [OfferAdminServiceService, service],
    [CatalogServiceService, shelves],
  ],
});
beforeEach(() => listings.clear());

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = {
    CATALOG_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}`,
    CATALOG_ADDRESS: `127.0.0.1:${server.port()}`,
  };
  const code = await runCli(['listing', ...words], environment, output);
  return { code, errors, rows: out.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
const TERMS =
  '{"buyerLoginId":"buyer","dueDays":7,"regions":["110000"],"expiresAt":"2027-01-01T00:00:00Z"}';
const termsNow = () => listings.get('21230/cargo123')?.terms;

test('a listing is put with its terms, shown, changed in one term and taken off the shelf', async () => {
  const put = await run('put', '21230', 'cargo123', TERMS);
  expect(put).toMatchObject({ code: 0, rows: [{ cargoNo: 'cargo123', call: 'CREATE' }] });
  const asPut = {
    ...ListingTerms.fromPartial({}),
    buyerLoginId: 'buyer',
    dueDays: 7,
    regions: ['110000'],
    expiresAt: new Date('2027-01-01T00:00:00Z'),
  };
  expect(termsNow()).toEqual(asPut);
  // A name that is not said again stays, also an empty list.
  await run('put', '21230', 'cargo123', '{"dueDays":0}');
  expect(termsNow()).toEqual({ ...asPut, dueDays: 0 });
  await run('put', '21230', 'cargo123', '{"regions":[]}');
  expect(termsNow()).toEqual({ ...asPut, dueDays: 0, regions: [] });
  const off = await run('unpublish', '21230', 'cargo123');
  expect(off).toMatchObject({ code: 0, rows: [{ call: 'UNPUBLISH' }] });
  expect(listings.get('21230/cargo123')?.wanted).toBe(false);
  // Put again without terms it is what it was.
  await run('put', '21230', 'cargo123');
  expect(listings.get('21230/cargo123')).toMatchObject({ wanted: true });
  expect(termsNow()).toEqual({ ...asPut, dueDays: 0, regions: [] });
  const shown = await run('show', '21230', 'cargo123');
  expect(shown).toMatchObject({
    code: 0,
    rows: [{ skus: ['12345'], terms: { buyerLoginId: 'buyer' } }],
  });
});

test('a dry run says what would be asked for, and changes nothing', async () => {
  const planned = await run('put', '21230', 'cargo123', TERMS, '--dry-run');
  expect(planned).toMatchObject({
    code: 0,
    rows: [
      {
        dryRun: true,
        wouldCall: 'putListing',
        request: { sellerId: '21230', cargoNo: 'cargo123', terms: { buyerLoginId: 'buyer' } },
      },
    ],
  });
  expect(listings.size).toBe(0);
  await run('put', '21230', 'cargo123', TERMS);
  const off = await run('unpublish', '21230', 'cargo123', '--dry-run');
  expect(off.rows).toMatchObject([{ dryRun: true, wouldCall: 'unpublishListing' }]);
  expect(listings.get('21230/cargo123')?.wanted).toBe(true);
});

test.each([
  ['[]', 'TERMS is no JSON of terms'],
  ['{', 'TERMS is no JSON of terms'],
  ['{"buyer":"x"}', 'no term is called buyer'],
  ['{"constructor":"x"}', 'no term is called constructor'],
  ['{"dueDays":"7"}', 'dueDays has no such value'],
  ['{"expiresAt":"soon"}', 'expiresAt has no such value'],
  ['{"regions":"110000"}', 'regions has no such value'],
])('%s is refused before anything is asked for', async (terms, words) => {
  const refused = await run('put', '21230', 'cargo123', terms);
  expect(refused.code).toBe(2);
  expect(refused.errors.join('\n')).toContain(words);
  expect(listings.size).toBe(0);
});

test('a listing that is not there is said', async () => {
  for (const verb of ['show', 'unpublish']) {
    const refused = await run(verb, '21230', 'nothing');
    expect(refused.code).toBe(1);
    expect(refused.errors.join('\n')).toContain('UNKNOWN_LISTING');
  }
  expect((await run('show', '21230')).code).toBe(2);
});

test('what stands at the mall is listed over all pages, and what diverges alone', async () => {
  expect((await run('list', '21230')).rows).toMatchObject([{ cargoNo: 'a' }, { cargoNo: 'b' }]);
  const divergent = await run('list', '21230', '--divergent');
  expect(divergent).toMatchObject({ code: 0, rows: [{ cargoNo: 'b', divergence: 'TAKEN_OFF' }] });
  expect((await run('list')).code).toBe(2);
});
