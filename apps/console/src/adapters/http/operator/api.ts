import type { DeadLetters } from '@astrolabe/messaging';
import type { Routes } from '../routes.ts';
import { may } from '../../../domain/rights.ts';
import type { Backends } from './backends.ts';
import { registerDeadLetters } from './dead-letters.ts';
import { registerFigures } from './figures.ts';
import { registerOrderActions } from './order-actions.ts';
import { registerOrders } from './orders.ts';
import { registerStock } from './stock.ts';

/** Where the pages open when an address names nothing; empty texts where nothing is configured. */
export type Start = { sellerId: string; itemId: string; skuId: string };

export type OperatorDeps = {
  backends: Backends;
  deadLetters: Pick<DeadLetters, 'count' | 'list'>;
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
  registerStock(routes, backends);
  registerFigures(routes, backends);
  registerDeadLetters(routes, deadLetters);
}
