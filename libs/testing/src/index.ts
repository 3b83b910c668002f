export { eventually } from './eventually.ts';
export type { OtlpReceiver, ReceivedSpan } from './otlp.ts';
export { startOtlpReceiver } from './otlp.ts';
export { servers, testDatabase, testTopicPrefix } from './servers.ts';
