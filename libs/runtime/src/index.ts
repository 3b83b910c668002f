export { watchCalls } from './call-watch.ts';
export type { OpenedService, Outbox, Parts, RuntimeConfig } from './open-service.ts';
export { openService, systemClock } from './open-service.ts';
export { grpcServer, httpServer } from './servers.ts';
export type { SellerSystems } from './seller-systems.ts';
export { connectSellerSystems } from './seller-systems.ts';
export { createOrderQueue } from './order-queue.ts';
export { connectProcurement } from './procurement.ts';
export { openTraffic } from './traffic.ts';
