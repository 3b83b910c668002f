import { WaybillServiceClient } from '@astrolabe/contracts/fulfillment';
import type { Waybill as WaybillMessage } from '@astrolabe/contracts/fulfillment';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Waybill, WaybillState, Waybills } from '../../application/store-ports.ts';
import { orRefused } from './fulfillment.ts';

/** Longer than fulfillment waits for the platform when it is asked for a number. */
const DEADLINE_MS = 8_000;

const STATES: readonly WaybillState[] = [
  'ASKED',
  'READY',
  'REFUSED',
  'GIVEN_UP',
  'CANCELLING',
  'CANCELLED',
];

function toWaybill(message: WaybillMessage | undefined): Waybill {
  const state = STATES.find((known) => known === message?.state);
  if (!message || !state) {
    throw new TypeError(`fulfillment tells of a waybill in state ${message?.state}`);
  }
  const { id, subOrderIds, allocation, company, mailNo, errorCode, errorMessage } = message;
  return {
    id,
    subOrderIds,
    allocation,
    state,
    company,
    mailNo,
    code: errorCode,
    message: errorMessage,
  };
}

/** Numbers of parcels as fulfillment keeps them. */
export function connectWaybills(address: string): Waybills & { close(): void } {
  const client = createGrpcClient(WaybillServiceClient, {
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
  });
  return {
    close: () => client.close(),
    ask: ({ storeId, name }, { orderRef, allocation, subOrderIds }) =>
      orRefused(async () => {
        const parcel = { orderRef, allocation, subOrderIds: [...subOrderIds] };
        const asked = { ...parcel, storeId, operator: name };
        const { waybill } = await client.call('askWaybill', asked);
        return { kind: 'taken', waybill: toWaybill(waybill) } as const;
      }),
    cancel: ({ storeId }, orderRef, id) =>
      orRefused(async () => {
        const { waybill } = await client.call('cancelWaybill', { orderRef, storeId, id });
        return { kind: 'taken', waybill: toWaybill(waybill) } as const;
      }),
    list: async ({ storeId }, orderRef) => {
      const { waybills } = await client.call('listWaybills', { orderRef, storeId });
      return waybills.map(toWaybill);
    },
    label: ({ storeId }, orderRef, id) =>
      orRefused(async () => {
        const label = await client.call('getLabel', { orderRef, storeId, id });
        return { kind: 'label', label } as const;
      }),
  };
}
