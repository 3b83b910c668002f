import type { LifeCode, LifeEvent } from '@astrolabe/kernel';
import { historyWith, lifeEvent } from '@astrolabe/kernel';
import type { OrderLife } from '../order-life.ts';
import type { Intervention, Sale, SaleReturn, SaleState } from './sale.ts';

/** The sale with what a change of it means to people. One that nothing has happened to is itself. */
export function withHistory(before: Sale | null, after: Sale, now: Date): Sale {
  const happened = [
    ...(before ? [] : [taken(after)]),
    ...decided(before, after),
    ...held(before, after, now),
    ...moved(before, after, now),
    ...settled(before, after, now),
    ...cameBack(before, after, now),
  ];
  if (happened.length === 0) return after;
  return { ...after, history: historyWith(after.history, happened) };
}

const taken = ({ receivedAt, basket }: Sale): LifeEvent =>
  lifeEvent(receivedAt, 'SALE_TAKEN', {
    about: basket.deviceNo === '' ? [] : [basket.deviceNo],
    by: basket.operatorId,
  });

const DECISIONS: Readonly<Record<string, string>> = {
  created: 'DECIDE_CREATED',
  notCreated: 'DECIDE_NOT_CREATED',
  sendAgain: 'DECIDE_SEND_AGAIN',
  paid: 'DECIDE_PAID',
};

const isSame = (one: Intervention | undefined, other: Intervention): boolean =>
  one?.at.getTime() === other.at.getTime() && one.what === other.what && one.by === other.by;

function decided(before: Sale | null, { interventions }: Sale): readonly LifeEvent[] {
  const last = interventions.at(-1);
  if (!last || isSame(before?.interventions.at(-1), last)) return [];
  const { at, what, by } = last;
  return [lifeEvent(at, 'SALE_DECIDED', { reason: DECISIONS[what] ?? what, by })];
}

/** A sale that was rejected owes the stock what it may have held: that it was held is not known. */
function held(before: Sale | null, { stock, state }: Sale, now: Date): readonly LifeEvent[] {
  const isNew = stock === 'HELD' && before?.stock !== 'HELD' && state !== 'REJECTED';
  return isNew ? [lifeEvent(now, 'SALE_HELD')] : [];
}

const MOVES: Readonly<Record<SaleState, LifeCode | null>> = {
  DRAFT: null,
  // Said by the stock that it holds.
  RESERVED: null,
  SENT: 'SALE_SENT',
  RETRYABLE: 'SALE_RETRYABLE',
  UNKNOWN: 'SALE_UNKNOWN',
  BLOCKED: 'SALE_BLOCKED',
  MANUAL: 'SALE_MANUAL',
  CREATED: 'SALE_CREATED',
  REJECTED: 'SALE_REJECTED',
};

function moved(before: Sale | null, after: Sale, now: Date): readonly LifeEvent[] {
  const { state, problem, trade } = after;
  const what = state === before?.state ? null : MOVES[state];
  if (!what) return [];
  const about = state === 'CREATED' && trade ? [trade.tradeNo] : [];
  // An attempt that begins has no reason of its own.
  const why = state === 'SENT' || state === 'CREATED' ? null : problem;
  return [lifeEvent(now, what, { about, reason: why?.code ?? '', words: why?.message ?? '' })];
}

function settled(before: Sale | null, after: Sale, now: Date): readonly LifeEvent[] {
  if (!before) return [];
  const events: LifeEvent[] = [];
  if (before.payment !== after.payment) events.push(lifeEvent(now, 'SALE_PAID'));
  if (before.stock !== after.stock) {
    if (after.stock === 'CONSUMED') events.push(lifeEvent(now, 'SALE_CONSUMED'));
    if (after.stock === 'RELEASED') events.push(lifeEvent(now, 'SALE_RELEASED'));
  }
  return events;
}

function cameBack(before: Sale | null, { returns }: Sale, now: Date): readonly LifeEvent[] {
  const known = new Map(before?.returns.map((one) => [one.returnNo, one.stock]));
  return returns.flatMap((one) => ofReturn(one, known.get(one.returnNo), now));
}

function ofReturn(
  { returnNo, returnedAt, by, stock }: SaleReturn,
  known: SaleReturn['stock'] | undefined,
  now: Date,
): readonly LifeEvent[] {
  const about = [returnNo];
  if (known === undefined) return [lifeEvent(returnedAt, 'SALE_RETURNED', { about, by })];
  if (known === stock) return [];
  return [
    lifeEvent(now, stock === 'POSTED' ? 'SALE_RETURN_POSTED' : 'SALE_RETURN_REFUSED', { about }),
  ];
}

/** What has become of a sale, for people. */
export const lifeOfSale = ({ orderRef, state, problem, lines, history }: Sale): OrderLife => ({
  orderRef,
  kind: 'SALE',
  state: `SALE_${state}`,
  problem: problem?.code ?? '',
  lines: lines.map(({ lineId, goodsId, quantityMilli }) => ({
    lineId,
    goodsId,
    sku: '',
    quantityMilli,
  })),
  events: history,
  related: [],
});
