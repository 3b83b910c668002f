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
export type Contract = {
  readonly server: ServiceName;
  readonly callers: readonly ServiceName[];
  /** Served at the port of administration although the console may call it, for people who signed in there. */
  readonly administration?: true;
};

const OPERATOR: readonly ServiceName[] = ['operator'];

/** Administration that operators do on the command line and in the console (docs/adr/0078). */
const administeredInConsole = (server: ServiceName): Contract => ({
  server,
  callers: ['console', 'operator'],
  administration: true,
});

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
  'astrolabe.catalog.v1.CatalogAdminService': administeredInConsole('catalog-sync'),
  'astrolabe.catalog.v1.DistributionRegistryService': {
    server: 'catalog-sync',
    callers: ['order-router', 'operator'],
  },
  'astrolabe.catalog.v1.DistributionAdminService': { server: 'catalog-sync', callers: OPERATOR },
  'astrolabe.catalog.v1.OfferService': {
    server: 'catalog-sync',
    callers: ['gateway-ingress', 'order-router', 'fulfillment', 'govmall-adapter', 'operator'],
  },
  'astrolabe.catalog.v1.OfferAdminService': { server: 'catalog-sync', callers: OPERATOR },
  'astrolabe.inventory.v1.InventoryService': {
    server: 'inventory-service',
    callers: [
      'gateway-ingress',
      'order-router',
      'fulfillment',
      'govmall-adapter',
      'console',
      // A replica passes on what another one owns.
      'inventory-service',
      'operator',
    ],
  },
  'astrolabe.inventory.v1.OccupancyService': {
    server: 'inventory-service',
    callers: ['console', 'operator'],
  },
  'astrolabe.inventory.v1.InventoryAdminService': {
    server: 'inventory-service',
    callers: OPERATOR,
  },
  'astrolabe.order.v1.OrderService': {
    server: 'order-router',
    callers: ['gateway-ingress', 'order-push', 'console', 'operator'],
  },
  'astrolabe.order.v1.OrderLifeService': {
    server: 'order-router',
    callers: ['console', 'operator'],
  },
  'astrolabe.order.v1.OrderRepairService': {
    server: 'order-router',
    callers: ['console', 'operator'],
  },
  'astrolabe.order.v1.OrderOverviewService': {
    server: 'order-router',
    callers: ['console', 'operator'],
  },
  'astrolabe.order.v1.DistributionService': {
    server: 'order-router',
    callers: ['gateway-ingress', 'operator'],
  },
  'astrolabe.order.v1.DistributionAdminService': { server: 'order-router', callers: OPERATOR },
  'astrolabe.order.v1.ProcurementService': {
    server: 'order-router',
    callers: ['gateway-ingress', 'operator'],
  },
  'astrolabe.order.v1.ProcurementAdminService': { server: 'order-router', callers: OPERATOR },
  'astrolabe.order.v1.TillService': {
    server: 'order-router',
    callers: ['gateway-ingress', 'console', 'operator'],
  },
  'astrolabe.order.v1.TillAdminService': { server: 'order-router', callers: OPERATOR },
  'astrolabe.order.v1.RoutingService': {
    server: 'order-router',
    callers: ['console', 'operator'],
  },
  'astrolabe.fulfillment.v1.FulfillmentService': {
    server: 'fulfillment',
    callers: ['gateway-ingress', 'order-router', 'console', 'operator'],
  },
  // The buyer's channel shows a code of a pick-up; of our services none does.
  'astrolabe.order.v1.MallOrderService': {
    server: 'order-router',
    callers: ['govmall-adapter', 'operator'],
  },
  'astrolabe.order.v1.MallOrderAdminService': administeredInConsole('order-router'),
  'astrolabe.order.v1.ConnectionAdminService': administeredInConsole('order-router'),
  'astrolabe.fulfillment.v1.ConnectionAdminService': administeredInConsole('fulfillment'),
  'astrolabe.fulfillment.v1.RefundAdminService': administeredInConsole('fulfillment'),
  'astrolabe.fulfillment.v1.FulfillmentAdminService': { server: 'fulfillment', callers: OPERATOR },
  'astrolabe.fulfillment.v1.FiguresService': {
    server: 'fulfillment',
    callers: ['console', 'operator'],
  },
  'astrolabe.fulfillment.v1.FulfillmentOverviewService': {
    server: 'fulfillment',
    callers: ['console', 'operator'],
  },
  'astrolabe.fulfillment.v1.WaybillService': {
    server: 'fulfillment',
    callers: ['console', 'operator'],
  },
  'astrolabe.fulfillment.v1.SupplyService': {
    server: 'fulfillment',
    callers: ['govmall-adapter', 'console', 'operator'],
  },
  'astrolabe.fulfillment.v1.SupplyAdminService': { server: 'fulfillment', callers: OPERATOR },
  'astrolabe.settlement.v1.SettlementService': {
    server: 'settlement',
    callers: ['console', 'operator'],
  },
  'astrolabe.settlement.v1.MallMoneyService': {
    server: 'settlement',
    callers: ['govmall-adapter', 'order-router', 'console', 'operator'],
  },
  'astrolabe.settlement.v1.SettlementOverviewService': {
    server: 'settlement',
    callers: ['console', 'operator'],
  },
  'astrolabe.settlement.v1.MallMoneyAdminService': administeredInConsole('settlement'),
  'astrolabe.settlement.v1.SettlementNoteService': administeredInConsole('settlement'),
  'astrolabe.settlement.v1.BillService': { server: 'settlement', callers: OPERATOR },
  'astrolabe.push.v1.OrderPushService': { server: 'order-push', callers: OPERATOR },
  'astrolabe.govmall.v1.GovmallAdminService': administeredInConsole('govmall-adapter'),
  'astrolabe.isv.v1.IsvAdminService': { server: 'isv-allocator', callers: OPERATOR },
  'astrolabe.ingress.v1.IngressAdminService': administeredInConsole('gateway-ingress'),
  // Receivers are shown to clerks, whom the store console alone has signed in, and go to the tables
  // of the seller's applications, which order-push alone writes.
  'astrolabe.ingress.v1.IngressTradeService': {
    server: 'gateway-ingress',
    callers: ['console', 'order-push'],
  },
  'astrolabe.ingress.v1.PlatformAdminService': administeredInConsole('gateway-ingress'),
  // Secrets and tokens go to those alone that call a platform for a seller.
  'astrolabe.ingress.v1.PlatformAccessService': {
    server: 'gateway-ingress',
    callers: ['order-router', 'fulfillment', 'settlement', 'catalog-sync'],
  },
  'astrolabe.console.v1.ConsoleAdminService': {
    server: 'console',
    callers: OPERATOR,
  },
};

/** Who may call a contract; nobody when it is not listed. */
export const callersOf = (contract: string): readonly string[] =>
  CONTRACTS[contract]?.callers ?? [];

/** What operators alone do, on the command line or in the console, is served on a port of its own. */
export function isAdministration(contract: string): boolean {
  const callers = callersOf(contract);
  if (CONTRACTS[contract]?.administration === true) return true;
  return callers.length > 0 && callers.every((caller) => caller === 'operator');
}
