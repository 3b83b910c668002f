import { randomUUID } from 'node:crypto';
import type { AccessSource } from '@astrolabe/channel-client';
import { TOPICS } from '@astrolabe/contracts';
import { CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { Clock, NewId } from '@astrolabe/kernel';
import { connectProcurement, openService, systemClock, watchCalls } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { createWorkQueue } from '@astrolabe/service';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { adminService } from './adapters/grpc/admin-service.ts';
import { findingMethods, goodsMethods, scItemMethods } from './adapters/grpc/goods-methods.ts';
import { distributionAdmin, distributionRegistry } from './adapters/grpc/distribution-methods.ts';
import { storeTo } from './adapters/grpc/messages.ts';
import { offerAdmin } from './adapters/grpc/offer-admin-methods.ts';
import { offerTo } from './adapters/grpc/offer-messages.ts';
import { offerService } from './adapters/grpc/offer-methods.ts';
import { regionMethods } from './adapters/grpc/region-methods.ts';
import { storeMethods } from './adapters/grpc/store-methods.ts';
import {
  encodeBindingsChanged,
  encodeOfferChanged,
  encodeStoreChanged,
} from './adapters/kafka/outgoing.ts';
import { shelfMethods } from './adapters/grpc/shelf-methods.ts';
import { createGoodsPlatform } from './adapters/http/goods-platform.ts';
import { incomingHandler } from './adapters/kafka/incoming.ts';
import { createBindings } from './adapters/mongo/bindings.ts';
import { createDistributionRegistry } from './adapters/mongo/distribution.ts';
import { createGoodsBook } from './adapters/mongo/goods.ts';
import { createListings, createPlatformShelves } from './adapters/mongo/listings.ts';
import { createOfferRegistry } from './adapters/mongo/offer-registry.ts';
import { createOffers } from './adapters/mongo/offers.ts';
import { createAreas, createSellers } from './adapters/mongo/sellers.ts';
import { createStores } from './adapters/mongo/stores.ts';
import { makeDriveListing } from './application/listing/drive-listing.ts';
import { makeHearOffer, makeHearShelf, makeJoinOffers } from './application/listing/hear.ts';
import type { ListingName } from './application/listing/ports.ts';
import type { Offers } from './application/offer/ports.ts';
import type { Config } from './config.ts';
import { listingPolicy } from './domain/listing/listing.ts';

const NAME = 'catalog-sync';
const PLATFORM_CONNECTIONS_MAX = 16;
const PLATFORM_ANSWER_BYTES_MAX = 1024 * 1024;
const PEER_DEADLINE_MS = 3_000;
/** Access, a token that is asked for anew, and the call twice. */
const STEPS_PER_ATTEMPT = 4;

/** Everything of the catalog, wired but not started. `overrides` replace clock, ids and the gateway's access in tests. */
export async function createService(
  context: ServiceContext<Config>,
  {
    clock = systemClock,
    newId = randomUUID,
    access,
  }: { readonly clock?: Clock; readonly newId?: NewId; readonly access?: AccessSource } = {},
): Promise<Service> {
  const service = await openService(NAME, context);
  const { db } = service;
  const stores = await service.outbox(TOPICS.catalogEvents, (outbox) =>
    createStores({
      ...outbox,
      clock,
      sealer: createSealer(context.config.RAW_BODY_KEY),
      encode: (store) => encodeStoreChanged(storeTo(store), store.deleted),
    }),
  );
  const bindings = await service.outbox(TOPICS.catalogEvents, (outbox) =>
    createBindings({ ...outbox, clock, encode: encodeBindingsChanged }),
  );
  const sellers = createSellers(db);
  const goods = { sellers, areas: await createAreas(db), book: await createGoodsBook(db), newId };
  const methods = {
    ...storeMethods({ sellers, stores, bindings }),
    ...goodsMethods({ ...goods, stores }),
    ...scItemMethods(goods),
  };
  const registry = await createDistributionRegistry(db);
  const offers = await service.outbox(TOPICS.catalogEvents, (outbox) =>
    createOffers({
      ...outbox,
      encode: ({ offer, difference }) => encodeOfferChanged(offerTo(offer), difference),
    }),
  );
  const listed = await listingsOf(context, { db, offers, clock, access });
  const offered = {
    ...goods,
    ...listed.stored,
    clock,
    registry: await createOfferRegistry(db),
    toDrive: listed.queue.add,
  };
  return service.of({
    reseals: [stores.reseal],
    clients: listed.clients,
    loops: [listed.loop],
    work: [listed.queue.component],
    contracts: [
      [
        CatalogServiceService,
        {
          ...methods,
          ...findingMethods({ book: goods.book, offers }),
          ...shelfMethods(listed.stored),
        },
      ],
      adminService(goods),
      distributionRegistry(registry, clock),
      distributionAdmin(registry),
      offerService({ ...offered, regions: regionMethods(offered) }),
      offerAdmin(offered),
    ],
    consumers: [
      {
        group: NAME,
        topics: [TOPICS.ingressProcurement, TOPICS.catalogEvents],
        handle: listed.handle,
      },
    ],
  });
}

type ListingSetting = {
  readonly db: OpenedService['db'];
  readonly offers: Offers;
  readonly clock: Clock;
  /** In place of the gateway's. */
  readonly access: AccessSource | undefined;
};

/** What the procurement platform's mall is to show of offers, and what it says of them. */
async function listingsOf(
  { config, logger }: ServiceContext<Config>,
  { db, offers, clock, access }: ListingSetting,
) {
  const stored = { offers, listings: await createListings(db), shelves: createPlatformShelves(db) };
  const { client, clients, loop, callMs } = connectProcurement(config, {
    clock,
    logger,
    caller: NAME,
    name: 'procurement',
    maxConnections: PLATFORM_CONNECTIONS_MAX,
    maxResponseBytes: PLATFORM_ANSWER_BYTES_MAX,
    accessMs: PEER_DEADLINE_MS,
    access,
  });
  const hear = { ...stored, clock };
  const drive = makeDriveListing({
    ...stored,
    platform: createGoodsPlatform(client),
    joined: makeJoinOffers(hear),
    clock,
    policy: listingPolicy(config.LISTING_RETRY_MS, STEPS_PER_ATTEMPT * callMs),
    watch: watchCalls('listing', logger),
  });
  const queue = createWorkQueue<ListingName>({
    name: 'listings',
    work: drive,
    due: (now, limit) => stored.listings.due(now, limit),
    clock,
    keyOf: ({ sellerId, cargoNo }) => `${sellerId}/${cargoNo}`,
    onError: (listing, err) => logger.error({ err, ...listing }, 'work on a listing failed'),
    onSweepError: (err) => logger.warn({ err, queue: 'listings' }, 'a sweep failed'),
  });
  const handle = incomingHandler({
    hearOffer: makeHearOffer(hear),
    hearShelf: makeHearShelf(hear),
    toDrive: queue.add,
  });
  return { stored, clients, loop, queue, handle };
}
