import type { Clock, Milli, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { linesToReturn } from '../domain/return-lines.ts';
import { returnRef } from '../domain/return-ref.ts';
import type { MallOrders, OrderName, ReturnKind, Supplies } from './ports.ts';

export type AskedReturn = {
  name: OrderName;
  kind: ReturnKind;
  lines: readonly { sku: string; quantityMilli: Milli }[];
  requestRef: string | undefined;
  reason: string;
};

/** The same for the same goods in any order. */
const contentOf = ({ kind, lines }: AskedReturn): string =>
  JSON.stringify([
    kind,
    lines.map(({ sku, quantityMilli }) => `${sku}=${quantityMilli}`).toSorted(),
  ]);

export type ReturnGoodsDeps = {
  orders: MallOrders;
  supplies: Supplies;
  clock: Clock;
  /** A short text that is the same for the same text alone. */
  digest: (text: string) => string;
};

/** Passes a wish to give goods back on to who has shipped them (document 004, 2.14). */
export const makeReturnGoods =
  ({ orders, supplies, clock, digest }: ReturnGoodsDeps) =>
  async (asked: AskedReturn): Promise<Result<{ returnId: string }, string>> => {
    const found = await orders.find(asked.name);
    if (!found) return err('订单不存在');
    const { orderRef } = found.order;
    const supply = await supplies.find(orderRef);
    if (!supply) return err('订单未发货，不能退换货');
    const lines = linesToReturn(asked.lines, supply.lines);
    if ('unknownSkus' in lines) return err(`订单中没有 ${lines.unknownSkus.join(',')}`);
    const requestRef =
      asked.requestRef ?? returnRef(digest(contentOf(asked)), supply.returns, clock());
    const wish = { requestRef, kind: asked.kind, lines: lines.lines, reason: asked.reason };
    return ok(await supplies.requestReturn(orderRef, wish));
  };
