export { InvariantViolation, assertNever, invariant } from './assert.ts';
export type {
  ChannelOrder,
  ChannelOrderLine,
  HoldPolicy,
  LineFulfilment,
  OrderCause,
  OrderSeen,
  RefundState,
  SaleState,
} from './channel-order.ts';
export { isClosedAtChannel, isGivenUp, isOurs, shippedAtChannel } from './channel-order.ts';
export { csvLine } from './csv.ts';
export type { DecimalRefusal } from './decimal.ts';
export { parseScaled, printScaled } from './decimal.ts';
export { DOCUMENTS_SELLER } from './documents-seller.ts';
export type { Due } from './due.ts';
export type { NewId } from './ids.ts';
export { isNumericId } from './ids.ts';
export type { FulfilmentStatus, WorkStatus } from './fulfilment-status.ts';
export { FULFILMENT_STATUSES, WORK_STATUSES } from './fulfilment-status.ts';
export type { EventOrigin, Inbox, Received } from './inbox.ts';
export { receive, wasReceived } from './inbox.ts';
export type { LifeCode, LifeEvent } from './life-event.ts';
export { LIFE_CODES, historyWith, lifeEvent } from './life-event.ts';
export { groupsSharing } from './groups-sharing.ts';
export { codedNote, cutTo, leftOut, unknownWord } from './message-note.ts';
export type { Fen } from './money.ts';
export { fenFromYuan, yuanFromFen } from './money.ts';
export type {
  OfferPrice,
  OfferPrices,
  OfferPromotion,
  PriceMode,
  PriceRefusal,
  TierRate,
} from './offer-price.ts';
export { offerPrice, rateOf } from './offer-price.ts';
export type { TimeRange } from './opening.ts';
export { isOpen, isTimeRange, minutesOfDay, timeRange } from './opening.ts';
export type { OrderRef, OrderRefRefusal } from './order-ref.ts';
export {
  MALL,
  POS,
  PROCUREMENT,
  TMALL,
  holdRef,
  mallOrder,
  orderKey,
  readOrderRef,
  parseHoldRef,
  parseOrderKey,
  posOrder,
  purchaseOrder,
  requisitionRef,
  sameOrder,
  FENXIAO,
  distributionOrder,
  tmallOrder,
} from './order-ref.ts';
export type { Place, StockKind } from './place.ts';
export { placeFromKey, placeKey, samePlace } from './place.ts';
export type { NoteAction, ProcurementNews } from './procurement-news.ts';
export type { Milli } from './quantity.ts';
export { ONE_PIECE, milliFromPieces, piecesFromMilli } from './quantity.ts';
export type { Err, Ok, Result } from './result.ts';
export { err, mapOk, ok } from './result.ts';
export type { ConnectionTraffic, TrafficLog, TrafficOutcome } from './connection-traffic.ts';
export type { ConnectionPause, SellerConnections, Standing } from './seller-connection.ts';
export type { Clock } from './time.ts';
export { DAY_MS, daysAfter, formatShanghai, parseShanghai } from './time.ts';
export { hourOf, hoursOf, lastFullHour, spanOf } from './hours.ts';
