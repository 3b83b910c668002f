export type { CallDeps, CallFailure, Called, QimenAccess, TopAccess } from './platform.ts';
export { callQimen, callTop } from './platform.ts';
export type { SpiAnswer, SpiClient, SpiConnection } from './seller-spi.ts';
export { createSpiClient, failedBy } from './seller-spi.ts';
export type { SpiUrlProblem, SpiUrlRule } from './spi-url.ts';
export { INNER_ADDRESS_DETAILS, spiUrlProblem } from './spi-url.ts';
export { connectionAdmin, connectionKind } from './connection-admin.ts';
export type { ConnectionAdminDeps } from './connection-admin.ts';
export type { Consignment } from './tmall.ts';
export { isShipped, shipTrade } from './tmall.ts';
export type {
  CrateOutcome,
  FenxiaoAccess,
  FenxiaoDeps,
  UpstreamOrder,
  UpstreamRefusal,
} from './fenxiao.ts';
export { crateOrder, lookUpOrder } from './fenxiao.ts';
export type { Pauses } from './pauses.ts';
export { createPauses } from './pauses.ts';
export type { TillFailure } from './till.ts';
export { createTillTrade, readTillReply, tillForm } from './till.ts';
export { platformAccess } from './platform-access.ts';
export type {
  AccessSource,
  ProcurementAccess,
  ProcurementCalled,
  ProcurementClient,
} from './procurement.ts';
export { createProcurementClient } from './procurement.ts';
export type { TokenOutcome } from './procurement-token.ts';
export { refreshProcurementToken } from './procurement-token.ts';
export type { PlatformLabel } from './waybill.ts';
export { askMailNo, giveBack, waybillsOf } from './waybill.ts';
