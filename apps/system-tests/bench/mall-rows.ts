import { OfferServiceClient } from '@astrolabe/contracts/catalog';
import { createGrpcClient, pagesOf } from '@astrolabe/grpc';
import { grpcAddress } from '@astrolabe/local-stack';
import type { Mall } from '../src/mall.ts';
import type { SignedRequest } from '../src/wire.ts';
import { burst, together } from './burst.ts';
import type { Burst } from './burst.ts';
import { POOLS, skuOf } from './goods.ts';

/** One kind of call: `make` sends so many, so many at once. */
export type MallRow = {
  readonly name: string;
  readonly make: (count: number, connections: number) => Promise<Burst>;
};

/** A row over the wire, and one of its requests: what the bare route is sent beside it. */
export type WireRow = MallRow & { readonly one: SignedRequest };

/** What the mall's interfaces page by (apps/govmall-adapter). */
const PAGE = 10_000;
const SKUS = 100;
const AREA = '1000000';

/** The hundred goods of the large calls. */
const HUNDRED = hundred(0, SKUS);

/** A hundred goods out of `count`, others for each `n`. */
function hundred(n: number, count: number): string {
  const first = (n * 7_919) % count;
  return Array.from({ length: SKUS }, (_, at) => skuOf((first + at * 31) % count)).join(',');
}

/** The calls of a mall on the wire; `large` are those that are compared with the bare route. */
export function wireRows(mall: Mall, count: number): { rows: WireRow[]; large: WireRow[] } {
  const row = (
    name: string,
    request: (n: number) => ReturnType<Mall['request']>,
    isGood: (text: string) => boolean,
  ): WireRow => ({
    name,
    one: request(0),
    make: (many, connections) =>
      burst(
        Array.from({ length: many }, (_, n) => request(n)),
        connections,
        isGood,
      ),
  });
  const succeeds = (text: string): boolean => text.startsWith('{"success":true');
  const some = { catalog_id: POOLS.some };
  return {
    rows: [
      row('2.4, a pool of 2,500', () => mall.request('poolSkus', some), succeeds),
      row(
        '2.5, a detail',
        (n) => mall.request('detail', { sku: skuOf((n * 7_919) % count) }),
        succeeds,
      ),
    ],
    large: [
      row(
        '2.11, stock of 100',
        () => mall.request('stock', { sku: HUNDRED, area: AREA }),
        (text) => succeeds(text) && text.includes('"num":99'),
      ),
      row('2.9, prices of 100', () => mall.request('prices', { sku: HUNDRED }), succeeds),
      row(
        '2.11, of any 100',
        (n) => mall.request('stock', { sku: hundred(n, count), area: AREA }),
        (text) => succeeds(text) && text.includes('"num":'),
      ),
      row('2.9, of any 100', (n) => mall.request('prices', { sku: hundred(n, count) }), succeeds),
    ],
  };
}

type Page = { readonly skus: string[]; readonly nextToken: string };

/** First and last pages of 2.4, 2.22 and 2.23 over all goods, as the adapter asks the catalogue for them. */
export async function pageRows(
  { actor }: Mall,
  count: number,
): Promise<{ rows: MallRow[]; close: () => void }> {
  const { harness, seller } = actor;
  const { sellerId } = seller;
  const client = createGrpcClient(OfferServiceClient, {
    address: grpcAddress(harness.stack, 'catalog-sync'),
    name: 'bench',
    defaultDeadlineMs: 60_000,
  });
  const day = { from: undefined, until: undefined, poolIds: [] };
  const lists: readonly (readonly [string, (token: string) => Promise<Page>])[] = [
    [
      '2.4',
      (token) => client.call('listPoolSkus', { sellerId, poolId: POOLS.all, size: PAGE, token }),
    ],
    ['2.22', (token) => client.call('listNew', { sellerId, ...day, size: PAGE, token })],
    ['2.23', (token) => client.call('listModified', { sellerId, ...day, size: PAGE, token })],
  ];
  const rows: MallRow[] = [];
  for (const [name, ask] of lists) {
    let last = '';
    let told = 0;
    for await (const { skus, nextToken } of pagesOf(ask)) {
      told += skus.length;
      last = nextToken === '' ? last : nextToken;
    }
    if (told < count) throw new Error(`${name} tells ${told} SKUs of ${count}`);
    for (const [which, token] of [
      ['first', ''],
      ['last', last],
    ] as const) {
      const call = async () => (await ask(token)).skus.length > 0;
      rows.push({
        name: `${name}, ${which} page`,
        make: (many, connections) =>
          together(
            Array.from({ length: many }, () => call),
            connections,
          ),
      });
    }
  }
  return { rows, close: () => client.close() };
}
