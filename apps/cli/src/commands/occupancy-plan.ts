import {
  placeFromMessage,
  placeToMessage,
  stockKindFromMessage,
  stockKindToMessage,
} from '@astrolabe/contracts';
import type { Divergence, OccupancyItem } from '@astrolabe/contracts/inventory';
import { milliFromPieces, piecesFromMilli, placeFromKey, placeKey } from '@astrolabe/kernel';

/** A number that differs, as a line of a plan; with `adjust` it can be carried out. */
export type PlanLine = {
  readonly kinds: readonly string[];
  readonly place: string;
  readonly goodsId: string;
  readonly stockKind: string;
  readonly quantity: string;
  readonly held: string;
  readonly unreported: string;
  /** ISO 8601; absent: never reported. */
  readonly reportedAt?: string;
  /** What the quantity is to be set to, in pieces; absent where only the next report can settle it. */
  readonly adjust?: string;
};

export function lineOf(of: Divergence): PlanLine {
  const place = placeFromMessage(of.place);
  return {
    kinds: of.kinds,
    place: place ? placeKey(place) : '',
    goodsId: of.goodsId,
    stockKind: stockKindFromMessage(of.stockKind) ?? '',
    quantity: piecesFromMilli(of.quantityMilli),
    held: piecesFromMilli(of.heldMilli),
    unreported: piecesFromMilli(of.unreportedMilli),
    ...(of.reportedAtMs > 0n && { reportedAt: new Date(Number(of.reportedAtMs)).toISOString() }),
    ...(of.proposedMilli !== undefined && { adjust: piecesFromMilli(of.proposedMilli) }),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The items of a plan: JSON lines as `occupancy diff` prints them, from which lines may be left out. A line without an adjustment
 * asks for nothing.
 * @throws Error with the number of a line that is none
 */
export function itemsIn(plan: string): readonly OccupancyItem[] {
  return plan.split('\n').flatMap((text, index) => {
    if (text.trim() === '') return [];
    const line = parsed(text);
    const item = line && itemOf(line);
    if (item === null) throw new Error(`line ${index + 1} is no line of a plan`);
    return item === undefined ? [] : [item];
  });
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Undefined: it asks for nothing. Null: it is no line of a plan. */
function itemOf(line: Readonly<Record<string, unknown>>): OccupancyItem | null | undefined {
  const { release, adjust, goodsId } = line;
  if (typeof release === 'string' && release !== '') {
    return { item: { $case: 'releaseHoldRef', value: release } };
  }
  if (adjust === undefined && Array.isArray(line['kinds'])) return undefined;
  const place = placeFromKey(String(line['place']));
  const kind = KINDS.find((one) => one === line['stockKind']);
  const [quantity, held, wanted] = [
    milliIn(line['quantity']),
    milliIn(line['held']),
    milliIn(adjust),
  ];
  if (!place || !kind || typeof goodsId !== 'string' || goodsId === '') return null;
  if (quantity === null || held === null || wanted === null) return null;
  return {
    item: {
      $case: 'quantity',
      value: {
        place: placeToMessage(place),
        goodsId,
        stockKind: stockKindToMessage(kind),
        expectedQuantityMilli: quantity,
        expectedHeldMilli: held,
        quantityMilli: wanted,
      },
    },
  };
}

const KINDS = ['CERTAIN', 'SHARED'] as const;

/** Pieces as text, in thousandths; null for what are none. */
function milliIn(pieces: unknown): bigint | null {
  if (typeof pieces !== 'string') return null;
  const read = milliFromPieces(pieces);
  return read.ok ? read.value : null;
}
