import type { OrderRef, Place, Result, StockKind } from '@astrolabe/kernel';
import { err, ok, samePlace } from '@astrolabe/kernel';
import type { OrderRefusal, ReportedLine } from '../domain/commands.ts';
import type { OrderLine, OrderState } from '../domain/order.ts';
import type { FreeStock } from '../domain/routing/types.ts';
import type { Handle } from './handle.ts';
import type { Catalog, HeldLine, Orders, Stock } from './ports.ts';

/** One line of the seller's report as it came in. */
export type ReportLine = {
  readonly subOrderId: string;
  readonly place: Place | null;
  readonly status: string;
  readonly description: string;
  readonly attributes: Readonly<Record<string, string>>;
};

export type ReportRefusal =
  OrderRefusal | 'MISSING_FIELD' | 'UNKNOWN_STATUS' | 'UNKNOWN_STORE' | 'INSUFFICIENT_STOCK';

export type ReportDeps = {
  readonly orders: Pick<Orders, 'load'>;
  readonly stock: Pick<Stock, 'free' | 'held'>;
  readonly catalog: Pick<Catalog, 'storeName'>;
  readonly handle: Handle;
};

/**
 * The seller's own router tells its allocation. Where it did not move the hold itself (itemadjust),
 * the stock is moved here: to shared stock of the place when there is enough, else to certain stock.
 */
export const makeReportAllocation =
  (deps: ReportDeps) =>
  async (
    name: OrderRef,
    lines: readonly ReportLine[],
  ): Promise<Result<OrderState, ReportRefusal>> => {
    const order = (await deps.orders.load(name))?.state;
    if (!order) return err('UNKNOWN_TRADE');
    if (lines.length === 0) return err('MISSING_FIELD');
    const looked = await lookAt(deps, order, lines);
    const reported: ReportedLine[] = [];
    for (const line of lines) {
      const read = await readLine(deps, order, looked, line);
      if (!read.ok) return read;
      reported.push(read.value);
    }
    const done = await deps.handle(name, { kind: 'reportAllocation', lines: reported });
    if (!done.ok) return done;
    if (!done.value) return err('UNKNOWN_TRADE');
    const asked = new Set(
      reported.filter((line) => line.status === 'ALLOCATED').map((line) => line.subOrderId),
    );
    const failed = done.value.lines.some(
      (line) => asked.has(line.subOrderId) && line.decided === 'FAILED',
    );
    return failed ? err('INSUFFICIENT_STOCK') : ok(done.value);
  };

type Looked = { readonly held: readonly HeldLine[]; readonly free: readonly FreeStock[] };

async function lookAt(
  deps: ReportDeps,
  order: OrderState,
  lines: readonly ReportLine[],
): Promise<Looked> {
  if (!lines.some((line) => line.status === 'ALLOCATED')) return { held: [], free: [] };
  const named = order.lines.filter((l) => lines.some((line) => line.subOrderId === l.subOrderId));
  const goodsIds = [...new Set(named.map((line) => line.goodsId))].filter((id) => id !== '');
  const [held, free] = await Promise.all([
    heldLines(deps, order),
    deps.stock.free(order.orderRef.sellerId, goodsIds),
  ]);
  return { held, free };
}

/** Every line as the hold has it that it is in. */
async function heldLines(deps: ReportDeps, order: OrderState): Promise<readonly HeldLine[]> {
  const holds = [...new Set(order.lines.map(({ hold }) => hold))];
  const found = await Promise.all(
    holds.map(async (hold) => {
      const own = order.lines.filter((line) => line.hold === hold);
      const held = await deps.stock.held(order.orderRef, hold);
      return held.filter((one) => own.some(({ subOrderId }) => subOrderId === one.subOrderId));
    }),
  );
  return found.flat();
}

async function readLine(
  deps: ReportDeps,
  order: OrderState,
  looked: Looked,
  report: ReportLine,
): Promise<Result<ReportedLine, ReportRefusal>> {
  const { subOrderId, description, attributes, status, place } = report;
  if (status === 'WAITING' || status === 'FAILED') {
    return ok({ status, subOrderId, description });
  }
  if (status !== 'ALLOCATED') return err('UNKNOWN_STATUS');
  if (!place) return err('MISSING_FIELD');
  const placeName = await nameOf(deps, order.orderRef.sellerId, place);
  if (placeName === null) return err('UNKNOWN_STORE');
  const line = order.lines.find((l) => l.subOrderId === subOrderId);
  if (!line) return err('UNKNOWN_SUB_ORDER');
  const stands = kindHeld(looked.held, subOrderId, place);
  const kind = stands ?? kindFree(looked.free, line, place);
  const target = { subOrderId, place, placeName, kind, attributes };
  return ok({ status, subOrderId, description, target, held: stands !== null });
}

const nameOf = async (deps: ReportDeps, sellerId: string, place: Place): Promise<string | null> =>
  place.type === 'STORE' ? deps.catalog.storeName(sellerId, place.id) : place.id;

function kindHeld(held: readonly HeldLine[], subOrderId: string, place: Place): StockKind | null {
  const line = held.find((l) => l.subOrderId === subOrderId);
  if (line?.sharedPlace && samePlace(line.sharedPlace, place)) return 'SHARED';
  // A shared hold elsewhere would stay behind: it has to be released by moving.
  if (line?.sharedPlace) return null;
  return line?.certainPlace && samePlace(line.certainPlace, place) ? 'CERTAIN' : null;
}

function kindFree(free: readonly FreeStock[], line: OrderLine, place: Place): StockKind {
  const cell = free.find((c) => c.goodsId === line.goodsId && samePlace(c.place, place));
  return (cell?.sharedMilli ?? 0n) >= line.quantityMilli ? 'SHARED' : 'CERTAIN';
}
