export type { CallDeps, CallFailure, Called, QimenAccess, TopAccess } from './platform.ts';
export { callQimen, callTop } from './platform.ts';
export type { SpiAnswer, SpiClient, SpiConnection } from './client.ts';
export { createSpiClient } from './client.ts';
export type { SpiUrlProblem, SpiUrlRule } from './url.ts';
export { INNER_ADDRESS_DETAILS, spiUrlProblem } from './url.ts';
export type { Consignment } from './tmall.ts';
export { isShipped, shipTrade } from './tmall.ts';
