import { tmallOrder } from '@astrolabe/kernel';
import { eventually } from '@astrolabe/testing';
import type { Actor } from '../scenario.ts';
import { exactly, none } from './figures.ts';
import type { Figure } from './figures.ts';
import type { OrderRun } from './orders.ts';

const AT_ONCE = 16;
const PRICE_FEN = 10_000n;
const STOCK = 900_000_000;
const PATIENCE = { timeoutMs: 120_000, intervalMs: 500 };

/** Whether every order had its effects, once: in the order, in what is owed and in the stock. */
export async function settled(actor: Actor, orders: readonly OrderRun[]): Promise<Figure[]> {
  const done = orders.filter(({ doneAt }) => doneAt !== null);
  const wrong: string[] = [];
  const left = [...done];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let order = left.pop(); order; order = left.pop()) {
        if (!(await hadItsEffects(actor, order.tid))) wrong.push(order.tid);
      }
    }),
  );
  const stock = await stockAtRest(actor);
  return [
    none('orders lost (not shipped in the end)', orders.length - done.length),
    none('orders without their effects, each once', wrong.length),
    exactly('pieces that have left the store', STOCK - stock.atStore, done.length),
    none('pieces still held', stock.held),
  ];
}

/** The order is shipped and owed; both lag the store's report by an event. */
async function hadItsEffects({ harness, seller }: Actor, tradeId: string): Promise<boolean> {
  const orderRef = tmallOrder(seller.sellerId, tradeId);
  return await eventually(async () => {
    const { order } = await harness.clients.orders.call('getOrder', { orderRef });
    const { receivable } = await harness.clients.settlement.call('getReceivable', {
      orderRef,
    });
    const isShippedOnce = order?.state === 'SHIPPED' && order.allocation === 1;
    const isOwedOnce = receivable?.amountFen === PRICE_FEN && receivable.lines.length === 1;
    if (!isShippedOnce || !isOwedOnce) throw new Error(`${tradeId} is not settled`);
    return true;
  }, PATIENCE).catch(() => false);
}

/** The stock when nothing moves any more: no piece of a finished order is held. */
async function stockAtRest(actor: Actor): Promise<{ atStore: number; held: number }> {
  const read = async () => {
    const cells = Object.entries(await actor.stock()).map(([cell, numbers]) => {
      const [quantity = 0, held = 0] = numbers.split('/').map(Number);
      return { cell, quantity, held };
    });
    return {
      atStore: cells.find(({ cell }) => cell === '1342 U')?.quantity ?? 0,
      held: cells.reduce((sum, { held }) => sum + held, 0),
    };
  };
  let last = await read();
  await eventually(async () => {
    last = await read();
    if (last.held > 0) throw new Error('pieces are held');
  }, PATIENCE).catch(() => {});
  return last;
}
