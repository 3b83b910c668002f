import {
  EVENTS,
  orderRefFromMessage,
  orderSeenFromMessage,
  placeFromMessage,
} from '@astrolabe/contracts';
import type { OrderRef, OrderSeen } from '@astrolabe/kernel';
import { isOurs } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { AskStore, FactStore, FigureMeters } from '../../../application/figures/ports.ts';
import { asksOf } from '../../../domain/figures/asks.ts';
import type { Fact, Step } from '../../../domain/figures/facts.ts';
import type { Handled, Incoming } from '../incoming.ts';

/** `order` is null where the event names none. */
type Told = { readonly order: OrderRef | null; readonly facts: readonly Fact[] };
type Heard = Incoming & { readonly time: Date };

/** Takes what channels, orders and stores tell into the facts of the figures. */
export const figuresHandler = (deps: FiguresDeps): ((message: Heard) => Promise<HandlerOutcome>) =>
  byType('fulfillment-figures', {
    orderSeen: async (message: Heard): Promise<Handled> => {
      const read = orderSeenFromMessage(EVENTS.orderSeen.decode(message.payload));
      if (!read.ok) return { kind: 'reject', reason: read.error };
      return await taking(deps, () => readOrder(read.value))(message);
    },
    orderAllocated: taking(deps, readAllocation),
    storeNotified: taking(deps, readNotice),
    storeAccepted: taking(deps, readAnswer('ACCEPTED', EVENTS.storeAccepted)),
    storeRefused: taking(deps, readRefusal),
    storeConsigned: taking(deps, readAnswer('CONSIGNED', EVENTS.storeConsigned)),
  });

type FiguresDeps = {
  facts: Pick<FactStore, 'add'>;
  asks: Pick<AskStore, 'put'>;
  meters: FigureMeters;
};

/** Adds the facts of a message; null for messages that are not for the figures. */
const taking =
  ({ facts, asks, meters }: FiguresDeps, read: (message: Heard) => Told | null) =>
  async (message: Heard): Promise<Handled> => {
    const told = read(message);
    if (told === null) return { kind: 'done' };
    if (!told.order) return { kind: 'reject', reason: 'INCOMPLETE_EVENT' };
    if (told.facts.length === 0) return { kind: 'done' };
    const { before, after, version } = await facts.add(told.order, told.facts);
    if (before !== after) meters.changed(before, after);
    // A message that comes again may have been broken off before its rows were written.
    const known = before === after ? null : asksOf(before);
    await asks.put(told.order, { before: known, after: asksOf(after), version });
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

function readRefusal({ payload, time }: Heard): Told {
  const event = EVENTS.storeRefused.decode(payload);
  const step = event.givenBack ? 'GIVEN_BACK' : 'REFUSED';
  return stepOf(event, step, event.actionTime, time, event.reason?.code);
}

/** Null for an order that is not ours: it is in no figure. */
function readOrder({ cause, order, publishedAt }: OrderSeen): Told | null {
  if (!isOurs(order)) return null;
  const facts: Fact[] = [];
  if (cause === 'PAID' && order.paidAt) facts.push({ kind: 'PAID', at: order.paidAt });
  const subOrderIds = order.lines
    .filter(({ state }) => state === 'DELIVERED')
    .map(({ subOrderId }) => subOrderId);
  if (subOrderIds.length > 0) facts.push({ kind: 'SIGNED', subOrderIds, at: publishedAt });
  return { order: order.orderRef, facts };
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
  reason?: string,
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
    ...(reason !== undefined && { reason }),
  };
  return { order, facts: [fact] };
}

type StepEvent = ReturnType<typeof EVENTS.storeNotified.decode>;
