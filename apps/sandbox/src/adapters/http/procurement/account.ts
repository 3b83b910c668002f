import type {
  MallGoods,
  ProcurementOrder,
  ReceiptNote,
  Requisition,
  SettlementNote,
  ShipmentNote,
} from '@astrolabe/schemas/procurement';
import { Shelf } from '../../../domain/shelf.ts';
import type { WaitingMessages } from '../../../domain/procurement/messages.ts';
import type { Tokens } from '../../../domain/procurement/tokens.ts';

/** The application of a supplier at the procurement platform, with what the platform has of it. */
export type Account = {
  readonly sellerId: string;
  readonly appKey: string;
  /** Signs our messages and pre-checks, and verifies the supplier's calls. */
  secret: string;
  /** Who messages are for; lines of a requisition that are ours name it. */
  memberId: string;
  readonly tokens: Tokens;
  readonly books: Books;
  readonly waiting: WaitingMessages;
};

/** What the procurement platform has of one supplier. */
export type Books = {
  readonly requisitions: Shelf<Requisition>;
  readonly orders: Shelf<ProcurementOrder>;
  readonly shipments: Shelf<ShipmentNote>;
  readonly receipts: Shelf<ReceiptNote>;
  readonly settlements: Shelf<SettlementNote>;
  readonly goods: Shelf<MallGoods>;
  /** The next id that the platform gives; its ids have more digits than a double holds. */
  readonly nextId: () => string;
};

const KEPT = 10_000;
/** Beyond 2^53, and odd: a double would lose it. */
const FIRST_ID = 9_007_199_254_740_993n;

export function createBooks(): Books {
  let next = FIRST_ID;
  return {
    requisitions: new Shelf(KEPT),
    orders: new Shelf(KEPT),
    shipments: new Shelf(KEPT),
    receipts: new Shelf(KEPT),
    settlements: new Shelf(KEPT),
    goods: new Shelf(KEPT),
    nextId: () => {
      next += 2n;
      return next.toString();
    },
  };
}
