import { err, mapOk, ok } from '@astrolabe/kernel';
import { askStoreMailNo, cancelWaybill, listWaybills, readPrintData } from '@astrolabe/schemas/top';
import { callTop } from './platform.ts';
import type { CallDeps, Called, TopAccess } from './platform.ts';

/** What a store wants a number for, by the platform's own words of store and trade. */
export type ParcelOfStore = {
  readonly storeId: string;
  readonly tradeId: string;
  readonly subOrderIds: readonly string[];
};

/** What a label shows beside its number; empty texts where the platform says nothing. */
export type PlatformLabel = {
  readonly name: string;
  readonly mobile: string;
  readonly address: readonly string[];
  /** Where the carrier sorts the parcel to (大头笔), and its route. */
  readonly sortation: string;
  readonly routeCode: string;
};

/** A number that the platform has given, the carrier's code, and what is printed on the label. */
export type PlatformWaybill = {
  readonly mailNo: string;
  readonly carrier: string;
  readonly label: PlatformLabel;
};

/** The platform's word for orders of Tmall. */
const CHANNEL = 'TM';

/**
 * Asks the platform for the number of a parcel. A repeat may give another one, so after an unknown end
 * `waybillsOf` is asked first.
 */
export async function askMailNo(
  deps: CallDeps,
  access: TopAccess,
  { storeId, tradeId, subOrderIds }: ParcelOfStore,
): Promise<Called<string>> {
  const subOrders = subOrderIds.map((subOrderId) => ({ subOrderId }));
  const called = await callTop(deps, access, askStoreMailNo, {
    storeId,
    channel: CHANNEL,
    trades: [{ tradeId, subOrders }],
  });
  if (!called.ok) return called;
  const { data, code = '', message = '' } = called.value.result;
  if (data) return ok(data.mailNo);
  return err({ kind: 'refused', code, message: message || code });
}

/** The numbers that stand of a trade. */
export async function waybillsOf(
  deps: CallDeps,
  access: TopAccess,
  tradeId: string,
): Promise<Called<readonly PlatformWaybill[]>> {
  const called = await callTop(deps, access, listWaybills, { asked: [{ tradeId }] });
  return mapOk(called, ({ found = [] }) =>
    found.flatMap(({ isFound, waybill }) => {
      if (!isFound || !waybill) return [];
      const { mailNo, carrier, printData } = waybill;
      return [{ mailNo, carrier, label: labelOf(printData) }];
    }),
  );
}

function labelOf(printData: string): PlatformLabel {
  const { recipient, routing } = readPrintData(printData)?.data ?? {};
  const { province, city, district, town, detail } = recipient?.address ?? {};
  return {
    name: recipient?.name ?? '',
    mobile: recipient?.mobile ?? '',
    address: [province, city, district, town, detail].filter((part) => part !== undefined),
    sortation: routing?.sortation?.name ?? '',
    routeCode: routing?.routeCode ?? '',
  };
}

/** Gives a number back. False when the platform says that it has not taken it. */
export async function giveBack(
  deps: CallDeps,
  access: TopAccess,
  { carrier, mailNo }: Pick<PlatformWaybill, 'carrier' | 'mailNo'>,
): Promise<Called<boolean>> {
  const called = await callTop(deps, access, cancelWaybill, { carrier, mailNo });
  return mapOk(called, ({ isCancelled }) => isCancelled);
}
