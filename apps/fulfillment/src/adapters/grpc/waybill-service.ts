import type {
  AskWaybillRequest,
  AskWaybillResponse,
  CancelWaybillRequest,
  CancelWaybillResponse,
  GetLabelRequest,
  GetLabelResponse,
  ListWaybillsRequest,
  ListWaybillsResponse,
  Waybill as WaybillMessage,
  WaybillServiceServer,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type {
  makeAskWaybill,
  makeCancelWaybill,
  makeReadLabel,
} from '../../application/waybill.ts';
import type { WaybillStore } from '../../application/waybill-ports.ts';
import { companyOf } from '../../domain/shipping.ts';
import { presentCall, stateOf } from '../../domain/waybill.ts';
import type { Waybill } from '../../domain/waybill.ts';
import { refusal } from './refusals.ts';

export type WaybillServiceDeps = {
  waybills: Pick<WaybillStore, 'load'>;
  ask: ReturnType<typeof makeAskWaybill>;
  cancel: ReturnType<typeof makeCancelWaybill>;
  readLabel: ReturnType<typeof makeReadLabel>;
  logger: Logger;
};

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

function waybillTo(waybill: Waybill): WaybillMessage {
  const { id, subOrderIds, allocation, number } = waybill;
  const { problem } = presentCall(waybill);
  return {
    id,
    subOrderIds: [...subOrderIds],
    allocation,
    state: stateOf(waybill),
    mailNo: number?.mailNo ?? '',
    company: number ? companyOf(number.carrier) : '',
    errorCode: problem?.code ?? '',
    errorMessage: problem?.message ?? '',
  };
}

/** Numbers of parcels, for who ships from a store. */
export const waybillService = (deps: WaybillServiceDeps): WaybillServiceServer => ({
  askWaybill: unary<AskWaybillRequest, AskWaybillResponse>(
    'askWaybill',
    async (request) => {
      const { allocation, storeId, operator } = request;
      const subOrderIds = [...new Set(request.subOrderIds)];
      const count = subOrderIds.length;
      if (storeId === '' || operator === '' || count === 0 || count > SUB_ORDERS_MAX) {
        throw refusal('MISSING_FIELD');
      }
      const wish = { subOrderIds, allocation, storeId, operator };
      const asked = await deps.ask(orderOf(request), wish);
      if (!asked.ok) throw refusal(asked.error);
      return { waybill: waybillTo(asked.value) };
    },
    deps.logger,
  ),
  cancelWaybill: unary<CancelWaybillRequest, CancelWaybillResponse>(
    'cancelWaybill',
    async (request) => {
      const { storeId, id } = request;
      const cancelled = await deps.cancel(orderOf(request), { storeId, id });
      if (!cancelled.ok) throw refusal(cancelled.error);
      return { waybill: waybillTo(cancelled.value) };
    },
    deps.logger,
  ),
  listWaybills: unary<ListWaybillsRequest, ListWaybillsResponse>(
    'listWaybills',
    async (request) => {
      const found = (await deps.waybills.load(orderOf(request)))?.waybills ?? [];
      const own = found.filter(({ storeId }) => storeId === request.storeId);
      return { waybills: own.map(waybillTo) };
    },
    deps.logger,
  ),
  getLabel: unary<GetLabelRequest, GetLabelResponse>(
    'getLabel',
    async (request) => {
      const { storeId, id } = request;
      const read = await deps.readLabel(orderOf(request), { storeId, id });
      if (!read.ok) throw refusal(read.error);
      return { ...read.value, address: [...read.value.address] };
    },
    deps.logger,
  ),
});
