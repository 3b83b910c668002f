export { channelLine, channelOrder, orderSeenPayload } from './channel-orders.ts';
export { cleanUpWith } from './clean-up.ts';
export { eventually } from './eventually.ts';
export { TEST_IDENTITY_ROOT, identityEnv, testIdentity } from './identity.ts';
export type { OtlpReceiver, ReceivedSpan } from './otlp.ts';
export { startOtlpReceiver } from './otlp.ts';
export { servers, testDatabase, testTopicPrefix } from './servers.ts';
export type { ServiceUnderTest, StartedService } from './start-service.ts';
export { startService } from './start-service.ts';
