export * from './gen/astrolabe/settlement/v1/settlement_service.ts';
export { ReceivableRecorded } from './gen/astrolabe/settlement/v1/settlement_events.ts';
