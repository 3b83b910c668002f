import { placeFromMessage } from '@astrolabe/contracts';
import type {
  DeliverRequest,
  DeliverResponse,
  DenyReturnRequest,
  DenyReturnResponse,
  ListSuppliesRequest,
  ListSuppliesResponse,
  ReceiveReturnRequest,
  ReceiveReturnResponse,
  ReadReceiptRequest,
  ReadReceiptResponse,
  RecordTrackRequest,
  RecordTrackResponse,
  RetryParcelRequest,
  RetryParcelResponse,
  ShipParcelRequest,
  ShipParcelResponse,
  SupplyAdminServiceServer,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Clock, Result } from '@astrolabe/kernel';
import { PROCUREMENT, readOrderRef } from '@astrolabe/kernel';
import { isGivenUp, wordsOf } from '@astrolabe/outbound';
import type { Logger } from '@astrolabe/service';
import type { Supplies } from '../../../application/supply/ports.ts';
import type { makeReadAgain } from '../../../application/supply/read-receipt.ts';
import type { SupplyWork } from '../../../application/supply/work.ts';
import type { SupplyRefusal } from '../../../domain/supply/events.ts';
import type { ParcelWish } from '../../../domain/supply/ship.ts';
import { parcelTo, quantitiesFrom, returnTo, supplyTo, textOf } from './messages.ts';
import { refusal } from './refusals.ts';

export type SupplyAdminServiceDeps = {
  readonly supplies: Pick<Supplies, 'list'>;
  readonly work: SupplyWork;
  readonly readAgain: ReturnType<typeof makeReadAgain>;
  readonly clock: Clock;
  readonly logger: Logger;
};

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;
/** Of numbers, names of carriers and operators; the platform takes no more. */
const NUMBER_MAX = 49;
const NAME_MAX = 100;
const CONTENT_MAX = 500;

function valueOf<T>(result: Result<T, SupplyRefusal>): T {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}

/** A number or a code: no blanks, for the platform takes none. */
function codeOf(value: string, lengthMax: number, isOptional = false): string {
  if (/[\s\p{C}]/u.test(value)) throw refusal('BAD_FIELD');
  return textOf(value, lengthMax, isOptional);
}

/** What is asked to be shipped; a carrier is named by its code or its name. */
function wishOf(request: ShipParcelRequest): ParcelWish {
  const companyCode = codeOf(request.companyCode, NAME_MAX, true);
  const companyName = textOf(request.companyName, NAME_MAX, companyCode !== '');
  return {
    parcelNo: codeOf(request.parcelNo, NUMBER_MAX),
    companyCode,
    companyName,
    waybillNo: codeOf(request.waybillNo, NAME_MAX),
    operator: textOf(request.operator, NAME_MAX),
    lines: quantitiesFrom(request.lines),
    sentAt: request.sentAt ?? null,
  };
}

/** SupplyAdminService as gRPC: what a warehouse does. */
export const supplyAdminService = (deps: SupplyAdminServiceDeps): SupplyAdminServiceServer => ({
  ...parcelMethods(deps),
  ...returnMethods(deps),
  listSupplies: unary<ListSuppliesRequest, ListSuppliesResponse>(
    'listSupplies',
    async ({ sellerId, place, page }) => {
      const size = Math.min(page?.size || PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX);
      const query = { sellerId: textOf(sellerId, NAME_MAX), place: placeFromMessage(place) };
      const listed = await deps.supplies.list(query, { size, token: page?.token ?? '' });
      if (!listed.ok) throw refusal(listed.error);
      return { supplies: listed.value.items.map(supplyTo), nextToken: listed.value.next };
    },
    deps.logger,
  ),
  readReceipt: unary<ReadReceiptRequest, ReadReceiptResponse>(
    'readReceipt',
    async ({ sellerId, receiptId }) => {
      const receipt = readOrderRef({ channel: PROCUREMENT, sellerId, number: receiptId });
      if (!receipt.ok || !/^\d+$/.test(receiptId)) throw refusal('BAD_FIELD');
      const { call, orders } = await deps.readAgain(receipt.value);
      const isRead = call.state === 'SUCCEEDED';
      return {
        state: isRead ? 'READ' : isGivenUp(call) ? 'GIVEN_UP' : 'WAITING',
        reason: wordsOf(call),
        orderNumbers: [...orders],
      };
    },
    deps.logger,
  ),
});

type ParcelMethods = 'shipParcel' | 'recordTrack' | 'deliver' | 'retryParcel';

const parcelMethods = ({
  work,
  clock,
  logger,
}: SupplyAdminServiceDeps): Pick<SupplyAdminServiceServer, ParcelMethods> => ({
  shipParcel: unary<ShipParcelRequest, ShipParcelResponse>(
    'shipParcel',
    async (request) => {
      const { parcel, already } = valueOf(await work.ship(orderOf(request), wishOf(request)));
      return { parcel: parcelTo(parcel), already };
    },
    logger,
  ),
  recordTrack: unary<RecordTrackRequest, RecordTrackResponse>(
    'recordTrack',
    async (request) => {
      const { at, content = '', operator = '' } = request.step ?? {};
      const step = {
        at: at ?? clock(),
        content: textOf(content, CONTENT_MAX),
        operator: textOf(operator, NAME_MAX),
      };
      const parcel = valueOf(await work.track(orderOf(request), request.parcelNo, step));
      return { parcel: parcelTo(parcel) };
    },
    logger,
  ),
  deliver: unary<DeliverRequest, DeliverResponse>(
    'deliver',
    async (request) => {
      const { parcelNo, rejected } = request;
      const operator = textOf(request.operator, NAME_MAX);
      const end = { at: request.at ?? clock(), operator, rejected };
      const { parcel, already } = valueOf(await work.end(orderOf(request), parcelNo, end));
      return { parcel: parcelTo(parcel), already };
    },
    logger,
  ),
  retryParcel: unary<RetryParcelRequest, RetryParcelResponse>(
    'retryParcel',
    async (request) => {
      textOf(request.operator, NAME_MAX);
      const parcel = valueOf(await work.retry(orderOf(request), request.parcelNo));
      return { parcel: parcelTo(parcel) };
    },
    logger,
  ),
});

const returnMethods = ({
  work,
  logger,
}: SupplyAdminServiceDeps): Pick<SupplyAdminServiceServer, 'receiveReturn' | 'denyReturn'> => ({
  receiveReturn: unary<ReceiveReturnRequest, ReceiveReturnResponse>(
    'receiveReturn',
    async (request) => {
      const wish = {
        receiptNo: textOf(request.receiptNo, NAME_MAX),
        lines: quantitiesFrom(request.lines),
        operator: textOf(request.operator, NAME_MAX),
      };
      const taken = valueOf(await work.arrive(orderOf(request), request.returnId, wish));
      return { return: returnTo(taken.goods), already: taken.already };
    },
    logger,
  ),
  denyReturn: unary<DenyReturnRequest, DenyReturnResponse>(
    'denyReturn',
    async (request) => {
      const { returnId } = request;
      const reason = textOf(request.reason, CONTENT_MAX);
      textOf(request.operator, NAME_MAX);
      const goods = valueOf(await work.deny(orderOf(request), returnId, reason));
      return { return: returnTo(goods) };
    },
    logger,
  ),
});
