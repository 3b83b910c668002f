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
export type { EventSpec } from './events.ts';
export { EVENTS, UnreadableContent } from './events.ts';
export type { OrderSeenRefusal } from './order-seen.ts';
export { orderSeenFromMessage, orderSeenToMessage, refundStateFromMessage } from './order-seen.ts';
export type { TopicSpec } from './topics.ts';
export { ALL_TOPICS, TOPICS } from './topics.ts';
