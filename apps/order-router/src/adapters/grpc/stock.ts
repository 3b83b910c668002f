import { placeFromMessage, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import type { Cell, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { Command, Outcome, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError, pagesOf } from '@astrolabe/grpc';
import type { Place } from '@astrolabe/kernel';
import { holdRef, placeKey } from '@astrolabe/kernel';
import type { HeldLine, Stock, StockCommand } from '../../application/ports.ts';
import type { StockOutcome } from '../../domain/commands.ts';
import type { FreeStock } from '../../domain/routing/types.ts';

/** Reserves, routes and sells through inventory-service, one command per call. */
export function createStock(client: GrpcClient<InventoryServiceClient>): Stock {
  const held: Stock['held'] = async (orderRef, hold) => {
    try {
      const { sellerId } = orderRef;
      const ref = holdRef(orderRef, hold);
      const answer = await client.call('getHold', { sellerId, holdRef: ref });
      return (answer.hold?.lines ?? []).map((line): HeldLine => ({
        subOrderId: line.lineId,
        certainPlace: placeFromMessage(line.certainPlace),
        sharedPlace: placeFromMessage(line.sharedPlace),
      }));
    } catch (error) {
      if (error instanceof GrpcCallError && error.outcome === 'refused') return [];
      throw error;
    }
  };
  return {
    held,
    execute: async (command) => {
      const outcome = await send(client, command);
      if (outcome.kind !== 'done' || command.verb.kind !== 'reserve') return outcome;
      const lines = command.verb.lines.length;
      if (Object.keys(outcome.places).length === lines) return outcome;
      // An outcome that was there before may come without its places: the hold has them.
      return { kind: 'done', places: placesOf(await held(command.orderRef, command.hold)) };
    },
    free: async (sellerId, goodsIds) => {
      const asked = { sellerId, goodsIds: [...goodsIds], places: [] };
      const pages = pagesOf((pageToken) => client.call('query', { ...asked, pageToken }));
      return freeOf((await Array.fromAsync(pages, ({ cells }) => cells)).flat());
    },
  };
}

async function send(
  client: GrpcClient<InventoryServiceClient>,
  command: StockCommand,
): Promise<StockOutcome> {
  try {
    const answer = await client.call('execute', { command: commandOf(command) });
    return outcomeOf(command, answer.outcome);
  } catch (error) {
    if (error instanceof GrpcCallError && error.outcome === 'refused') {
      return { kind: 'refused', reason: error.reason || 'REFUSED' };
    }
    throw error;
  }
}

function outcomeOf(command: StockCommand, answer: Outcome | undefined): StockOutcome {
  const outcome = answer ?? Outcome.fromPartial({});
  switch (outcome.status) {
    case OutcomeStatus.APPLIED:
    case OutcomeStatus.ALREADY_DONE:
      return {
        kind: 'done',
        places: Object.fromEntries(
          outcome.lines.flatMap((line) => {
            const place = placeFromMessage(line.place);
            return place ? [[line.lineId, place]] : [];
          }),
        ),
      };
    case OutcomeStatus.INSUFFICIENT:
      return { kind: 'insufficient', reason: outcome.reason || 'INSUFFICIENT' };
    case OutcomeStatus.UNKNOWN_HOLD:
      // There is nothing to release: that is what a release is for.
      if (command.verb.kind === 'release') return { kind: 'done', places: {} };
      return { kind: 'refused', reason: outcome.reason || 'UNKNOWN_HOLD' };
    case OutcomeStatus.EXPIRED:
    case OutcomeStatus.CONFLICT:
    case OutcomeStatus.INVALID:
    case OutcomeStatus.PARTIAL:
    case OutcomeStatus.OVER_BUDGET:
      return { kind: 'refused', reason: outcome.reason || nameOf(outcome.status) };
    case OutcomeStatus.UNSPECIFIED:
    default:
      throw new TypeError(`inventory answered ${command.operationId} without an outcome`);
  }
}

const nameOf = (status: OutcomeStatus): string =>
  Object.entries(OutcomeStatus).find(([, number]) => number === status)?.[0] ?? String(status);

function commandOf(command: StockCommand): Command {
  const { orderRef, operationId, hold } = command;
  return Command.fromPartial({
    operationId,
    sellerId: orderRef.sellerId,
    actor: 'order-router',
    messageId: operationId,
    verb: verbOf(command, holdRef(orderRef, hold)),
  });
}

function verbOf({ orderRef, verb }: StockCommand, ref: string): NonNullable<Command['verb']> {
  switch (verb.kind) {
    case 'reserve': {
      const { buyerRef, policy } = verb;
      const kind = stockKindToMessage(policy.kind);
      const lines = verb.lines.map((line) => ({
        lineId: line.subOrderId,
        goodsId: line.goodsId,
        quantityMilli: line.quantityMilli,
        kind,
      }));
      const { ttlMs } = policy;
      const value = { holdRef: ref, channel: orderRef.channel, lines, ttlMs, buyerRef };
      return { $case: 'reserve', value };
    }
    case 'route': {
      const lines = verb.lines.map((line) => ({
        lineId: line.subOrderId,
        place: placeToMessage(line.place),
        kind: stockKindToMessage(line.stock),
        quantityMilli: 0n,
        goodsId: '',
      }));
      return { $case: 'route', value: { holdRef: ref, lines } };
    }
    case 'accept':
    case 'refuse':
      return { $case: verb.kind, value: { holdRef: ref, lineIds: [...verb.subOrderIds] } };
    case 'release':
    case 'giveBack': {
      const lineIds = [...verb.subOrderIds];
      return { $case: verb.kind, value: { holdRef: ref, lineIds, reason: verb.reason } };
    }
    case 'consume': {
      const lines = verb.subOrderIds.map((lineId) => ({ lineId, quantityMilli: 0n }));
      return {
        $case: 'consume',
        value: { holdRef: ref, lines, shipmentRef: verb.shipmentRef },
      };
    }
  }
}

const placesOf = (held: readonly HeldLine[]): Readonly<Record<string, Place>> =>
  Object.fromEntries(
    held.flatMap((line) => (line.certainPlace ? [[line.subOrderId, line.certainPlace]] : [])),
  );

/** Net of holds; a cell that went short, or below what is held, has nothing to give. */
function freeOf(cells: readonly Cell[]): readonly FreeStock[] {
  const rows = new Map<string, { -readonly [K in keyof FreeStock]: FreeStock[K] }>();
  for (const cell of cells) {
    const place = placeFromMessage(cell.place);
    if (!place) continue;
    const key = `${placeKey(place)}|${cell.goodsId}`;
    const row = rows.get(key) ?? {
      place,
      goodsId: cell.goodsId,
      sharedMilli: 0n,
      certainMilli: 0n,
    };
    const net = cell.quantityMilli - cell.heldMilli;
    const free = cell.short || net < 0n ? 0n : net;
    if (cell.kind === StockKind.SHARED) row.sharedMilli = free;
    if (cell.kind === StockKind.CERTAIN) row.certainMilli = free;
    rows.set(key, row);
  }
  return [...rows.values()];
}
