import type { DeadLetters } from '@astrolabe/messaging';
import type { Routes } from '../routes.ts';
import { may } from '../../../domain/rights.ts';
import type { Clerks } from '../../../application/clerks.ts';
import type { Backends } from './backends.ts';
import type { AuditLog } from '../../../application/audit-ports.ts';
import type { Receivers } from '../../../application/store-ports.ts';
import { registerAudit } from './audit.ts';
import { registerConnectors } from './connectors.ts';
import { registerDeadLetters } from './dead-letters.ts';
import { registerDivergence } from './divergence.ts';
import { registerFigures } from './figures.ts';
import { registerGoods } from './goods.ts';
import { registerMallAccounts } from './mall-accounts.ts';
import { registerMallInvoices } from './mall-invoices.ts';
import { registerMallOrders } from './mall-orders.ts';
import { registerOnboarding } from './onboarding.ts';
import { registerOrderActions } from './order-actions.ts';
import { registerRefundAnswers } from './refund-answers.ts';
import { registerOrderBulk } from './order-bulk.ts';
import { registerOrders } from './orders.ts';
import { registerOrderParts } from './order-parts.ts';
import { registerOverview } from './overview.ts';
import { registerReceivers } from './receivers.ts';
import { registerPlaces } from './places.ts';
import { registerRules } from './rules.ts';
import { registerSellerSetUp } from './seller-set-up.ts';
import { registerSettlement } from './settlement.ts';
import { registerSettlementActions } from './settlement-actions.ts';
import { registerStock } from './stock.ts';

/** Where the pages open when an address names nothing; empty texts where nothing is configured. */
export type Start = { sellerId: string; itemId: string; skuId: string };

export type OperatorDeps = {
  backends: Backends;
  deadLetters: Pick<DeadLetters, 'count' | 'list'>;
  receivers: Receivers;
  audit: Pick<AuditLog, 'page'>;
  clerks: Clerks;
  start: Start;
};

const NOWHERE: Start = { sellerId: '', itemId: '', skuId: '' };

/**
 * The JSON API of operators' pages. 64-bit numbers are strings, as everywhere outside the services. Each
 * address asks one service (or one after the other), so that what fails is what is away, and nothing
 * else. Failures answer `{code, message}` with 400, 404 or 503.
 */
export function registerOperator(routes: Routes, deps: OperatorDeps): void {
  const { backends, deadLetters, start } = deps;
  routes.session('GET', '/api/start', ({ user }) => {
    const target = { sellerId: start.sellerId, storeId: '' };
    return may(user.grants, 'seller.read', target) ? start : NOWHERE;
  });
  registerOrders(routes, backends);
  registerOrderActions(routes, backends);
  registerRefundAnswers(routes, backends);
  registerOrderParts(routes, backends);
  registerPlaces(routes, backends);
  registerRules(routes, backends);
  registerOrderBulk(routes, backends);
  registerOverview(routes, backends);
  registerGoods(routes, backends);
  registerStock(routes, backends);
  registerDivergence(routes, backends);
  registerSettlement(routes, backends);
  registerSettlementActions(routes, backends);
  registerFigures(routes, backends);
  registerMallOrders(routes, backends);
  registerMallInvoices(routes, backends);
  registerOnboarding(routes, backends);
  registerConnectors(routes, backends);
  registerSellerSetUp(routes, backends, deps.clerks);
  registerMallAccounts(routes, backends);
  registerDeadLetters(routes, deadLetters);
  registerReceivers(routes, deps.receivers);
  registerAudit(routes, deps.audit);
}
