/** Everybody who calls one of our contracts. `operator` is the command line and who starts a local stack. */
export const SERVICE_NAMES = [
  'catalog-sync',
  'inventory-service',
  'order-router',
  'fulfillment',
  'settlement',
  'order-push',
  'gateway-ingress',
  'govmall-adapter',
  'isv-allocator',
  'console',
  'store-console',
  'sandbox',
  'operator',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/**
 * Who may call a contract, by its full name. A contract that is not listed serves nobody. The network
 * policies of a server name the same callers.
 */
const CALLERS: Readonly<Record<string, readonly ServiceName[]>> = {
  'astrolabe.catalog.v1.CatalogService': [
    'gateway-ingress',
    'order-router',
    'fulfillment',
    'govmall-adapter',
    'console',
    'store-console',
    'operator',
  ],
  'astrolabe.inventory.v1.InventoryService': [
    'gateway-ingress',
    'order-router',
    'govmall-adapter',
    'console',
    'store-console',
    // A replica passes on what another one owns.
    'inventory-service',
    'operator',
  ],
  'astrolabe.order.v1.OrderService': ['gateway-ingress', 'order-push', 'console', 'operator'],
  'astrolabe.order.v1.RoutingService': ['operator'],
  'astrolabe.fulfillment.v1.FulfillmentService': [
    'gateway-ingress',
    'console',
    'store-console',
    'operator',
  ],
  'astrolabe.fulfillment.v1.FiguresService': ['console', 'operator'],
  'astrolabe.settlement.v1.SettlementService': ['console', 'operator'],
  'astrolabe.push.v1.OrderPushService': ['operator'],
  'astrolabe.govmall.v1.GovmallAdminService': ['operator'],
  'astrolabe.isv.v1.IsvAdminService': ['operator'],
  'astrolabe.ingress.v1.IngressAdminService': ['operator'],
  // Receivers are shown to clerks, whom the store console alone has signed in, and go to the tables
  // of the seller's applications, which order-push alone writes.
  'astrolabe.ingress.v1.IngressTradeService': ['store-console', 'order-push'],
  'astrolabe.storeconsole.v1.StoreConsoleAdminService': ['operator'],
};

/** Administration inside contracts that also carry data: `contract/Method`, for operators alone. */
const ADMINISTRATION: ReadonlySet<string> = new Set([
  'astrolabe.catalog.v1.CatalogService/PutSeller',
  'astrolabe.catalog.v1.CatalogService/PutArea',
  'astrolabe.catalog.v1.CatalogService/MapGoods',
  'astrolabe.fulfillment.v1.FulfillmentService/PutConnection',
  // The buyer's channel shows a code; of our services none does.
  'astrolabe.fulfillment.v1.FulfillmentService/GetPickupCode',
  'astrolabe.inventory.v1.InventoryService/Verify',
  'astrolabe.inventory.v1.InventoryService/Repair',
  'astrolabe.inventory.v1.InventoryService/Rebuild',
]);

const OPERATORS: readonly ServiceName[] = ['operator'];

/** Who may call a method of a contract; nobody when the contract is not listed. */
export const callersOf = (contract: string, method: string): readonly string[] =>
  ADMINISTRATION.has(`${contract}/${method}`) ? OPERATORS : (CALLERS[contract] ?? []);

/** The methods that only operators may call although their contract has other callers. */
export const ADMINISTRATION_METHODS: readonly string[] = [...ADMINISTRATION];

/** The contracts that have callers. */
export const LISTED_CONTRACTS: readonly string[] = Object.keys(CALLERS);
