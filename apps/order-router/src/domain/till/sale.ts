import type { Fen, LifeEvent, Milli, OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { isDue, isOpen, planned, waitMs } from '@astrolabe/outbound';
import type { OutboundCall } from '@astrolabe/outbound';
import type { Basket } from './basket.ts';
import { sharesOf } from './amounts.ts';
import type { HoldLine, Plan } from './plan.ts';
import type { PlatformTrade } from './platform.ts';

/**
 * DRAFT: written down. RESERVED: its stock is held. SENT: the platform is asked. RETRYABLE, UNKNOWN: it is to be
 * asked again. BLOCKED: the platform does not let us in. MANUAL: a person decides. CREATED, REJECTED: over.
 */
export const SALE_STATES = [
  'DRAFT',
  'RESERVED',
  'SENT',
  'RETRYABLE',
  'UNKNOWN',
  'BLOCKED',
  'MANUAL',
  'CREATED',
  'REJECTED',
] as const;

export type SaleState = (typeof SALE_STATES)[number];

/** HELD: perhaps held, and owed: it is to be consumed or released. */
export type SaleStock = 'NONE' | 'HELD' | 'CONSUMED' | 'RELEASED';

export type SaleLine = {
  readonly lineId: string;
  readonly goodsId: string;
  /** What leaves the stock. */
  readonly quantityMilli: Milli;
  readonly priceFen: Fen;
  readonly amountFen: Fen;
  /** What was sold although it was not there; offline sales alone. */
  readonly shortMilli: Milli;
};

/** The call that makes the trade at a platform. */
export type AtPlatform = {
  readonly call: OutboundCall;
  /** An attempt may have made the trade: a refusal of a later one proves nothing. */
  readonly inDoubt: boolean;
  /** What is sent, sealed, byte for byte the same each time; null once the sale is over. */
  readonly request: Uint8Array | null;
};

export type SaleProblem = { readonly code: string; readonly message: string };

export type ReturnedLine = {
  readonly lineId: string;
  readonly quantityMilli: Milli;
  /** Of what was paid for the line. */
  readonly refundFen: Fen;
};

/**
 * Goods of a sale that came back to its store. NONE: they are not sold again. OWED: they are to be put into the
 * stock. POSTED: they are there. REFUSED: the inventory would not have them.
 */
export type SaleReturn = {
  /** Given by who takes the goods; names the return among those of its sale. */
  readonly returnNo: string;
  readonly lines: readonly ReturnedLine[];
  readonly returnedAt: Date;
  readonly by: string;
  readonly stock: 'NONE' | 'OWED' | 'POSTED' | 'REFUSED';
};

/** What a person has done about the sale. */
export type Intervention = { readonly at: Date; readonly what: string; readonly by: string };

export type Sale = {
  readonly orderRef: OrderRef;
  readonly basket: Basket;
  /** Of the basket's text: a repeat under the same number is compared by it. */
  readonly digest: string;
  readonly place: Place;
  readonly soldAt: Date;
  readonly receivedAt: Date;
  readonly lines: readonly SaleLine[];
  readonly totalFen: Fen;
  readonly payFen: Fen;
  readonly state: SaleState;
  readonly stock: SaleStock;
  /** What is, or is to be, held; null while that is not decided. */
  readonly holds: readonly HoldLine[] | null;
  /** Counts decisions about `holds`: another one is another operation of the inventory. */
  readonly plans: number;
  /** Our own number of the trade; null where a platform makes it. */
  readonly ownTradeNo: string | null;
  readonly platform: AtPlatform | null;
  readonly trade: PlatformTrade | null;
  readonly payment: 'PAID' | 'UNKNOWN';
  /** Why it is not CREATED, or not yet. */
  readonly problem: SaleProblem | null;
  /** Of the step at the inventory: how often it failed, and when it is due. */
  readonly failures: number;
  readonly stepAt: Date | null;
  readonly interventions: readonly Intervention[];
  /** In the order in which they came back. */
  readonly returns: readonly SaleReturn[];
  /** What happened, for people; see withHistory. */
  readonly history: readonly LifeEvent[];
  /** When something is to be done next; null when nothing is. */
  readonly dueAt: Date | null;
};

/** Plans that may turn out to be too late, because another till was quicker. */
const PLANS_MAX = 3;
/** A sale whose stock cannot be had is not begun for ever: its buyer is gone. */
const DRAFT_MS = 60_000;
/** Waits between attempts at the inventory, which recognises repeats. */
const STEP_WAITS = { firstWaitMs: 500, factor: 2, waitMaxMs: 60_000 };

export type NewSale = Pick<
  Sale,
  | 'orderRef'
  | 'basket'
  | 'digest'
  | 'place'
  | 'soldAt'
  | 'receivedAt'
  | 'lines'
  | 'totalFen'
  | 'payFen'
  | 'ownTradeNo'
> & { readonly request: Uint8Array | null };

/** A sale that is written down before anything else happens for it. */
export const newSale = ({ request, ...parts }: NewSale): Sale =>
  scheduled({
    ...parts,
    state: 'DRAFT',
    stock: 'NONE',
    holds: null,
    plans: 0,
    platform: request && { call: planned(parts.receivedAt), inDoubt: false, request },
    trade: null,
    // The cashier has swiped the card. What was scanned is paid when somebody says so (decision T-G6).
    payment: parts.basket.payment === 'CARD' ? 'PAID' : 'UNKNOWN',
    problem: null,
    failures: 0,
    stepAt: parts.receivedAt,
    interventions: [],
    returns: [],
    history: [],
    dueAt: null,
  });

/** What is next for a sale; null when nothing is, or a person is to decide. */
export type Step = 'RESERVE' | 'SEND' | 'CONSUME' | 'RELEASE' | 'PUT_BACK';

export function nextStep({ state, stock, platform, returns }: Sale): Step | null {
  if (state === 'DRAFT') return 'RESERVE';
  if (state === 'CREATED') {
    if (stock === 'HELD') return 'CONSUME';
    return owedReturn({ returns }) ? 'PUT_BACK' : null;
  }
  if (state === 'REJECTED') return stock === 'HELD' ? 'RELEASE' : null;
  return platform && isOpen(platform.call) ? 'SEND' : null;
}

/** Recomputes when the sale is due. */
export function scheduled(sale: Sale): Sale {
  const step = nextStep(sale);
  if (!step) return { ...sale, stepAt: null, dueAt: null };
  const dueAt = step === 'SEND' ? (sale.platform?.call.nextAt ?? null) : sale.stepAt;
  return { ...sale, dueAt };
}

/** Whether its next step may be taken now. */
export function isStepDue(sale: Sale, now: Date): boolean {
  const step = nextStep(sale);
  if (!step) return false;
  if (step === 'SEND') return sale.platform !== null && isDue(sale.platform.call, now);
  return sale.stepAt !== null && sale.stepAt.getTime() <= now.getTime();
}

/** Over, one way or the other. */
export const isOver = ({ state }: Pick<Sale, 'state'>): boolean =>
  state === 'CREATED' || state === 'REJECTED';

/** A trade may have been made, and nobody knows. */
export const isInDoubt = ({ state, platform }: Pick<Sale, 'state' | 'platform'>): boolean =>
  !isOver({ state }) && platform !== null && (platform.inDoubt || platform.call.state === 'BEGUN');

export const isOffline = ({ basket }: Pick<Sale, 'basket'>): boolean => basket.soldAt !== null;

const afterStep = (sale: Sale, now: Date): Sale => scheduled({ ...sale, failures: 0, stepAt: now });

/** Ends a sale without a trade; what is held, or may be, is to be released. */
export const rejected = (sale: Sale, problem: SaleProblem, now: Date): Sale =>
  afterStep(
    {
      ...sale,
      state: 'REJECTED',
      problem,
      platform: sale.platform && { ...sale.platform, request: null },
      stock: sale.holds && sale.holds.length > 0 ? 'HELD' : 'NONE',
    },
    now,
  );

/**
 * Decides what is held for a draft. A basket that is not there is refused, but for one that has left the shop
 * already: it is recorded with what was short, and takes what there is.
 */
export function holdsPlanned(sale: Sale, { holds, short }: Plan, now: Date): Sale {
  if (sale.state !== 'DRAFT' || sale.holds) return sale;
  if (short.size > 0 && !isOffline(sale)) return rejected(sale, OUT_OF_STOCK, now);
  const lines = sale.lines.map((line) => ({ ...line, shortMilli: short.get(line.lineId) ?? 0n }));
  return afterStep({ ...sale, lines, holds, plans: sale.plans + 1 }, now);
}

const OUT_OF_STOCK: SaleProblem = { code: 'OUT_OF_STOCK', message: '库存不足' };

/** The holds are in place: the platform is next, or without one the trade is made at once. */
export function reserved(sale: Sale, now: Date): Sale {
  if (sale.state !== 'DRAFT') return sale;
  const held: Sale = { ...sale, stock: sale.holds?.length ? 'HELD' : 'NONE' };
  if (sale.ownTradeNo === null) return afterStep({ ...held, state: 'RESERVED' }, now);
  const { ownTradeNo: tradeNo, totalFen, payFen } = sale;
  return created(held, { tradeNo, totalFen, payFen }, now);
}

/** The inventory had less than was planned. Another plan, unless there were too many. */
export function notReserved(sale: Sale, now: Date): Sale {
  if (sale.state !== 'DRAFT') return sale;
  const without = { ...sale, holds: null };
  return sale.plans < PLANS_MAX ? afterStep(without, now) : rejected(without, OUT_OF_STOCK, now);
}

/** A step at the inventory did not end. A draft that cannot be reserved for a minute is given up. */
export function stepFailed(sale: Sale, now: Date): Sale {
  const failures = sale.failures + 1;
  const stepAt = new Date(now.getTime() + waitMs(STEP_WAITS, failures));
  const isLate = now.getTime() - sale.receivedAt.getTime() > DRAFT_MS;
  if (sale.state === 'DRAFT' && isLate) {
    return rejected(sale, { code: 'STOCK_UNREACHABLE', message: '' }, now);
  }
  return scheduled({ ...sale, failures, stepAt });
}

/** The trade stands: its stock is to be consumed, and the buyer's code is forgotten. */
export const created = (sale: Sale, trade: PlatformTrade, now: Date, isPaid = false): Sale =>
  afterStep(
    {
      ...sale,
      state: 'CREATED',
      trade,
      problem: null,
      payment: isPaid ? 'PAID' : sale.payment,
      platform: sale.platform && { ...sale.platform, request: null },
    },
    now,
  );

/** The step at the inventory is done. */
export function stockSettled(sale: Sale, stock: 'CONSUMED' | 'RELEASED', now: Date): Sale {
  return sale.stock === 'HELD' ? afterStep({ ...sale, stock }, now) : sale;
}

/** The first return whose goods are to be put into the stock. */
export const owedReturn = ({ returns }: Pick<Sale, 'returns'>): SaleReturn | null =>
  returns.find(({ stock }) => stock === 'OWED') ?? null;

/** Goods came back; their stock is to be put back where that is owed. */
export const withReturn = (sale: Sale, back: SaleReturn, now: Date): Sale =>
  afterStep({ ...sale, returns: [...sale.returns, back] }, now);

/** What the inventory said of the goods of a return that were owed to it. */
export function putBack(
  sale: Sale,
  returnNo: string,
  stock: 'POSTED' | 'REFUSED',
  now: Date,
): Sale {
  const returns = sale.returns.map((one) =>
    one.returnNo === returnNo && one.stock === 'OWED' ? { ...one, stock } : one,
  );
  return afterStep({ ...sale, returns }, now);
}

/** What is paid, as far as it is known: the platform's word before ours. */
export const paidFen = ({ trade, payFen }: Pick<Sale, 'trade' | 'payFen'>): Fen =>
  trade?.payFen ?? payFen;

/** Each line's share of what is paid, in the order of the lines. */
export const lineShares = (sale: Sale): readonly Fen[] =>
  sharesOf(
    sale.lines.map(({ amountFen }) => amountFen),
    paidFen(sale),
  );

const INTERVENTIONS_MAX = 50;

export type Resolution =
  | { readonly kind: 'created'; readonly trade: PlatformTrade }
  | { readonly kind: 'notCreated' | 'sendAgain' | 'paid' };

export type ResolveRefusal = 'NOT_OPEN' | 'UNDER_WAY' | 'NOTHING_TO_SEND';

/** A person decides about a sale: nobody else ends what may have been paid. */
export function resolved(
  sale: Sale,
  resolution: Resolution,
  by: string,
  now: Date,
): Result<Sale, ResolveRefusal> {
  const decided = decide(sale, resolution, now);
  if (!decided.ok) return decided;
  const entry = { at: now, what: resolution.kind, by };
  const interventions = [...sale.interventions, entry].slice(-INTERVENTIONS_MAX);
  return ok({ ...decided.value, interventions });
}

function decide(sale: Sale, resolution: Resolution, now: Date): Result<Sale, ResolveRefusal> {
  const { state, platform } = sale;
  if (resolution.kind === 'paid') {
    return state === 'CREATED' ? ok({ ...sale, payment: 'PAID' }) : err('NOT_OPEN');
  }
  if (isOver(sale) || state === 'DRAFT' || !platform) return err('NOT_OPEN');
  if (platform.call.state === 'BEGUN') return err('UNDER_WAY');
  switch (resolution.kind) {
    case 'created':
      return ok(created(ended(sale), resolution.trade, now));
    case 'notCreated':
      return ok(rejected(ended(sale), { code: 'ENDED_BY_PERSON', message: '' }, now));
    case 'sendAgain':
      return platform.request ? ok(sentAgain(sale, now)) : err('NOTHING_TO_SEND');
  }
}

/** No further attempt is made. */
const ended = (sale: Sale): Sale => ({
  ...sale,
  platform: sale.platform && { ...sale.platform, call: { ...sale.platform.call, nextAt: null } },
});

/** The same number and the same bytes once more, with attempts of their own. */
export function sentAgain(sale: Sale, now: Date): Sale {
  const { platform } = sale;
  if (!platform) return sale;
  const call = planned(now, platform.inDoubt);
  return scheduled({ ...sale, state: 'RESERVED', platform: { ...platform, call } });
}
