export { eventually } from './eventually.ts';
export { TEST_IDENTITY_ROOT, identityEnv, testIdentity } from './identity.ts';
export type { OtlpReceiver, ReceivedSpan } from './otlp.ts';
export { startOtlpReceiver } from './otlp.ts';
export { servers, testDatabase, testTopicPrefix } from './servers.ts';
