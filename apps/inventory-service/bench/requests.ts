import type { Command } from '@astrolabe/contracts/inventory';
import { PlaceType, StockKind } from '@astrolabe/contracts/common';

export const SELLER = '21230';
const PLACE = { type: PlaceType.WAREHOUSE, id: 'WH-01' };
const STORE = { type: PlaceType.STORE, id: '1342' };
/** Enough for every run: a bench that sells out measures refusals. */
const PLENTY = 1_000_000_000_000n;
const BILLS_AT_ONCE = 100;

let made = 0;
const next = (): number => {
  made += 1;
  return made;
};
const run = Date.now().toString(36);

const command = (operationId: string, verb: NonNullable<Command['verb']>): Command => ({
  operationId,
  sellerId: SELLER,
  actor: 'order-router',
  messageId: '',
  verb,
});

/** Which goods an order is for. */
export type Pick = () => string;
export const hot: Pick = () => 'SKU-HOT';
const SPREAD = 10_000;
export const spread: Pick = () => `SKU-${(Math.imul(next(), 2_654_435_761) >>> 0) % SPREAD}`;

/** Fills the stock of all goods, CERTAIN at the warehouse and SHARED at the store. */
export function* fillStock(): Generator<Command> {
  const goods = ['SKU-HOT', ...Array.from({ length: SPREAD }, (_, n) => `SKU-${n}`)];
  for (let from = 0; from < goods.length; from += BILLS_AT_ONCE) {
    const lines = goods.slice(from, from + BILLS_AT_ONCE).flatMap((goodsId) =>
      [
        { place: PLACE, kind: StockKind.CERTAIN },
        { place: STORE, kind: StockKind.SHARED },
      ].map((at) => ({
        ...at,
        billNum: `${run}-${goodsId}-${at.kind}`,
        goodsId,
        quantityMilli: PLENTY,
      })),
    );
    const value = { billScope: 'item.initial', lines };
    yield command(`${run}:fill:${from}`, { $case: 'initialise', value });
  }
}

export function order(pick: Pick, lines = 1): Command {
  const n = next();
  const trade = `${run}${n}`;
  return command(`order:${trade}:reserve`, {
    $case: 'reserve',
    value: {
      holdRef: `tmall:${trade}`,
      channel: 'tmall',
      ttlMs: 0n,
      buyerRef: '',
      lines: Array.from({ length: lines }, (_, at) => ({
        lineId: `${trade}${at}`,
        goodsId: pick(),
        quantityMilli: 1_000n,
        place: undefined,
        kind: StockKind.CERTAIN,
      })),
    },
  });
}

/** Reserve, route to the store, accept, ship: the four commands of one order, in order. */
export function life(pick: Pick): Command[] {
  const reserve = order(pick);
  const trade = reserve.operationId.split(':')[1] ?? '';
  const holdRef = `tmall:${trade}`;
  const lineId = `${trade}0`;
  return [
    reserve,
    command(`order:${trade}:route:1:1`, {
      $case: 'route',
      value: {
        holdRef,
        lines: [{ lineId, place: STORE, kind: StockKind.SHARED, quantityMilli: 0n, goodsId: '' }],
      },
    }),
    command(`order:${trade}:accept:1`, { $case: 'accept', value: { holdRef, lineIds: [lineId] } }),
    command(`order:${trade}:consume`, {
      $case: 'consume',
      value: { holdRef, lines: [{ lineId, quantityMilli: 0n }], shipmentRef: 'SF2323232' },
    }),
  ];
}
