export type { CallDeps, CallFailure, Called, QimenAccess, TopAccess } from './platform.ts';
export { callQimen, callTop } from './platform.ts';
export type { SpiAnswer, SpiClient, SpiConnection } from './seller-spi.ts';
export { createSpiClient } from './seller-spi.ts';
export type { SpiUrlProblem, SpiUrlRule } from './spi-url.ts';
export { INNER_ADDRESS_DETAILS, spiUrlProblem } from './spi-url.ts';
export type { Consignment } from './tmall.ts';
export { isShipped, shipTrade } from './tmall.ts';
