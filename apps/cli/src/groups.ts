import type { Group } from './command.ts';

/** Every command, by its group. A group's commands are read when one of its words is given: help of all needs none. */
export const GROUPS: readonly Group[] = [
  {
    name: 'order',
    summary: 'orders: lists, timelines, what an operator does to one',
    load: async () => [
      ...(await import('./commands/order.ts')).ORDER_COMMANDS,
      ...(await import('./commands/order-action.ts')).ORDER_ACTION_COMMANDS,
      ...(await import('./commands/order-maintenance.ts')).ORDER_MAINTENANCE_COMMANDS,
      ...(await import('./commands/timeline.ts')).TIMELINE_COMMANDS,
    ],
  },
  {
    name: 'route',
    alias: 'routing',
    summary: 'why a place was chosen, what other rules would choose',
    load: async () => (await import('./commands/routing.ts')).ROUTE_COMMANDS,
  },
  {
    name: 'stock',
    summary: 'quantities, history and holds; verify, repair and rebuild',
    load: async () => [
      ...(await import('./commands/stock.ts')).STOCK_COMMANDS,
      ...(await import('./commands/stock-maintenance.ts')).STOCK_MAINTENANCE_COMMANDS,
    ],
  },
  {
    name: 'rules',
    summary: 'versions of routing rules',
    load: async () => (await import('./commands/rules.ts')).RULES_COMMANDS,
  },
  {
    name: 'occupancy',
    summary: 'where reports of places and our own counts do not agree, and what settles it',
    load: async () => (await import('./commands/occupancy.ts')).OCCUPANCY_COMMANDS,
  },
  {
    name: 'dispatch',
    summary: 'orders at suppliers: where they stand, what a person decides',
    load: async () => (await import('./commands/dispatch.ts')).DISPATCH_COMMANDS,
  },
  {
    name: 'supply',
    summary: 'orders that we supply: what a warehouse ships, tracks, delivers and takes back',
    load: async () => (await import('./commands/supply.ts')).SUPPLY_COMMANDS,
  },
  {
    name: 'refund',
    summary: 'where refunds stand; the answer for a place without a system',
    load: async () => (await import('./commands/refund.ts')).REFUND_COMMANDS,
  },
  {
    name: 'push',
    summary: "orders in the tables of the seller's applications",
    load: async () => (await import('./commands/push.ts')).PUSH_COMMANDS,
  },
  {
    name: 'till',
    summary: 'sales of tills',
    load: async () => (await import('./commands/till.ts')).TILL_COMMANDS,
  },
  {
    name: 'mall',
    summary: 'government malls: orders, invoices, rules and accounts',
    load: async () => [
      ...(await import('./commands/mall.ts')).MALL_COMMANDS,
      ...(await import('./commands/mall-invoice.ts')).MALL_INVOICE_COMMANDS,
      ...(await import('./commands/mall-account.ts')).MALL_ACCOUNT_COMMANDS,
    ],
  },
  {
    name: 'catalog',
    summary: 'offers and what goes with them, from files',
    load: async () => (await import('./commands/catalog.ts')).CATALOG_COMMANDS,
  },
  {
    name: 'channel',
    summary: 'channels and their connectors',
    load: async () => [
      ...(await import('./commands/channel.ts')).CHANNEL_COMMANDS,
      ...(await import('./commands/channel-control.ts')).CHANNEL_CONTROL_COMMANDS,
    ],
  },
  {
    name: 'shop',
    summary: 'how Tmall is called, and what was sent off',
    load: async () => (await import('./commands/shop.ts')).SHOP_COMMANDS,
  },
  {
    name: 'connection',
    summary: 'the systems that we call for a seller',
    load: async () => (await import('./commands/connection.ts')).CONNECTION_COMMANDS,
  },
  {
    name: 'inbox',
    summary: 'messages that were not understood',
    load: async () => (await import('./commands/inbox.ts')).INBOX_COMMANDS,
  },
  {
    name: 'outbox',
    summary: 'calls to other systems that wait for somebody',
    load: async () => (await import('./commands/outbox.ts')).OUTBOX_COMMANDS,
  },
  {
    name: 'settle',
    summary: 'what is owed, matched and exported',
    load: async () => (await import('./commands/settle.ts')).SETTLE_COMMANDS,
  },
  {
    name: 'ledger',
    summary: 'whether what is written adds up',
    load: async () => (await import('./commands/ledger.ts')).LEDGER_COMMANDS,
  },
  {
    name: 'deadletter',
    summary: 'messages given up',
    load: async () => (await import('./commands/deadletter.ts')).DEAD_LETTER_COMMANDS,
  },
  {
    name: 'seller',
    summary: 'merchants',
    load: async () => [
      ...(await import('./commands/seller.ts')).SELLER_COMMANDS,
      ...(await import('./commands/demonstration.ts')).DEMONSTRATION_COMMANDS,
    ],
  },
  {
    name: 'appkey',
    summary: 'keys of callers of the gateway',
    load: async () => (await import('./commands/app-key.ts')).APP_KEY_COMMANDS,
  },
  {
    name: 'session',
    summary: 'sessions of keys at TOP',
    load: async () => (await import('./commands/session.ts')).SESSION_COMMANDS,
  },
  {
    name: 'area',
    summary: 'which places serve an area',
    load: async () => (await import('./commands/area.ts')).AREA_COMMANDS,
  },
  {
    name: 'listing',
    summary: "offers in the procurement platform's mall",
    load: async () => (await import('./commands/listing.ts')).LISTING_COMMANDS,
  },
  {
    name: 'clerk',
    summary: 'accounts of stores',
    load: async () => (await import('./commands/clerk.ts')).CLERK_COMMANDS,
  },
  {
    name: 'user',
    summary: 'accounts of the pages',
    load: async () => (await import('./commands/user.ts')).USER_COMMANDS,
  },
  {
    name: 'audit',
    summary: 'audit logs and their chains',
    load: async () => (await import('./commands/audit.ts')).AUDIT_COMMANDS,
  },
  {
    name: 'identity',
    summary: 'keys by which services know each other',
    load: async () => (await import('./commands/identity.ts')).IDENTITY_COMMANDS,
  },
  {
    name: 'topics',
    summary: 'topics of the broker',
    load: async () => (await import('./commands/topics.ts')).TOPICS_COMMANDS,
  },
];
