export type { ConsumerGroup, Declaration, EventName, HandledBy } from './consumers.ts';
export { CONSUMERS } from './consumers.ts';
export {
  orderRefFromMessage,
  placeFromMessage,
  placeToMessage,
  stockKindFromMessage,
  stockKindToMessage,
  UnknownEnumValue,
  enumReader,
} from './convert.ts';
export { trafficToMessage } from './connection-traffic.ts';
export { flowFromMessage } from './delivery-flow.ts';
export type { EventSpec } from './events.ts';
export { EVENTS, UnreadableContent } from './events.ts';
export { lifeEventToMessage } from './life-event.ts';
export { offerPricesFromMessage, promotionFromMessage } from './offer-prices.ts';
export type { OrderSeenRefusal } from './order-seen.ts';
export { orderSeenFromMessage, orderSeenToMessage, refundStateFromMessage } from './order-seen.ts';
export type { ProcurementSaidEvent } from './procurement-said.ts';
export { procurementSaidFromMessage, procurementSaidToMessage } from './procurement-said.ts';
export type { TopicSpec } from './topics.ts';
export { ALL_TOPICS, TOPICS } from './topics.ts';
