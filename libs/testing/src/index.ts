export { channelLine, channelOrder, orderSeenPayload } from './channel-orders.ts';
export {
  bandingXml,
  placeType,
  stockQueryXml,
  stockXml,
  storeReport,
  storeXml,
  tradeMessage,
} from './channel-requests.ts';
export type {
  PlaceOnWire,
  StockLineOnWire,
  StoreValues,
  TradeMessageValues,
} from './channel-requests.ts';
export { cleanUpWith } from './clean-up.ts';
export { eventually } from './eventually.ts';
export { TEST_IDENTITY_ROOT, identityEnv, testIdentity } from './identity.ts';
export type { OtlpReceiver, ReceivedSpan } from './otlp.ts';
export { startOtlpReceiver } from './otlp.ts';
export { procurementConnection, procurementMessage } from './procurement.ts';
export { servers, testDatabase, testTopicPrefix } from './servers.ts';
export type { ServiceUnderTest, StartedService } from './start-service.ts';
export { startService } from './start-service.ts';
export { unanswered } from './unanswered.ts';
