import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type {
  GoodsHandedOver,
  RefundAgreed,
  RefundWithdrawn,
  StoreAccepted,
  StoreConsigned,
  StoreRefused,
} from '@astrolabe/contracts/fulfillment';
import { isShipment, shippedAtTmall } from '@astrolabe/contracts/ingress';
import type { Trade } from '@astrolabe/contracts/ingress';
import type { EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import type { Handle, PushedTrade, TradeEvent } from '../../application/handle.ts';
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
  readonly handleTrade: (event: TradeEvent) => Promise<Result<unknown, string>>;
};

/** By the caller's own word, so no object, whose prototype has words too. */
const KINDS: ReadonlyMap<string, 'tradePaid' | 'tradeClosed'> = new Map([
  ['taobao_trade_TradeBuyerPay', 'tradePaid'],
  ['taobao_trade_TradeClose', 'tradeClosed'],
]);

/** Trades that the gateway took in; other messages about a trade are for other services. */
export const tradeHandler =
  (deps: Pick<IncomingDeps, 'handleTrade'>) =>
  async (message: Incoming): Promise<Handled> => {
    const { messageTopic, publishedAt, trade, notes } = EVENTS.tradePushed.decode(message.payload);
    const orderRef = orderRefFromMessage(trade?.orderRef);
    if (!trade || !orderRef) return { kind: 'reject', reason: 'INCOMPLETE_TRADE' };
    const kind = isShipment(messageTopic) ? 'tradeShipped' : KINDS.get(messageTopic);
    if (!kind) return DONE;
    if (trade.lines.length === 0) return { kind: 'reject', reason: 'INCOMPLETE_TRADE' };
    const read = fromTrade(orderRef, trade);
    const paidAt = read.paidAt ?? (kind === 'tradePaid' ? (publishedAt ?? message.time) : null);
    const event = { origin: originOf(message), trade: { ...read, paidAt, notes } };
    if (kind !== 'tradeShipped') return handled(await deps.handleTrade({ ...event, kind }));
    const subOrderIds = shippedAtTmall(messageTopic, trade);
    return handled(await deps.handleTrade({ ...event, kind, subOrderIds }));
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
    return { event, command: { kind: 'storeRefused', origin, answer: answerOf(event) } };
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

const originOf = (message: Incoming): EventOrigin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const handled = (result: Result<unknown, string>): Handled =>
  result.ok ? DONE : { kind: 'reject', reason: result.error };

const fromTrade = (orderRef: OrderRef, trade: Trade): PushedTrade => ({
  orderRef,
  buyerRef: trade.buyerRef,
  status: trade.status,
  paidAt: trade.paidAt ?? null,
  paymentFen: trade.paymentFen,
  postFeeFen: trade.postFeeFen,
  receiver: {
    province: trade.receiverProvince,
    city: trade.receiverCity,
    area: trade.receiverArea,
  },
  collectStoreId: trade.collectStoreId,
  lines: trade.lines.map((line) => ({
    subOrderId: line.subOrderId,
    itemId: line.itemId,
    skuId: line.skuId,
    outerId: line.outerId,
    quantityMilli: line.quantityMilli,
    paymentFen: line.paymentFen,
    omni: line.omni,
    status: line.status,
    // A refund of money alone takes no goods out of the order.
    refundStatus: line.refundAmountOnly ? 'NO_REFUND' : line.refundStatus,
  })),
});
