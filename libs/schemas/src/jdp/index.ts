export type {
  OmnichannelEntry,
  OmnichannelPairs,
  ReadOmnichannelParam,
} from './omnichannel-param.ts';
export {
  printOmnichannelParam,
  readOmnichannelPairs,
  writeOmnichannelPairs,
} from './omnichannel-param.ts';
export type { JdpRefund, JdpTrade } from './response.ts';
export { decodeJdpRefund, decodeJdpTrade, encodeJdpRefund, encodeJdpTrade } from './response.ts';
