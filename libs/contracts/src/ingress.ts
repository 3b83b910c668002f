export * from './gen/astrolabe/ingress/v1/ingress_service.ts';
export * from './gen/astrolabe/ingress/v1/ingress_events.ts';
