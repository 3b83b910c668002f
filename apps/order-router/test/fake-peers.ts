import { placeFromMessage, placeToMessage, stockKindFromMessage } from '@astrolabe/contracts';
import type {
  CatalogServiceServer,
  DistributionRegistryServiceServer,
  LineKey,
  ResolvedLine,
  Seller,
} from '@astrolabe/contracts/catalog';
import {
  Acceptor,
  Allocator,
  CatalogServiceService,
  DistributionRegistryServiceService,
  GetSellerResponse,
  GetStoreResponse,
  ListRoutingStoresResponse,
  ResolveGoodsResponse,
  RoutingStore,
  StoreStatus,
} from '@astrolabe/contracts/catalog';
import type { FulfillmentServiceServer } from '@astrolabe/contracts/fulfillment';
import { FulfillmentServiceService, RecallResponse } from '@astrolabe/contracts/fulfillment';
import { StockKind } from '@astrolabe/contracts/common';
import type { Command, InventoryServiceServer } from '@astrolabe/contracts/inventory';
import {
  ExecuteResponse,
  GetHoldResponse,
  InventoryServiceService,
  OutcomeStatus,
  QueryResponse,
} from '@astrolabe/contracts/inventory';
import { GRPC, GrpcRefusal, createGrpcServer, unary } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { parseHoldRef } from '@astrolabe/kernel';
import type { StockCommand, StockVerb } from '../src/application/ports.ts';
import type { StockOutcome } from '../src/domain/commands.ts';
import { FakeStores } from './fake-orders.ts';
import { FakeStock } from './fake-stock.ts';
import { GOODS, SELLER, STORE_123, STORE_1342, WH_01 } from './world.ts';

type Server = ReturnType<typeof createGrpcServer>;

/** The inventory, the catalog and what asks stores as gRPC servers, with the stock of section 3.7. */
export class FakePeers {
  readonly stock = new FakeStock();
  readonly shelves = new FakeStores();
  readonly seller: Seller = {
    sellerId: SELLER,
    nick: 'xxx旗舰店',
    allocator: Allocator.ASTROLABE,
    acceptor: Acceptor.POS,
    sellableCountsShared: false,
    merchantCentreStoreIds: {},
  };
  readonly stores = [storeMessage('1342', '余杭店'), storeMessage('123', '西湖店')];
  /** What the registries have for a line. */
  resolve: (line: LineKey) => ResolvedLine = () => SUPPLIED;
  /** How many of the next stock commands are lost: applied, but not answered. */
  lostAnswers = 0;
  private readonly inventory: Server;
  private readonly catalog: Server;
  private readonly fulfillment: Server;

  constructor() {
    this.stock.set(WH_01, GOODS, 'CERTAIN', 10);
    this.stock.set(STORE_1342, GOODS, 'SHARED', 4);
    this.stock.set(STORE_123, GOODS, 'CERTAIN', 3);
    this.stock.set(STORE_123, GOODS, 'SHARED', 2);
    const logger = { error: () => undefined };
    const options = { logger, host: '127.0.0.1', port: 0 };
    this.inventory = createGrpcServer({
      ...options,
      services: [[InventoryServiceService, this.inventoryService() as InventoryServiceServer]],
    });
    this.catalog = createGrpcServer({
      ...options,
      services: [
        [CatalogServiceService, this.catalogService() as CatalogServiceServer],
        [DistributionRegistryServiceService, this.registryService()],
      ],
    });
    this.fulfillment = createGrpcServer({
      ...options,
      services: [
        [FulfillmentServiceService, this.fulfillmentService() as FulfillmentServiceServer],
      ],
    });
  }

  async start(): Promise<{ inventory: string; catalog: string; fulfillment: string }> {
    for (const server of this.servers()) await server.component.start();
    return {
      inventory: `127.0.0.1:${this.inventory.port()}`,
      catalog: `127.0.0.1:${this.catalog.port()}`,
      fulfillment: `127.0.0.1:${this.fulfillment.port()}`,
    };
  }

  async stop(): Promise<void> {
    for (const server of this.servers()) await server.component.stop();
  }

  private servers(): readonly Server[] {
    return [this.inventory, this.catalog, this.fulfillment];
  }

  private fulfillmentService(): Partial<FulfillmentServiceServer> {
    return {
      recall: unary('Recall', async ({ orderRef, ...asked }) => {
        if (!orderRef) throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'MISSING' });
        const outcome = await this.shelves.recall(orderRef, asked);
        const standing = outcome.kind === 'done' ? '' : outcome.reason;
        return RecallResponse.fromPartial({ recalled: standing === '', standing });
      }),
    };
  }

  private inventoryService(): Partial<InventoryServiceServer> {
    return {
      execute: unary('Execute', async ({ command }) => {
        if (!command) throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'MISSING' });
        const outcome = await this.stock.execute(commandOf(command));
        if (this.lostAnswers > 0) {
          this.lostAnswers -= 1;
          throw new Error('the answer is lost');
        }
        return ExecuteResponse.fromPartial({ outcome: outcomeOf(command, outcome) });
      }),
      query: unary('Query', async ({ sellerId, goodsIds }) => {
        const free = await this.stock.free(sellerId, goodsIds);
        const cells = free.flatMap((row) => {
          const base = { place: placeToMessage(row.place), goodsId: row.goodsId };
          return [
            // Gross of holds, as the contract says.
            {
              ...base,
              kind: StockKind.CERTAIN,
              quantityMilli: row.certainMilli + 500n,
              heldMilli: 500n,
            },
            { ...base, kind: StockKind.SHARED, quantityMilli: row.sharedMilli },
          ];
        });
        return QueryResponse.fromPartial({ cells });
      }),
      getHold: unary('GetHold', async ({ sellerId, holdRef }) => {
        const { orderRef, hold } = namedBy(sellerId, holdRef);
        const held = await this.stock.held(orderRef, hold);
        if (held.length === 0) {
          throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_HOLD' });
        }
        const lines = held.map((line) => ({
          lineId: line.subOrderId,
          ...(line.certainPlace && { certainPlace: placeToMessage(line.certainPlace) }),
          ...(line.sharedPlace && { sharedPlace: placeToMessage(line.sharedPlace) }),
        }));
        return GetHoldResponse.fromPartial({ hold: { holdRef, lines } });
      }),
    };
  }

  private registryService(): DistributionRegistryServiceServer {
    return {
      resolveLines: unary('ResolveLines', ({ lines }) =>
        Promise.resolve({ lines: lines.map((line) => this.resolve(line)) }),
      ),
    };
  }

  private catalogService(): Partial<CatalogServiceServer> {
    return {
      getSeller: unary('GetSeller', ({ sellerId }) => {
        if (sellerId !== SELLER) {
          throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_SELLER' });
        }
        return Promise.resolve(GetSellerResponse.fromPartial({ seller: this.seller }));
      }),
      resolveGoods: unary('ResolveGoods', ({ keys }) =>
        Promise.resolve(
          ResolveGoodsResponse.fromPartial({ goods: keys.map(() => ({ goodsId: GOODS })) }),
        ),
      ),
      listRoutingStores: unary('ListRoutingStores', () =>
        Promise.resolve(ListRoutingStoresResponse.fromPartial({ stores: this.stores })),
      ),
      getStore: unary('GetStore', ({ sellerId, storeId }) => {
        const found = this.stores.find((store) => store.storeId === storeId);
        if (!found) throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_STORE' });
        const profile = { storeName: found.name };
        return Promise.resolve(
          GetStoreResponse.fromPartial({ store: { sellerId, storeId, profile } }),
        );
      }),
    };
  }
}

/** Six yuan, and 92 for the postage, as in the document's sample. */
export const SUPPLIED: ResolvedLine = {
  obstacle: '',
  message: '',
  supplierId: 'A',
  priceFen: 600n,
  postFeeFen: 9_200n,
  ownStock: false,
};

const storeMessage = (storeId: string, name: string): RoutingStore =>
  RoutingStore.fromPartial({
    storeId,
    name,
    status: StoreStatus.NORMAL,
    province: '浙江省',
    city: '杭州市',
    area: '余杭区',
  });

function namedBy(sellerId: string, ref: string): { orderRef: OrderRef; hold: number } {
  const read = parseHoldRef(sellerId, ref);
  if (!read) throw new TypeError(`${ref} is no hold of an order`);
  return read;
}

const outcomeOf = (command: Command, outcome: StockOutcome) => {
  const { operationId } = command;
  if (outcome.kind === 'insufficient') {
    return { operationId, status: OutcomeStatus.INSUFFICIENT, reason: outcome.reason };
  }
  if (outcome.kind === 'refused') {
    const unknown = outcome.reason === 'UNKNOWN_HOLD';
    const status = unknown ? OutcomeStatus.UNKNOWN_HOLD : OutcomeStatus.CONFLICT;
    return { operationId, status, reason: outcome.reason };
  }
  return {
    operationId,
    status: OutcomeStatus.APPLIED,
    lines: Object.entries(outcome.places).map(([lineId, place]) => ({
      lineId,
      place: placeToMessage(place),
    })),
  };
};

function commandOf(command: Command): StockCommand {
  const { operationId, sellerId, verb } = command;
  if (!verb || !('holdRef' in verb.value)) {
    throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'NO_HOLD' });
  }
  return { operationId, ...namedBy(sellerId, verb.value.holdRef), verb: verbOf(verb) };
}

function verbOf(verb: NonNullable<Command['verb']>): StockVerb {
  switch (verb.$case) {
    case 'reserve': {
      const lines = verb.value.lines.map((line) => ({
        subOrderId: line.lineId,
        goodsId: line.goodsId,
        quantityMilli: line.quantityMilli,
      }));
      const { buyerRef, ttlMs } = verb.value;
      const kind = stockKindFromMessage(verb.value.lines[0]?.kind ?? StockKind.UNSPECIFIED);
      if (!kind) throw new TypeError('a hold without a kind of stock');
      return { kind: 'reserve', buyerRef, policy: { kind, ttlMs }, lines };
    }
    case 'route': {
      const lines = verb.value.lines.flatMap((line) => {
        const place = placeFromMessage(line.place);
        const stock = stockKindFromMessage(line.kind);
        return place && stock ? [{ subOrderId: line.lineId, place, stock }] : [];
      });
      return { kind: 'route', lines };
    }
    case 'accept':
    case 'refuse':
      return { kind: verb.$case, subOrderIds: verb.value.lineIds };
    case 'release':
    case 'giveBack':
      return { kind: verb.$case, subOrderIds: verb.value.lineIds, reason: verb.value.reason };
    case 'consume': {
      const subOrderIds = verb.value.lines.map((line) => line.lineId);
      return { kind: 'consume', subOrderIds, shipmentRef: verb.value.shipmentRef };
    }
    case 'confirm':
    case 'rebind':
    case 'initialise':
    case 'adjust':
    case 'putPolicy':
    default:
      throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'OTHER_VERB' });
  }
}
