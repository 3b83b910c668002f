import { Acceptor, CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { GetSellerRequest, GetSellerResponse } from '@astrolabe/contracts/catalog';
import { GRPC, GrpcRefusal, createGrpcServer, unary } from '@astrolabe/grpc';
import { createLogger } from '@astrolabe/service';
import { afterAll, expect, test } from 'vitest';
import { connectSellers } from './sellers.ts';

/** How the catalog has each seller; a number is one of a newer build. */
const ACCEPTORS: Readonly<Record<string, Acceptor>> = {
  console: Acceptor.DIANZHANGGUI,
  pos: Acceptor.POS,
  unset: Acceptor.UNSPECIFIED,
  newer: 77 as Acceptor,
};

const catalog = createGrpcServer({
  logger: createLogger({ service: 'test', level: 'silent' }),
  host: '127.0.0.1',
  port: 0,
  services: [
    [
      CatalogServiceService,
      {
        getSeller: unary<GetSellerRequest, GetSellerResponse>('getSeller', async ({ sellerId }) => {
          const acceptor = ACCEPTORS[sellerId];
          if (acceptor === undefined) {
            throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_SELLER' });
          }
          const rest = { nick: '', sellableCountsShared: false, merchantCentreStoreIds: {} };
          return { seller: { sellerId, allocator: 0, acceptor, ...rest } };
        }),
      },
    ],
  ],
});
await catalog.component.start();
const sellers = connectSellers(`127.0.0.1:${catalog.port()}`);
afterAll(async () => {
  sellers.close();
  await catalog.component.stop();
});

test('a store answers in the console only where its seller says so', async () => {
  expect(await sellers.acceptsHere('console')).toBe(true);
  expect(await sellers.acceptsHere('pos')).toBe(false);
  // An omitted switch, and a seller that nobody knows, are no yes.
  expect(await sellers.acceptsHere('unset')).toBe(false);
  expect(await sellers.acceptsHere('nobody')).toBe(false);
});

test('a way to answer that this build does not know is an error and no yes', async () => {
  await expect(sellers.acceptsHere('newer')).rejects.toThrow('Acceptor has no word for 77');
});
