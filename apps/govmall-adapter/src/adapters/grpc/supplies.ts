import { ReturnKind, SupplyServiceClient } from '@astrolabe/contracts/fulfillment';
import type { SupplyLine as LineMessage, SupplyParcel } from '@astrolabe/contracts/fulfillment';
import { GRPC, GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { invariant } from '@astrolabe/kernel';
import type {
  Parcel,
  ReturnKind as Kind,
  Step,
  Supplies,
  SupplyLine,
} from '../../application/ports.ts';
import type { Closable } from './options.ts';
import { peerOptions } from './options.ts';

const KINDS: Readonly<Record<Kind, ReturnKind>> = {
  RETURN: ReturnKind.RETURN,
  EXCHANGE: ReturnKind.EXCHANGE,
  REPAIR: ReturnKind.REPAIR,
};

/** What was shipped of confirmed orders. */
export function connectSupplies(address: string): Supplies & Closable {
  const client = createGrpcClient(SupplyServiceClient, peerOptions(address));
  return {
    close: () => client.close(),
    find: async (orderRef) => {
      const found = await unlessUnconfirmed(client.call('getSupply', { orderRef }));
      if (!found?.supply) return null;
      const { lines, returns } = found.supply;
      return {
        lines: lines.map(lineOf),
        returns: returns.map(({ requestRef, state, requestedAt }) => ({
          requestRef,
          state,
          requestedAt: requestedAt ?? null,
        })),
      };
    },
    parcels: async (orderRef) => {
      const found = await unlessUnconfirmed(client.call('getTracking', { orderRef }));
      return found && { lines: found.lines.map(lineOf), parcels: found.parcels.map(parcelOf) };
    },
    requestReturn: async (orderRef, { requestRef, kind, lines, reason }) => {
      const wish = { orderRef, requestRef, kind: KINDS[kind], lines: [...lines], reason };
      const answer = await client.call('requestReturn', wish);
      invariant(answer.return, 'a return that was taken is shown');
      return { returnId: answer.return.returnId };
    },
  };
}

const BEFORE_CONFIRMATION: readonly number[] = [GRPC.notFound, GRPC.failedPrecondition];

/** Null for an order that was not confirmed yet. */
async function unlessUnconfirmed<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && BEFORE_CONFIRMATION.includes(error.code)) return null;
    throw error;
  }
}

const lineOf = ({
  lineId,
  sku,
  name,
  deliveredMilli,
  returningMilli,
  returnedMilli,
}: LineMessage): SupplyLine => ({
  lineId,
  sku,
  name,
  deliveredMilli,
  // What has come back is no longer in a return that stands, and cannot come back again.
  returningMilli: returningMilli > returnedMilli ? returningMilli : returnedMilli,
});

const parcelOf = (parcel: SupplyParcel): Parcel => ({
  parcelNo: parcel.parcelNo,
  company: parcel.companyName || parcel.companyCode,
  waybill: parcel.waybillNo,
  lines: parcel.lines,
  steps: parcel.steps.flatMap(({ at, content, operator }): Step[] =>
    at ? [{ at, content, operator }] : [],
  ),
});
