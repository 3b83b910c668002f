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
  'sandbox',
  'operator',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** A contract's server, and who may call it. */
export type Contract = { readonly server: ServiceName; readonly callers: readonly ServiceName[] };

const OPERATOR: readonly ServiceName[] = ['operator'];

/**
 * Who serves a contract and who may call it, by its full name. A contract that is not listed serves
 * nobody. The network policies open the ports of a server to the same callers; deploy/check compares them.
 */
export const CONTRACTS: Readonly<Record<string, Contract>> = {
  'astrolabe.catalog.v1.CatalogService': {
    server: 'catalog-sync',
    callers: [
      'gateway-ingress',
      'order-router',
      'fulfillment',
      'govmall-adapter',
      'console',
      'operator',
    ],
  },
  'astrolabe.catalog.v1.CatalogAdminService': { server: 'catalog-sync', callers: OPERATOR },
  'astrolabe.inventory.v1.InventoryService': {
    server: 'inventory-service',
    callers: [
      'gateway-ingress',
      'order-router',
      'govmall-adapter',
      'console',
      // A replica passes on what another one owns.
      'inventory-service',
      'operator',
    ],
  },
  'astrolabe.inventory.v1.InventoryAdminService': {
    server: 'inventory-service',
    callers: OPERATOR,
  },
  'astrolabe.order.v1.OrderService': {
    server: 'order-router',
    callers: ['gateway-ingress', 'order-push', 'console', 'operator'],
  },
  'astrolabe.order.v1.OrderRepairService': {
    server: 'order-router',
    callers: ['console', 'operator'],
  },
  'astrolabe.order.v1.RoutingService': { server: 'order-router', callers: OPERATOR },
  'astrolabe.fulfillment.v1.FulfillmentService': {
    server: 'fulfillment',
    callers: ['gateway-ingress', 'console', 'operator'],
  },
  // The buyer's channel shows a code of a pick-up; of our services none does.
  'astrolabe.fulfillment.v1.FulfillmentAdminService': { server: 'fulfillment', callers: OPERATOR },
  'astrolabe.fulfillment.v1.FiguresService': {
    server: 'fulfillment',
    callers: ['console', 'operator'],
  },
  'astrolabe.settlement.v1.SettlementService': {
    server: 'settlement',
    callers: ['console', 'operator'],
  },
  'astrolabe.push.v1.OrderPushService': { server: 'order-push', callers: OPERATOR },
  'astrolabe.govmall.v1.GovmallAdminService': { server: 'govmall-adapter', callers: OPERATOR },
  'astrolabe.isv.v1.IsvAdminService': { server: 'isv-allocator', callers: OPERATOR },
  'astrolabe.ingress.v1.IngressAdminService': { server: 'gateway-ingress', callers: OPERATOR },
  // Receivers are shown to clerks, whom the store console alone has signed in, and go to the tables
  // of the seller's applications, which order-push alone writes.
  'astrolabe.ingress.v1.IngressTradeService': {
    server: 'gateway-ingress',
    callers: ['console', 'order-push'],
  },
  'astrolabe.console.v1.ConsoleAdminService': {
    server: 'console',
    callers: OPERATOR,
  },
};

/** Who may call a contract; nobody when it is not listed. */
export const callersOf = (contract: string): readonly string[] =>
  CONTRACTS[contract]?.callers ?? [];

/** A contract for operators alone is administration, and is served on a port of its own. */
export function isAdministration(contract: string): boolean {
  const callers = callersOf(contract);
  return callers.length > 0 && callers.every((caller) => caller === 'operator');
}
