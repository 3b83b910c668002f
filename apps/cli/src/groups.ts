import type { Group } from './command.ts';
import { APP_KEY_COMMANDS } from './commands/app-key.ts';
import { AREA_COMMANDS } from './commands/area.ts';
import { AUDIT_COMMANDS } from './commands/audit.ts';
import { CATALOG_COMMANDS } from './commands/catalog.ts';
import { CHANNEL_CONTROL_COMMANDS } from './commands/channel-control.ts';
import { CHANNEL_COMMANDS } from './commands/channel.ts';
import { CLERK_COMMANDS } from './commands/clerk.ts';
import { CONNECTION_COMMANDS } from './commands/connection.ts';
import { DEAD_LETTER_COMMANDS } from './commands/deadletter.ts';
import { DEMONSTRATION_COMMANDS } from './commands/demonstration.ts';
import { DISPATCH_COMMANDS } from './commands/dispatch.ts';
import { IDENTITY_COMMANDS } from './commands/identity.ts';
import { INBOX_COMMANDS } from './commands/inbox.ts';
import { LEDGER_COMMANDS } from './commands/ledger.ts';
import { LISTING_COMMANDS } from './commands/listing.ts';
import { MALL_ACCOUNT_COMMANDS } from './commands/mall-account.ts';
import { MALL_INVOICE_COMMANDS } from './commands/mall-invoice.ts';
import { MALL_COMMANDS } from './commands/mall.ts';
import { ORDER_ACTION_COMMANDS } from './commands/order-action.ts';
import { ORDER_MAINTENANCE_COMMANDS } from './commands/order-maintenance.ts';
import { ORDER_COMMANDS } from './commands/order.ts';
import { OUTBOX_COMMANDS } from './commands/outbox.ts';
import { PUSH_COMMANDS } from './commands/push.ts';
import { REFUND_COMMANDS } from './commands/refund.ts';
import { ROUTE_COMMANDS } from './commands/routing.ts';
import { RULES_COMMANDS } from './commands/rules.ts';
import { SELLER_COMMANDS } from './commands/seller.ts';
import { SESSION_COMMANDS } from './commands/session.ts';
import { SETTLE_COMMANDS } from './commands/settle.ts';
import { SHOP_COMMANDS } from './commands/shop.ts';
import { STOCK_MAINTENANCE_COMMANDS } from './commands/stock-maintenance.ts';
import { STOCK_COMMANDS } from './commands/stock.ts';
import { SUPPLY_COMMANDS } from './commands/supply.ts';
import { TILL_COMMANDS } from './commands/till.ts';
import { TIMELINE_COMMANDS } from './commands/timeline.ts';
import { TOPICS_COMMANDS } from './commands/topics.ts';
import { USER_COMMANDS } from './commands/user.ts';

/** Every command, by its group. */
export const GROUPS: readonly Group[] = [
  {
    name: 'order',
    summary: 'orders: lists, timelines, what an operator does to one',
    commands: [
      ...ORDER_COMMANDS,
      ...ORDER_ACTION_COMMANDS,
      ...ORDER_MAINTENANCE_COMMANDS,
      ...TIMELINE_COMMANDS,
    ],
  },
  {
    name: 'route',
    alias: 'routing',
    summary: 'why a place was chosen, what other rules would choose',
    commands: ROUTE_COMMANDS,
  },
  {
    name: 'stock',
    summary: 'quantities, history and holds; verify, repair and rebuild',
    commands: [...STOCK_COMMANDS, ...STOCK_MAINTENANCE_COMMANDS],
  },
  { name: 'rules', summary: 'versions of routing rules', commands: RULES_COMMANDS },
  {
    name: 'dispatch',
    summary: 'orders at suppliers: where they stand, what a person decides',
    commands: DISPATCH_COMMANDS,
  },
  {
    name: 'supply',
    summary: 'orders that we supply: what a warehouse ships, tracks, delivers and takes back',
    commands: SUPPLY_COMMANDS,
  },
  {
    name: 'refund',
    summary: 'where refunds stand; the answer for a place without a system',
    commands: REFUND_COMMANDS,
  },
  {
    name: 'push',
    summary: "orders in the tables of the seller's applications",
    commands: PUSH_COMMANDS,
  },
  { name: 'till', summary: 'sales of tills', commands: TILL_COMMANDS },
  {
    name: 'mall',
    summary: 'government malls: orders, invoices, rules and accounts',
    commands: [...MALL_COMMANDS, ...MALL_INVOICE_COMMANDS, ...MALL_ACCOUNT_COMMANDS],
  },
  {
    name: 'catalog',
    summary: 'offers and what goes with them, from files',
    commands: CATALOG_COMMANDS,
  },
  {
    name: 'channel',
    summary: 'channels and their connectors',
    commands: [...CHANNEL_COMMANDS, ...CHANNEL_CONTROL_COMMANDS],
  },
  { name: 'shop', summary: 'how Tmall is called, and what was sent off', commands: SHOP_COMMANDS },
  {
    name: 'connection',
    summary: 'the systems that we call for a seller',
    commands: CONNECTION_COMMANDS,
  },
  { name: 'inbox', summary: 'messages that were not understood', commands: INBOX_COMMANDS },
  {
    name: 'outbox',
    summary: 'calls to other systems that wait for somebody',
    commands: OUTBOX_COMMANDS,
  },
  { name: 'settle', summary: 'what is owed, matched and exported', commands: SETTLE_COMMANDS },
  { name: 'ledger', summary: 'whether what is written adds up', commands: LEDGER_COMMANDS },
  { name: 'deadletter', summary: 'messages given up', commands: DEAD_LETTER_COMMANDS },
  {
    name: 'seller',
    summary: 'merchants',
    commands: [...SELLER_COMMANDS, ...DEMONSTRATION_COMMANDS],
  },
  { name: 'appkey', summary: 'keys of callers of the gateway', commands: APP_KEY_COMMANDS },
  { name: 'session', summary: 'sessions of keys at TOP', commands: SESSION_COMMANDS },
  { name: 'area', summary: 'which places serve an area', commands: AREA_COMMANDS },
  {
    name: 'listing',
    summary: "offers in the procurement platform's mall",
    commands: LISTING_COMMANDS,
  },
  { name: 'clerk', summary: 'accounts of stores', commands: CLERK_COMMANDS },
  { name: 'user', summary: 'accounts of the pages', commands: USER_COMMANDS },
  { name: 'audit', summary: 'audit logs and their chains', commands: AUDIT_COMMANDS },
  {
    name: 'identity',
    summary: 'keys by which services know each other',
    commands: IDENTITY_COMMANDS,
  },
  { name: 'topics', summary: 'topics of the broker', commands: TOPICS_COMMANDS },
];
