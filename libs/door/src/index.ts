export { channelErrors } from './channel-errors.ts';
export { methodFinder } from './method-finder.ts';
export { parseMultipart } from './multipart.ts';
export type { Answered, Body, Kept, Prepared, Protocol, Told } from './protocol.ts';
export {
  NotNow,
  RefusedHere,
  TRY_AGAIN,
  isTransient,
  orNull,
  refusalOfPeer,
  settled,
} from './refusals.ts';
export { bodyOf, callerTrace, headersOf, pathOf, queryOf, queryTextOf, typeOf } from './request.ts';
export type { Channel, ServeDeps } from './serve-channel.ts';
export { channelOf } from './serve-channel.ts';
export type { TimeLeft } from './time-left.ts';
export { timeLeft } from './time-left.ts';
