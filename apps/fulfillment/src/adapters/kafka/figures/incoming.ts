import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { OrderRef } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { FactStore, FigureMeters } from '../../../application/figures/ports.ts';
import type { Fact, Step } from '../../../domain/figures/facts.ts';
import type { Handled, Incoming } from '../incoming.ts';

/** `order` is null where the event names none. */
type Told = { readonly order: OrderRef | null; readonly facts: readonly Fact[] };
type Heard = Incoming & { readonly time: Date };

const PAID = 'taobao_trade_TradeBuyerPay';
/** TOP's status of a sub-order that the buyer has signed for. */
const SIGNED = 'TRADE_BUYER_SIGNED';

/** Takes what trades, orders and stores tell into the facts of the figures. */
export const figuresHandler = (deps: FiguresDeps): ((message: Heard) => Promise<HandlerOutcome>) =>
  byType('fulfillment-figures', {
    tradePushed: taking(deps, readTrade),
    orderAllocated: taking(deps, readAllocation),
    storeNotified: taking(deps, readNotice),
    storeAccepted: taking(deps, readAnswer('ACCEPTED', EVENTS.storeAccepted)),
    storeRefused: taking(deps, readAnswer('REFUSED', EVENTS.storeRefused)),
    storeConsigned: taking(deps, readAnswer('CONSIGNED', EVENTS.storeConsigned)),
  });

type FiguresDeps = { facts: Pick<FactStore, 'add'>; meters: FigureMeters };

/** Adds the facts of a message; null for messages that are not for the figures. */
const taking =
  ({ facts, meters }: FiguresDeps, read: (message: Heard) => Told | null) =>
  async (message: Heard): Promise<Handled> => {
    const told = read(message);
    if (told === null) return { kind: 'done' };
    if (!told.order) return { kind: 'reject', reason: 'INCOMPLETE_EVENT' };
    if (told.facts.length === 0) return { kind: 'done' };
    const { before, after } = await facts.add(told.order, told.facts);
    if (before !== after) meters.changed(before, after);
    return { kind: 'done' };
  };

function readNotice({ payload, time }: Heard): Told {
  const event = EVENTS.storeNotified.decode(payload);
  return stepOf(event, 'NOTIFIED', event.notifiedAt, time);
}

const readAnswer =
  (step: Step, spec: typeof EVENTS.storeAccepted) =>
  ({ payload, time }: Heard): Told => {
    const event = spec.decode(payload);
    return stepOf(event, step, event.actionTime, time);
  };

function readTrade({ payload, time }: Heard): Told | null {
  const { messageTopic, publishedAt, trade } = EVENTS.tradePushed.decode(payload);
  if (!trade) return { order: null, facts: [] };
  if (!trade.lines.some((line) => line.omni)) return null;
  const facts: Fact[] = [];
  if (messageTopic === PAID && trade.paidAt) facts.push({ kind: 'PAID', at: trade.paidAt });
  const subOrderIds = trade.lines
    .filter(({ status }) => status === SIGNED)
    .map(({ subOrderId }) => subOrderId);
  if (subOrderIds.length > 0) facts.push({ kind: 'SIGNED', subOrderIds, at: publishedAt ?? time });
  return { order: orderRefFromMessage(trade.orderRef), facts };
}

function readAllocation({ payload, time }: Heard): Told {
  const event = EVENTS.orderAllocated.decode(payload);
  const at = event.allocatedAt ?? time;
  const facts: Fact[] = event.lines.flatMap((line) => {
    const place = placeFromMessage(line.place);
    if (!place) return [];
    const { allocation } = event;
    const subOrderIds = [line.subOrderId];
    return [{ kind: 'STEP', step: 'ALLOCATED', allocation, place, subOrderIds, at, toldAt: time }];
  });
  if (event.paidAt) facts.push({ kind: 'PAID', at: event.paidAt });
  return { order: orderRefFromMessage(event.orderRef), facts };
}

function stepOf(
  event: Pick<StepEvent, 'orderRef' | 'allocation' | 'place' | 'subOrderIds'>,
  step: Step,
  at: Date | undefined,
  toldAt: Date,
): Told {
  const order = orderRefFromMessage(event.orderRef);
  const place = placeFromMessage(event.place);
  if (!place) return { order, facts: [] };
  const { allocation, subOrderIds } = event;
  const fact: Fact = {
    kind: 'STEP',
    step,
    allocation,
    place,
    subOrderIds,
    at: at ?? toldAt,
    toldAt,
  };
  return { order, facts: [fact] };
}

type StepEvent = ReturnType<typeof EVENTS.storeNotified.decode>;
