import { placeToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import { BillType, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type {
  Command,
  InventoryServiceClient,
  Outcome as StockOutcome,
} from '@astrolabe/contracts/inventory';
import { GrpcCallError } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { orderKey } from '@astrolabe/kernel';
import type { Outcome } from '@astrolabe/outbound';
import type { SupplyStock } from '../../application/supply/ports.ts';
import type { Arrival, Parcel, Return, Supply } from '../../domain/supply/supply.ts';

/** Name space of the bill numbers of goods that have come back. */
const RETURNS = 'supply-return';

/**
 * The stock of orders that we supply, at inventory-service. Operation ids are made of the order and the parcel, or the
 * return, so that a repeat has no effect.
 */
export function createSupplyStock(client: GrpcClient<InventoryServiceClient>): SupplyStock {
  const execute = async (
    { orderRef }: Supply,
    operationId: string,
    verb: NonNullable<Command['verb']>,
  ): Promise<Outcome> => {
    const { sellerId } = orderRef;
    const about = { operationId, sellerId, actor: 'fulfillment', messageId: orderKey(orderRef) };
    try {
      const { outcome } = await client.call('execute', { command: { ...about, verb } });
      return outcomeOf(outcome);
    } catch (error) {
      if (!(error instanceof GrpcCallError)) throw error;
      const problem = { code: error.reason || 'UNAVAILABLE', message: error.details };
      return { kind: error.outcome === 'refused' ? 'refused' : 'unknown', problem };
    }
  };
  return {
    take: (supply, parcel) => execute(supply, takeId(supply, parcel), taking(supply, parcel)),
    putBack: (supply, goods, arrival) => {
      const name = `${nameOf(supply)}/${goods.returnId}/${arrivalNo(goods, arrival)}`;
      const verb = puttingBack(supply, arrival, name);
      if (!verb) return Promise.resolve(refused('NO_PLACE'));
      return execute(supply, `back/${name}`, verb);
    },
  };
}

const nameOf = ({ orderRef }: Supply): string => `${orderRef.channel}/${orderRef.number}`;

const takeId = (supply: Supply, { id }: Parcel): string => `parcel/${nameOf(supply)}/${id}`;

const arrivalNo = ({ arrivals }: Return, { receiptNo }: Arrival): number =>
  arrivals.findIndex((one) => one.receiptNo === receiptNo) + 1;

function taking({ holdRef }: Supply, parcel: Parcel): NonNullable<Command['verb']> {
  const lines = parcel.lines.map(({ lineId, milli }) => ({ lineId, quantityMilli: milli }));
  return { $case: 'consume', value: { holdRef, lines, shipmentRef: parcel.parcelNo } };
}

/** Null when it is not known where the goods were. */
function puttingBack(
  supply: Supply,
  arrival: Arrival,
  name: string,
): NonNullable<Command['verb']> | null {
  const lines = arrival.lines.flatMap(({ lineId, milli }, at) => {
    const line = supply.lines.find((one) => one.lineId === lineId);
    if (!line?.place) return [];
    return [
      {
        billNum: `${name}/${at + 1}`,
        billType: BillType.BALANCE,
        place: placeToMessage(line.place),
        goodsId: line.goodsId,
        kind: StockKind.CERTAIN,
        deltaMilli: milli,
      },
    ];
  });
  if (lines.length !== arrival.lines.length) return null;
  return { $case: 'adjust', value: { billScope: RETURNS, lines } };
}

const refused = (code: string): Outcome => ({ kind: 'refused', problem: { code, message: '' } });

function outcomeOf(outcome: StockOutcome | undefined): Outcome {
  if (!outcome || outcome.status === OutcomeStatus.UNSPECIFIED) {
    return { kind: 'unknown', problem: { code: 'NO_OUTCOME', message: '' } };
  }
  const { status, reason, lines } = outcome;
  if (status === OutcomeStatus.APPLIED || status === OutcomeStatus.ALREADY_DONE) {
    return { kind: 'succeeded' };
  }
  return refused(reason || lines.find((line) => line.reason !== '')?.reason || 'REFUSED');
}
