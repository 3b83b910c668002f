import * as wire from '@astrolabe/testing';
import type { PlaceOnWire, StockLineOnWire, TradeMessageValues } from '@astrolabe/testing';
import { SELLER } from './running-gateway.ts';

/** Requests of the documents' seller (catalogue 2.1 and 2.2). */

export { storeXml } from '@astrolabe/testing';

export const bandingXml = (storeIds: readonly string[]): string =>
  wire.bandingXml('ADD', '9001', storeIds);

export type Line = Partial<StockLineOnWire> & { billNum: string };

const STORE: PlaceOnWire = { type: 'STORE', id: '1342' };
const COUNTED = { kind: 'UNCERTAINTY', quantity: '4' } as const;

/** Lines at a store (1342) or a warehouse; with a billType it is an update. */
export const stockXml = (
  lines: readonly Line[],
  userId = SELLER,
  place = STORE,
  operationTime = '2016-09-22 10:00:00',
): string => {
  const counted = lines.map((line) => ({ ...COUNTED, ...line }));
  return wire.stockXml(userId, [{ place, lines: counted }], operationTime);
};

/** A question for one SKU at each of the stores. */
export const queryXml = (asked: readonly { place: string; skuId: string }[]): string =>
  wire.stockQueryXml(
    SELLER,
    asked.map(({ place, skuId }) => ({ place: { type: 'STORE', id: place }, lines: [{ skuId }] })),
  );

export const TID = '2004574256073903';
export const OID = '2004574256073904';

export const report = (values: Record<string, string> = {}): Record<string, string> =>
  wire.storeReport(TID, [OID], values);

type TradeChange = Partial<Omit<TradeMessageValues, 'sellerId'>> & { readonly seller?: string };

/** A pushed trade; `content`, `trade` and `orders` overwrite fields by their names on the wire. */
export const tradeJson = ({
  seller = SELLER,
  orders = [{}],
  ...values
}: TradeChange = {}): string =>
  wire.tradeMessage({
    tid: TID,
    sellerId: seller,
    ...values,
    orders: orders.map((order) => ({ oid: OID, ...order })),
  });
