import type { Result } from '@astrolabe/kernel';
import { FULFILMENT_STATUSES, err } from '@astrolabe/kernel';
import { reportAccepted, reportConsigned, reportRefused } from '@astrolabe/schemas/omni';
import { syncOrderStatus } from '@astrolabe/schemas/qimen';
import type { Outcome } from '@astrolabe/outbound';
import { callQimen, callTop, isShipped, shipTrade } from '@astrolabe/channel-client';
import type { CallDeps, TopAccess } from '@astrolabe/channel-client';
import type { Connection, ReadFailure } from '../../application/ports.ts';
import type { Allocation, Effect, StoreReport } from '../../domain/allocation.ts';
import { ended, read, refusedHere, unlessTooEarly } from './outcome.ts';

/** Tmall's own router; null where the seller ships there by itself. */
const tmallOf = ({ tmall }: Connection): TopAccess | null =>
  tmall && { platformUrl: tmall.url, session: tmall.session, top: tmall.key };

const NOT_CONNECTED = 'Tmall is not connected';

/** Asks Tmall whether a shipment stands, after its answer got lost. */
export async function isShippedAtTmall(
  deps: CallDeps,
  connection: Connection,
  tradeId: string,
  subOrderIds: readonly string[],
): Promise<Result<boolean, ReadFailure>> {
  const access = tmallOf(connection);
  if (!access) return err({ error: NOT_CONNECTED });
  return read(await isShipped(deps, access, tradeId, subOrderIds));
}

/** Tells what a store has done: a shipment to Tmall, everything to the platform. */
export async function sendStoreEffect(
  deps: CallDeps,
  connection: Connection,
  allocation: Allocation,
  { kind, report }: Effect,
): Promise<Outcome> {
  if (!report) return refusedHere('there is nothing to tell');
  if (kind === 'SHIP') return await sendShipment(deps, connection, allocation, report);
  return unlessTooEarly(await sendStatus(deps, connection, allocation.orderRef.number, report));
}

async function sendShipment(
  deps: CallDeps,
  connection: Connection,
  { orderRef, lines }: Allocation,
  { subOrderIds, logistics }: StoreReport,
): Promise<Outcome> {
  const access = tmallOf(connection);
  if (!access) return refusedHere(NOT_CONNECTED);
  const isWhole = lines.length === subOrderIds.length;
  const called = await shipTrade(deps, access, {
    tradeId: orderRef.number,
    subOrderIds: isWhole ? null : subOrderIds,
    mailNo: logistics?.mailNo ?? '',
    companyCode: logistics?.companyCode ?? '',
  });
  if (called.ok && !called.value) return refusedHere('is_success=false');
  const outcome = ended(called);
  if (outcome.kind !== 'refused') return outcome;
  // Somebody may have shipped it in Tmall's own pages: then that is what was wanted.
  const seen = await isShipped(deps, access, orderRef.number, subOrderIds);
  return seen.ok && seen.value ? { kind: 'succeeded' } : outcome;
}

/** The store's words on a refund; the open API 2.0 has none, so they go by `orderStatus.sync` (6.4). */
const REFUND_ANSWERS = ['CANCEL_AGREED', 'CANCEL_DENIED', 'RETURNED'] as const;

/**
 * The store's answer by the open API 2.0 (white paper 6.6.8 to 6.6.10), a working step by
 * `orderStatus.sync` (6.4); both within five minutes of the event (5.4).
 */
async function sendStatus(
  deps: CallDeps,
  connection: Connection,
  tradeId: string,
  { subOrderIds, status, place, operator, happenedAt, logistics }: StoreReport,
): Promise<Outcome> {
  const access = { ...connection, session: connection.sellerId };
  if (!place) {
    const step = FULFILMENT_STATUSES.find((known) => known === status);
    if (!step) return refusedHere('unknown status');
    const sent = { tradeId, subOrderIds, operator, sellerId: connection.sellerId };
    return ended(
      await callQimen(deps, connection, syncOrderStatus, {
        ...sent,
        status: step,
        actionTime: happenedAt,
      }),
    );
  }
  const answer = REFUND_ANSWERS.find((known) => known === status);
  if (answer) {
    const flow = 'SHIP' as const;
    const sent = { sellerId: connection.sellerId, tradeId, subOrderIds, operator, flow };
    return ended(
      await callQimen(deps, connection, syncOrderStatus, {
        ...sent,
        storeId: place.id,
        status: answer,
        actionTime: happenedAt,
      }),
    );
  }
  const subOrders = subOrderIds.map((subOrderId) => ({ subOrderId, status: 'PAID' as const }));
  const base = { tradeId, place, operator, subOrders };
  switch (status) {
    case 'ACCEPTED':
      return ended(await callTop(deps, access, reportAccepted, base));
    case 'REFUSED':
      return ended(await callTop(deps, access, reportRefused, base));
    default:
      return ended(
        await callTop(deps, access, reportConsigned, {
          ...base,
          logisticId: logistics?.id ?? '',
          logisticCompany: logistics?.company ?? '',
          mailNo: logistics?.mailNo ?? '',
          description: logistics?.description ?? '',
        }),
      );
  }
}
