export type { SignAopInput, VerifyAopInput, VerifyAopPushInput } from './aop.ts';
export { aopBaseString, signAop, verifyAop, verifyAopPush } from './aop.ts';
export type { AuditRecord, ChainEnd, ChainedRecord, DeedRecord } from './audit-chain.ts';
export {
  CHAIN_START,
  NO_RECORDS,
  chainedHash,
  deedHash,
  followed,
  followedDeed,
} from './audit-chain.ts';
export type { SignFw199Input, VerifyFw199Input } from './fw199.ts';
export { fw199BaseString, signFw199, verifyFw199 } from './fw199.ts';
export type { SignGovTokenInput, VerifyGovTokenInput } from './gov-token.ts';
export { signGovToken, verifyGovToken } from './gov-token.ts';
export type { SignParams } from './params.ts';
export type { SignQimenInput, VerifyQimenInput } from './qimen.ts';
export { signQimen, verifyQimen } from './qimen.ts';
export type { Sealer } from './seal.ts';
export { createSealer, sealingKeys } from './seal.ts';
export type { ServiceIdentity } from './service-identity.ts';
export { createServiceIdentity, derivedServiceKey, newServiceKey } from './service-identity.ts';
export type { SignTopSpiInput, TopSpiPayload, VerifyTopSpiInput } from './top-spi.ts';
export { signTopSpi, topSpiBaseString, verifyTopSpi } from './top-spi.ts';
export type { SignTopInput, TopSignMethod, VerifyTopInput } from './top.ts';
export { TOP_SIGN_METHODS, signTop, topBaseString, topSignMethod, verifyTop } from './top.ts';
export { TOP_CLOCK_TOLERANCE_MS, withinWindow } from './window.ts';
