import { lifeEventToMessage } from '@astrolabe/contracts';
import { ReturnKind as KindNumber } from '@astrolabe/contracts/fulfillment';
import type {
  GetSupplyLifeRequest,
  GetSupplyLifeResponse,
  GetSupplyRequest,
  GetSupplyResponse,
  GetTrackingRequest,
  GetTrackingResponse,
  RequestReturnRequest,
  RequestReturnResponse,
  SupplyServiceServer,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type { Supplies } from '../../../application/supply/ports.ts';
import type { SupplyWork } from '../../../application/supply/work.ts';
import type { ReturnWish } from '../../../domain/supply/returns.ts';
import { lifeOf } from '../../../domain/supply/history.ts';
import { isDelivered, stateOf, supplyState } from '../../../domain/supply/supply.ts';
import { linesTo, parcelTo, quantitiesFrom, returnTo, supplyTo, textOf } from './messages.ts';
import { refusal } from './refusals.ts';

export type SupplyServiceDeps = {
  readonly supplies: Pick<Supplies, 'load'>;
  readonly work: Pick<SupplyWork, 'askBack'>;
  readonly logger: Logger;
};

const REQUEST_REF_MAX = 100;
const REASON_MAX = 500;

const KINDS = new Map<KindNumber, ReturnWish['kind']>([
  [KindNumber.RETURN, 'RETURN'],
  [KindNumber.EXCHANGE, 'EXCHANGE'],
  [KindNumber.REPAIR, 'REPAIR'],
]);

/** States of a parcel whose goods have left for certain. */
const LEFT = ['SHIPPED', 'DELIVERED', 'REJECTED'];

/** SupplyService as gRPC: what a mall asks for. */
export const supplyService = ({
  supplies,
  work,
  logger,
}: SupplyServiceDeps): SupplyServiceServer => ({
  getSupply: unary<GetSupplyRequest, GetSupplyResponse>(
    'getSupply',
    async (request) => {
      const found = await supplies.load(orderOf(request));
      if (!found) throw refusal('UNKNOWN_SUPPLY');
      return { supply: supplyTo(found) };
    },
    logger,
  ),
  getSupplyLife: unary<GetSupplyLifeRequest, GetSupplyLifeResponse>(
    'getSupplyLife',
    async (request) => {
      const found = await supplies.load(orderOf(request));
      if (!found) throw refusal('UNKNOWN_SUPPLY');
      return { state: supplyState(found), events: lifeOf(found).map(lifeEventToMessage) };
    },
    logger,
  ),
  getTracking: unary<GetTrackingRequest, GetTrackingResponse>(
    'getTracking',
    async (request) => {
      const found = await supplies.load(orderOf(request));
      if (!found) throw refusal('UNKNOWN_SUPPLY');
      const parcels = found.parcels.filter((one) => LEFT.includes(stateOf(one)));
      return {
        lines: linesTo(found),
        parcels: parcels.map(parcelTo),
        delivered: isDelivered(found),
      };
    },
    logger,
  ),
  requestReturn: unary<RequestReturnRequest, RequestReturnResponse>(
    'requestReturn',
    async (request) => {
      const kind = KINDS.get(request.kind);
      if (!kind) throw refusal('BAD_FIELD');
      const asked = await work.askBack(orderOf(request), {
        kind,
        requestRef: textOf(request.requestRef, REQUEST_REF_MAX),
        lines: quantitiesFrom(request.lines),
        reason: textOf(request.reason, REASON_MAX, true),
      });
      if (!asked.ok) throw refusal(asked.error);
      return { return: returnTo(asked.value.goods), already: asked.value.already };
    },
    logger,
  ),
});
