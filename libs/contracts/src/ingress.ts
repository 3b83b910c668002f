export {
  GetReceiverRequest,
  GetReceiverResponse,
  IngressTradeServiceClient,
  IngressTradeServiceService,
  Receiver,
} from './gen/astrolabe/ingress/v1/ingress_trade_service.ts';
export * from './gen/astrolabe/ingress/v1/ingress_service.ts';
export {
  GetAccessRequest,
  GetAccessResponse,
  CallsTold,
  PlatformAccess,
  PlatformAccessServiceClient,
  PlatformAccessServiceService,
  TellCallsRequest,
  TellCallsResponse,
} from './gen/astrolabe/ingress/v1/platform_access_service.ts';
export {
  ListConnectionsRequest,
  ListConnectionsResponse,
  ListReceivedRequest,
  ListReceivedResponse,
  ListParkedMessagesRequest,
  ListParkedMessagesResponse,
  ListedConnection,
  ParkedMessage,
  PlatformAdminServiceClient,
  PlatformAdminServiceService,
  PlatformConnection,
  PutConnectionRequest,
  PutConnectionResponse,
  ReplayMessagesRequest,
  ReplayMessagesResponse,
  ReplayParkedRequest,
  ReplayParkedResponse,
  RotateSecretRequest,
  RotateSecretResponse,
  SetConnectionEnabledRequest,
  SetConnectionEnabledResponse,
} from './gen/astrolabe/ingress/v1/platform_admin_service.ts';
export {
  ChannelOrder,
  ChannelOrderLine,
  LineFulfilment,
  OrderCause,
  NoteAction,
  OrderSeen,
  ProcurementGoodsState,
  ProcurementKind,
  ProcurementSaid,
  RefundState,
  SaleState,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';

export type { PlatformAdminServiceServer } from './gen/astrolabe/ingress/v1/platform_admin_service.ts';
