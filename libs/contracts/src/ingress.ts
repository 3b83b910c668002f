export * from './gen/astrolabe/ingress/v1/ingress_service.ts';
export { TradePushed, Trade, TradeLine } from './gen/astrolabe/ingress/v1/ingress_events.ts';
