import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { Command } from '@astrolabe/contracts/inventory';
import { StockKind } from '@astrolabe/contracts/common';
import type { GrpcClient } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { holdRef } from '@astrolabe/kernel';
import type { ProcurementStock } from '../../../application/procurement/ports.ts';
import type { StockMove } from '../../../domain/procurement/stock-step.ts';
import { commandFor, outcomeFrom, placesOfHold } from '../stock.ts';

type Owner = Parameters<ProcurementStock['take']>[0];

/** The inventory for requisitions and orders: several commands of one call, decided in their order. */
export const createProcurementStock = (
  client: GrpcClient<InventoryServiceClient>,
): ProcurementStock => ({
  take: async (owner, operationId, moves) => {
    const commands = moves.map((move, at) =>
      commandFor(refOf(owner, move.owner), `${operationId}/${at}`, verbOf(owner, move)),
    );
    const { outcomes } = await client.call('executeBatch', { commands });
    return await Promise.all(
      moves.map(async (move, at) => {
        const outcome = outcomeFrom(operationId, move.kind === 'release', outcomes[at]);
        if (outcome.kind !== 'done' || (move.kind !== 'reserve' && move.kind !== 'rebind')) {
          return outcome;
        }
        if (Object.keys(outcome.places).length === move.lines.length) return outcome;
        // An outcome that was there before may come without its places: the hold has them.
        const ref = refOf(owner, move.owner);
        const number = move.kind === 'rebind' ? move.to : move.hold;
        const places = await placesOfHold(client, ref.sellerId, holdRef(ref, number));
        return { kind: 'done', places };
      }),
    );
  },
});

const refOf = ({ requisition, orderOf }: Owner, owner: string): OrderRef =>
  owner === '' ? requisition : orderOf(owner);

function verbOf(owner: Owner, move: StockMove): NonNullable<Command['verb']> {
  const ref = refOf(owner, move.owner);
  switch (move.kind) {
    case 'reserve': {
      const lines = move.lines.map(({ lineId, goodsId, quantityMilli }) => ({
        lineId,
        goodsId,
        quantityMilli,
        kind: StockKind.CERTAIN,
        place: undefined,
      }));
      // It is kept for as long as the approval takes (P-G6).
      const value = { lines, channel: ref.channel, ttlMs: 0n, buyerRef: '' };
      return { $case: 'reserve', value: { holdRef: holdRef(ref, move.hold), ...value } };
    }
    case 'rebind': {
      const lines = move.lines.map(({ lineId, goodsId, quantityMilli }) => ({
        // Lines of a requisition's hold are named after their goods.
        lineId: goodsId,
        newLineId: lineId,
        quantityMilli,
      }));
      const from = holdRef(owner.requisition, move.hold);
      return {
        $case: 'rebind',
        value: { holdRef: from, newHoldRef: holdRef(ref, move.to), lines },
      };
    }
    case 'release': {
      const value = { holdRef: holdRef(ref, move.hold), lineIds: [], reason: 'procurement' };
      return { $case: 'release', value };
    }
    case 'consume': {
      const lines = move.lines.map(({ lineId, quantity }) => ({ lineId, quantityMilli: quantity }));
      const value = { holdRef: holdRef(ref, move.hold), lines, shipmentRef: 'by decision' };
      return { $case: 'consume', value };
    }
  }
}
