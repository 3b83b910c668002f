import {
  EVENTS,
  orderRefFromMessage,
  orderSeenFromMessage,
  placeFromMessage,
} from '@astrolabe/contracts';
import type {
  GoodsHandedOver,
  RefundAgreed,
  RefundWithdrawn,
  StoreAccepted,
  StoreConsigned,
  StoreRefused,
} from '@astrolabe/contracts/fulfillment';
import type { EventOrigin, OrderSeen, Result } from '@astrolabe/kernel';
import { assertNever, shippedAtChannel } from '@astrolabe/kernel';
import type { Handle, PlacedEvent } from '../../application/handle.ts';
import type { OrderCommand, StoreAnswer } from '../../domain/commands.ts';

/** What the handlers need of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly source: string;
  /** Id of the aggregate that the event is about. */
  readonly subject: string;
  readonly sequence: bigint;
  readonly time: Date;
  readonly payload: Uint8Array;
};

/**
 * `reject` sends the message to the dead letters: no repetition could help it. `retry`: what it needs
 * may still come.
 */
export type Handled =
  { kind: 'done' } | { kind: 'reject'; reason: string } | { kind: 'retry'; reason: string };

const DONE: Handled = { kind: 'done' };

export type IncomingDeps = {
  readonly handle: Handle;
  readonly handlePlaced: (event: PlacedEvent) => Promise<Result<unknown, string>>;
};

/** What channels have said of orders: payments, shipments and closes; the rest is for other services. */
export const orderSeenHandler =
  (deps: Pick<IncomingDeps, 'handlePlaced'>) =>
  async (message: Incoming): Promise<Handled> => {
    const read = orderSeenFromMessage(EVENTS.orderSeen.decode(message.payload));
    if (!read.ok) return { kind: 'reject', reason: read.error };
    const event = placedEvent(originOf(message), read.value);
    return event ? handled(await deps.handlePlaced(event)) : DONE;
  };

/** The order's event; null where nothing follows from the cause here. */
function placedEvent(origin: EventOrigin, { cause, ...seen }: OrderSeen): PlacedEvent | null {
  const { order, notes, publishedAt } = seen;
  const placed = { ...order, notes };
  switch (cause) {
    case 'PAID':
      return {
        kind: 'orderPaid',
        origin,
        placed: { ...placed, paidAt: order.paidAt ?? publishedAt },
      };
    case 'CLOSED':
      return { kind: 'orderClosed', origin, placed };
    case 'SHIPPED':
    case 'PARTLY_SHIPPED':
    case 'COMPLETED': {
      const subOrderIds = shippedAtChannel({ cause, order }) ?? [];
      return { kind: 'orderLeft', origin, placed, subOrderIds };
    }
    // Refunds are fulfillment's: its stores say where the goods are.
    case 'REFUND_CHANGED':
    case 'REFUND_WITHDRAWN':
    case 'MODIFIED':
    case 'OTHER':
      return null;
    default:
      return assertNever(cause, 'cause');
  }
}

/** An event that several channels have in common: each handler passes over what is not its channel's. */
export const inEach =
  (...handlers: readonly ((message: Incoming) => Promise<Handled>)[]) =>
  async (message: Incoming): Promise<Handled> => {
    for (const handle of handlers) {
      const end = await handle(message);
      if (end.kind !== 'done') return end;
    }
    return DONE;
  };

/** What stores said. */
export function storeHandlers(
  deps: Pick<IncomingDeps, 'handle'>,
): Readonly<Record<keyof typeof STORE_COMMANDS, (message: Incoming) => Promise<Handled>>> {
  const answering = (read: (message: Incoming) => StoreCommand) => async (message: Incoming) =>
    await onStoreCommand(deps, message, read(message));
  return {
    storeAccepted: answering(STORE_COMMANDS.storeAccepted),
    storeRefused: answering(STORE_COMMANDS.storeRefused),
    storeConsigned: answering(STORE_COMMANDS.storeConsigned),
    goodsHandedOver: answering(STORE_COMMANDS.goodsHandedOver),
    refundAgreed: answering(STORE_COMMANDS.refundAgreed),
    refundWithdrawn: answering(STORE_COMMANDS.refundWithdrawn),
  };
}

async function onStoreCommand(
  deps: Pick<IncomingDeps, 'handle'>,
  message: Incoming,
  { event, command }: StoreCommand,
): Promise<Handled> {
  const orderRef = orderRefFromMessage(event.orderRef);
  if (!orderRef) return { kind: 'reject', reason: 'INCOMPLETE_ANSWER' };
  const result = await deps.handle(orderRef, command);
  // Nobody's goods need no store: the buyer's wish may be faster here than the payment itself.
  const isEarly = !result.ok && result.error === 'UNKNOWN_TRADE' && OF_REFUNDS.has(message.type);
  return isEarly ? { kind: 'retry', reason: result.error } : handled(result);
}

const OF_REFUNDS: ReadonlySet<string> = new Set([
  EVENTS.refundAgreed.type,
  EVENTS.refundWithdrawn.type,
]);

type StoreEvent = StoreAccepted | StoreRefused | StoreConsigned | RefundAgreed | GoodsHandedOver;
type StoreCommand = {
  readonly event: StoreEvent | RefundWithdrawn;
  readonly command: OrderCommand;
};

const STORE_COMMANDS = {
  storeAccepted: (message) => {
    const origin = originOf(message);
    const event = EVENTS.storeAccepted.decode(message.payload);
    return {
      event,
      command: { kind: 'storeAccepted', origin, answer: answerOf(event) },
    };
  },
  storeRefused: (message) => {
    const origin = originOf(message);
    const event = EVENTS.storeRefused.decode(message.payload);
    const back = event.givenBack && {
      lost: Object.fromEntries(
        event.givenBack.lost.map(({ subOrderId, lostMilli }) => [subOrderId, lostMilli]),
      ),
      reason: event.reason?.code ?? '',
    };
    const answer = answerOf(event);
    return { event, command: { kind: 'storeRefused', origin, answer, ...(back && { back }) } };
  },
  refundAgreed: (message) => {
    const origin = originOf(message);
    const event = EVENTS.refundAgreed.decode(message.payload);
    return { event, command: { kind: 'refundAgreed', origin, answer: answerOf(event) } };
  },
  refundWithdrawn: (message) => {
    const origin = originOf(message);
    const event = EVENTS.refundWithdrawn.decode(message.payload);
    const { subOrderIds } = event;
    return { event, command: { kind: 'refundWithdrawn', origin, subOrderIds } };
  },
  storeConsigned: (message) => {
    const origin = originOf(message);
    const event = EVENTS.storeConsigned.decode(message.payload);
    const shipment = {
      place: placeFromMessage(event.place),
      shippedAt: event.actionTime ?? message.time,
      logisticCompany: event.logistics?.logisticCompany ?? '',
      mailNo: event.logistics?.mailNo ?? '',
    };
    return {
      event,
      command: { kind: 'storeConsigned', origin, answer: answerOf(event), shipment },
    };
  },
  goodsHandedOver: (message) => {
    const origin = originOf(message);
    const event = EVENTS.goodsHandedOver.decode(message.payload);
    const shipment = {
      place: placeFromMessage(event.place),
      shippedAt: event.handedOverAt ?? message.time,
      logisticCompany: '',
      mailNo: '',
    };
    // Handed over at the counter is shipped as far as stock and money are concerned.
    return {
      event,
      command: { kind: 'storeConsigned', origin, answer: answerOf(event), shipment },
    };
  },
} satisfies Record<string, (message: Incoming) => StoreCommand>;

const answerOf = (event: StoreEvent): StoreAnswer => ({
  allocation: event.allocation,
  subOrderIds: event.subOrderIds,
  place: placeFromMessage(event.place),
  operator: event.operator,
});

/** The message's place in what its source says. */
export const originOf = (message: Incoming): EventOrigin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const handled = (result: Result<unknown, string>): Handled =>
  result.ok ? DONE : { kind: 'reject', reason: result.error };
