import type { BillType, Command } from '@astrolabe/contracts/inventory';
import { PlaceType, StockKind } from '@astrolabe/contracts/common';
import type { Place } from '@astrolabe/contracts/common';

export const SELLER = '21230';
export const GOODS = 'SKU-A';
export const TID = 'tmall:2004574256073903';
export const SUB = '2004574256073904';
export const WH: Place = { type: PlaceType.WAREHOUSE, id: 'WH-01' };
export const S1342: Place = { type: PlaceType.STORE, id: '1342' };
export const S123: Place = { type: PlaceType.STORE, id: '123' };
export const { CERTAIN, SHARED } = StockKind;

export const milli = (pieces: number): bigint => BigInt(pieces) * 1000n;

let made = 0;

/** A command of the demonstration seller, with a fresh operation id unless one is given. */
export function command(verb: NonNullable<Command['verb']>, operationId?: string): Command {
  made += 1;
  return {
    operationId: operationId ?? `op-${made}`,
    sellerId: SELLER,
    actor: 'test',
    messageId: `message-${made}`,
    verb,
  };
}

/** `at`: when the merchant counted; absent: the command says nothing of it. */
export const initialise = (
  place: Place,
  kind: StockKind,
  pieces: number,
  billNum?: string,
  at?: Date,
) =>
  command({
    $case: 'initialise',
    value: {
      billScope: 'item.initial',
      lines: [
        {
          billNum: billNum ?? `B-${made}`,
          place,
          goodsId: GOODS,
          kind,
          quantityMilli: milli(pieces),
          operationTimeMs: at && BigInt(at.getTime()),
        },
      ],
    },
  });

export const adjust = (
  place: Place,
  kind: StockKind,
  billType: BillType,
  pieces: number,
  more: { billNum?: string; final?: number; operationId?: string; at?: Date } = {},
) =>
  command(
    {
      $case: 'adjust',
      value: {
        billScope: 'item.update',
        lines: [
          {
            billNum: more.billNum ?? `U-${made}`,
            billType,
            place,
            goodsId: GOODS,
            kind,
            deltaMilli: milli(pieces),
            finalQuantityMilli: more.final === undefined ? undefined : milli(more.final),
            operationTimeMs: more.at && BigInt(more.at.getTime()),
          },
        ],
      },
    },
    more.operationId,
  );

export const reserve = (pieces: number, holdRef = TID, operationId?: string, lines?: number) =>
  command(
    {
      $case: 'reserve',
      value: {
        holdRef,
        channel: 'tmall',
        ttlMs: 0n,
        buyerRef: '',
        lines: Array.from({ length: lines ?? 1 }, (_, at) => ({
          lineId: at === 0 ? SUB : `${SUB}${at}`,
          goodsId: GOODS,
          quantityMilli: milli(pieces),
          place: undefined,
          kind: StockKind.UNSPECIFIED,
        })),
      },
    },
    operationId,
  );

export const route = (place: Place, kind: StockKind, operationId?: string, holdRef = TID) =>
  command(
    {
      $case: 'route',
      value: { holdRef, lines: [{ lineId: SUB, place, kind, quantityMilli: 0n, goodsId: '' }] },
    },
    operationId,
  );

export const accept = (holdRef = TID, operationId?: string) =>
  command({ $case: 'accept', value: { holdRef, lineIds: [SUB] } }, operationId);
export const refuse = (holdRef = TID) =>
  command({ $case: 'refuse', value: { holdRef, lineIds: [SUB] } });
export const release = (holdRef = TID) =>
  command({ $case: 'release', value: { holdRef, lineIds: [], reason: 'refund' } });
export const giveBack = (holdRef = TID) =>
  command({ $case: 'giveBack', value: { holdRef, lineIds: [], reason: 'cancel' } });
export const consume = (holdRef = TID) =>
  command({
    $case: 'consume',
    value: { holdRef, lines: [{ lineId: SUB, quantityMilli: 0n }], shipmentRef: 'SF' },
  });

/** The start of spec 3.7. */
export const workedExample = (): Command[] => [
  initialise(WH, CERTAIN, 10),
  initialise(S1342, SHARED, 4),
  initialise(S123, CERTAIN, 3),
  initialise(S123, SHARED, 2),
];
