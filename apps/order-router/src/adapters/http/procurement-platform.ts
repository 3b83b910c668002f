import type { AccessSource, ProcurementCalled, ProcurementClient } from '@astrolabe/channel-client';
import { milliFromPieces } from '@astrolabe/kernel';
import type { Milli } from '@astrolabe/kernel';
import type { Failed, Outcome } from '@astrolabe/outbound';
import {
  confirmOrder,
  queryOrder,
  queryRequisition,
  returnOrder,
} from '@astrolabe/schemas/procurement';
import type { ProcurementOrder, Requisition } from '@astrolabe/schemas/procurement';
import type {
  Detail,
  GoodsNames,
  Origins,
  ProcurementPlatform,
} from '../../application/procurement/ports.ts';
import type { OrderSeen, RequisitionSeen } from '../../domain/procurement/procurement.ts';

export type PlatformDeps = {
  readonly client: Pick<ProcurementClient, 'call'>;
  readonly source: AccessSource;
};

/** Who acts, as the platform shows it to the buyer. */
const OPERATOR = '星盘';

/** Interfaces 3, 6, 7 and 8 of document 000. */
export const createProcurementPlatform = ({
  client,
  source,
}: PlatformDeps): ProcurementPlatform => ({
  requisition: async (sellerId, id) => {
    // Only the lines of this seller are ours: a requisition may be for several suppliers.
    const access = await source.accessOf(sellerId, '');
    if (!access.ok) return failedBy(access.error);
    const called = await client.call(sellerId, queryRequisition, { requisitionId: id });
    return called.kind === 'ok'
      ? { kind: 'answered', value: requisitionFrom(called.value, access.value.memberId) }
      : failedBy(called);
  },
  order: async (sellerId, orderId) => {
    const called = await client.call(sellerId, queryOrder, { orderId });
    if (called.kind !== 'ok') return failedBy(called);
    const { status } = called.value;
    return status === 'DRAFT'
      ? DRAFT
      : { kind: 'answered', value: orderFrom({ ...called.value, status }) };
  },
  answer: async (sellerId, orderId, kind, reason) => {
    const called =
      kind === 'CONFIRM'
        ? await client.call(sellerId, confirmOrder, { orderId, operatorName: OPERATOR })
        : await client.call(sellerId, returnOrder, { orderId, operatorName: OPERATOR, reason });
    if (called.kind !== 'ok') return failedBy(called);
    return called.value ? { kind: 'succeeded' } : NOT_DONE;
  },
});

/** `success` beside a truth that is false: it worked, and nothing was done (catalogue P-A19). */
const NOT_DONE: Outcome = { kind: 'unanswered', problem: { code: 'NOT_DONE', message: '' } };

/** What the buyer has not sent yet is for nobody to do anything about. */
const DRAFT: Failed = { kind: 'unanswered', problem: { code: 'DRAFT', message: '' } };

function failedBy({
  kind,
  code,
  message,
}: Exclude<ProcurementCalled<never>, { kind: 'ok' }>): Failed {
  const problem = { code, message };
  switch (kind) {
    case 'refused':
    case 'unknown':
      return { kind, problem };
    case 'later':
      return { kind: 'withheld', problem };
    // A person lets us in again; then it goes on by itself.
    case 'auth':
      return { kind: 'withheld', problem };
  }
}

function requisitionFrom(
  { requisitionNo, title, companyCode, status, lines }: Requisition,
  memberId: string,
): Detail<RequisitionSeen> {
  const ours = lines.filter(
    ({ supplierMemberId }) => supplierMemberId === undefined || supplierMemberId === memberId,
  );
  return {
    seen: {
      status,
      requisitionNo: requisitionNo ?? '',
      title: title ?? '',
      companyCode: companyCode ?? '',
      lines: ours.map(({ lineId, cargoNo, materialName, quantityMilli }) => ({
        lineId,
        goodsId: '',
        cargoNo: cargoNo ?? '',
        name: materialName ?? '',
        quantity: quantityMilli,
      })),
    },
    goods: ours.map(({ mallGoodsId, skuId, cargoNo }) => ({
      itemId: mallGoodsId ?? '',
      skuId: skuId ?? '',
      cargoNo: cargoNo ?? '',
    })),
  };
}

type Entry = ProcurementOrder['entries'][number];

function orderFrom(
  order: ProcurementOrder & { readonly status: OrderSeen['status'] },
): Detail<OrderSeen> & { readonly origins: Origins } {
  const { entries } = order;
  return {
    seen: {
      status: order.status,
      orderCode: order.orderCode ?? '',
      companyCode: order.companyCode ?? '',
      buyerName: order.buyerName ?? order.companyName ?? '',
      receiver: {
        name: order.receiverName ?? '',
        mobile: order.mobile ?? '',
        phone: order.phone ?? '',
        regionText: order.regionText ?? '',
        address: [order.townName, order.street].filter(Boolean).join(''),
        postCode: order.postCode ?? '',
      },
      lines: entries.map(lineFrom),
    },
    goods: entries.map(({ cargoNo }): GoodsNames => ({
      itemId: '',
      skuId: '',
      cargoNo: cargoNo ?? '',
    })),
    origins: originsOf(entries),
  };
}

const lineFrom = (entry: Entry): OrderSeen['lines'][number] => ({
  lineId: entry.entryId,
  goodsId: '',
  cargoNo: entry.cargoNo ?? '',
  name: entry.materialName ?? '',
  ordered: entry.orderedMilli,
  sent: entry.sentMilli ?? 0n,
  received: entry.receivedMilli ?? 0n,
  settled: entry.settledMilli ?? 0n,
  mayExceed: toleranceOf(entry),
  priceYuan: entry.unitPrice ?? '',
});

/** How much more than ordered may be sent, where that is tolerated at all. */
function toleranceOf({ toleratesMore, longDelivery }: Entry): Milli {
  const more = toleratesMore === true ? milliFromPieces(longDelivery ?? '0') : null;
  return more?.ok ? more.value : 0n;
}

/** Which of these leads to the requisition is not documented; all entries have the same in what was seen. */
function originsOf(entries: readonly Entry[]): Origins {
  const ids = (
    ...names: ('applicationNo' | 'referrerId' | 'referrerRootId' | 'sourceId' | 'sourceRootId')[]
  ) => [...new Set(entries.flatMap((entry) => names.flatMap((name) => entry[name] ?? [])))];
  return {
    root: ids('sourceRootId')[0] ?? '',
    others: ids('referrerRootId', 'sourceId', 'referrerId', 'applicationNo').slice(0, ORIGINS_MAX),
  };
}

const ORIGINS_MAX = 10;
