import type { Milli } from '@astrolabe/kernel';
import { isConfirmed } from './life.ts';
import type { MallLine, MallOrder } from './order.ts';
import { lineOfHold, noted } from './order.ts';

/** What a warehouse says of an order: quantities by the lines of its hold. */
export type Supplied =
  | {
      readonly kind: 'SHIPPED' | 'DELIVERED' | 'REJECTED';
      readonly subject: string;
      readonly lines: readonly SuppliedLine[];
      readonly at: Date;
    }
  | {
      readonly kind: 'RETURNED';
      readonly subject: string;
      readonly lines: readonly SuppliedLine[];
      /** Nothing more of the return is expected. */
      readonly complete: boolean;
      readonly at: Date;
    }
  | {
      readonly kind: 'RETURN_ASKED' | 'RETURN_DENIED';
      readonly subject: string;
      readonly at: Date;
    };

export type SuppliedLine = { readonly lineId: string; readonly quantityMilli: Milli };

/** Who an entry is by that a warehouse has said. */
export const SAID_BY_WAREHOUSE = 'fulfillment';

const RETURNS_MAX = 100;

/**
 * The order after a word of the warehouse. COMPLETED is said when nothing of it is still to come, and something
 * was taken: two parcels of which one is delivered are no delivered order (field/till-and-mall.md, row D1).
 * Whoever is not confirmed has nothing shipped: the word is noted, and nothing follows.
 */
export function supplied(order: MallOrder, told: Supplied): MallOrder {
  const entry = noted(order, told.at, `${told.kind} ${told.subject}`, SAID_BY_WAREHOUSE);
  if (!isConfirmed(order.state)) return entry;
  switch (told.kind) {
    case 'SHIPPED':
      return come(entry, add(entry.lines, told.lines, 'shippedMilli'), told.at);
    case 'DELIVERED':
      return come(entry, add(entry.lines, told.lines, 'deliveredMilli'), told.at);
    case 'REJECTED':
      return come(entry, add(entry.lines, told.lines, 'rejectedMilli'), told.at);
    case 'RETURN_ASKED':
      return {
        ...entry,
        returning: [...without(entry.returning, told.subject), told.subject].slice(-RETURNS_MAX),
      };
    case 'RETURN_DENIED':
      return { ...entry, returning: without(entry.returning, told.subject) };
    case 'RETURNED': {
      const lines = add(entry.lines, told.lines, 'returnedMilli');
      const returning = told.complete ? without(entry.returning, told.subject) : entry.returning;
      return { ...entry, lines, returning };
    }
  }
}

const without = (ids: readonly string[], id: string): readonly string[] =>
  ids.filter((one) => one !== id);

type Counted = 'shippedMilli' | 'deliveredMilli' | 'rejectedMilli' | 'returnedMilli';

function add(
  lines: readonly MallLine[],
  told: readonly SuppliedLine[],
  field: Counted,
): readonly MallLine[] {
  return lines.map((line) => {
    const more = told
      .filter(({ lineId }) => lineOfHold(lineId) === line.lineId)
      .reduce((sum, { quantityMilli }) => sum + quantityMilli, 0n);
    return more === 0n ? line : { ...line, [field]: line[field] + more };
  });
}

function come(order: MallOrder, lines: readonly MallLine[], at: Date): MallOrder {
  const arrived = lines.every((line) => {
    return line.deliveredMilli + line.rejectedMilli >= line.quantityMilli;
  });
  if (!arrived) return { ...order, lines, state: 'SHIPPED' };
  const isTaken = lines.some(({ deliveredMilli }) => deliveredMilli > 0n);
  const state = isTaken ? ('COMPLETED' as const) : ('REJECTED' as const);
  const next = { ...order, lines, state, completedAt: order.completedAt ?? at };
  return order.state === state ? next : noted(next, at, state, '');
}
