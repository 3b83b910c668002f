import type { Milli } from '@astrolabe/kernel';
import type { Change } from './change.ts';
import { silent } from './change.ts';
import type { GoodsBack, StoreAnswer } from './commands.ts';
import type { LineState, OrderLine, OrderState } from './order.ts';
import { changeLines, told } from './order.ts';
import type { LostStock } from './step.ts';
import { nextHold, operationId, withStep } from './steps.ts';
import { ignored, sorted, unplaced, where, withPlace } from './store-answers.ts';

/**
 * A store gave back what it had accepted (docs/adr/0088). Its sale is undone, what its shelf has not is taken
 * off its stock, and stock is held anew for the order, whose guarantee ended with the acceptance. Then the lines
 * wait again, and the place is out for them. What the rest of the order stays behind for is not sent elsewhere: this
 * service never splits an order [O-48]. An acceptance that comes later was before this, and is ignored.
 */
export function givenBack(
  state: OrderState,
  answer: StoreAnswer,
  back: GoodsBack,
  now: Date,
): Change {
  const { mine, rest } = sorted(state, answer, ['ALLOCATED', 'ACCEPTED']);
  let next = ignored(state, answer, rest, [], 'REFUSAL_IGNORED', now);
  // What was closed meanwhile goes nowhere, but what its shelf has not is not there for others either.
  const over = rest.filter(
    ({ decided, allocation }) => decided === 'CLOSED' && allocation === answer.allocation,
  );
  next = withWriteOff(next, over, back);
  if (mine.length === 0) return silent(next);
  const split = wouldSplit(state, mine);
  const outcome: LineState = split ? 'FAILED' : 'WAITING';
  next = told(next, now, 'STORE_GAVE_BACK', `${where(mine, answer.operator)}: ${back.reason}`);
  next = withLines(next, mine, outcome);
  next = withStock(next, mine, back);
  if (!split) return silent(next);
  const { allocation } = state;
  return {
    state: told(next, now, 'ALLOCATE_FAILED', 'WOULD_SPLIT'),
    events: [{ type: 'OrderAllocationFailed', allocation, reason: 'WOULD_SPLIT' }],
  };
}

const STANDS: readonly LineState[] = ['ALLOCATED', 'ACCEPTED', 'SHIPPED'];

const wouldSplit = ({ allocator, lines }: OrderState, mine: readonly OrderLine[]): boolean =>
  allocator === 'astrolabe' &&
  lines.some((line) => !mine.includes(line) && STANDS.includes(line.decided));

const withLines = (
  state: OrderState,
  lines: readonly OrderLine[],
  outcome: LineState,
): OrderState =>
  changeLines(state, idsOf(lines), (line) => ({
    ...unplaced(line),
    decided: outcome,
    state: outcome,
    returns: line.returns + 1,
    refusedBy: line.place ? withPlace(line.refusedBy, line.place) : line.refusedBy,
  }));

/** The steps, by the lines as they were: first the sale is undone, so that what is lost can be taken off. */
function withStock(state: OrderState, lines: readonly OrderLine[], back: GoodsBack): OrderState {
  const { orderRef } = state;
  const sold = lines.filter(({ decided }) => decided === 'ACCEPTED');
  const offered = lines.filter(({ decided }) => decided === 'ALLOCATED');
  let next = state;
  if (offered.length > 0) {
    const id = operationId.refuse(orderRef, offered);
    next = withStep(next, { kind: 'refuse', id, subOrderIds: idsOf(offered) });
  }
  if (sold.length > 0) {
    const id = operationId.giveBack(orderRef, sold);
    const reason = 'GIVEN_BACK';
    next = withStep(next, { kind: 'giveBack', id, subOrderIds: idsOf(sold), reason });
  }
  next = withWriteOff(next, lines, back);
  if (sold.length === 0) return next;
  const hold = nextHold(next);
  const id = operationId.reserve(orderRef, hold);
  return withStep(next, { kind: 'reserve', id, subOrderIds: idsOf(sold), hold });
}

function withWriteOff(state: OrderState, lines: readonly OrderLine[], back: GoodsBack): OrderState {
  const lost = lines.flatMap((line) => lostOf(line, back.lost[line.subOrderId] ?? 0n));
  if (lost.length === 0) return state;
  const id = operationId.writeOff(state.orderRef, lines);
  return withStep(state, { kind: 'writeOff', id, lines: lost, reason: back.reason });
}

/** Goods without stock here have nothing to be taken off. */
const lostOf = (line: OrderLine, lostMilli: Milli): readonly LostStock[] => {
  const { subOrderId, goodsId, place, kind, rides } = line;
  if (lostMilli <= 0n || rides || !place || !kind) return [];
  return [{ subOrderId, goodsId, lostMilli, place, kind }];
};

const idsOf = (lines: readonly OrderLine[]): readonly string[] =>
  lines.map(({ subOrderId }) => subOrderId);
