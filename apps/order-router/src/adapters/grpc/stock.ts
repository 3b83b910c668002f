import { placeFromMessage, placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import type { Cell, InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { BillType, Command, Outcome, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { GrpcClient } from '@astrolabe/grpc';
import { GrpcCallError, pagesOf } from '@astrolabe/grpc';
import type { OrderRef, Place } from '@astrolabe/kernel';
import { holdRef, placeKey } from '@astrolabe/kernel';
import { createGatherer, createSharedReads } from '@astrolabe/service';
import { isTraced } from '@astrolabe/telemetry';
import type { HeldLine, Stock, StockCommand } from '../../application/ports.ts';
import type { StockOutcome } from '../../domain/commands.ts';
import type { FreeStock } from '../../domain/routing/types.ts';

/** Commands of one call. */
const TOGETHER = { runsMax: 4, sizeMax: 64, collects: true } as const;

/**
 * Reserves, routes and sells through inventory-service; commands that are asked for within a turn share a
 * call, and so do questions about the same goods.
 */
export function createStock(client: GrpcClient<InventoryServiceClient>): Stock {
  const execute = createGatherer<StockCommand, StockOutcome>(
    (commands) => executeAll(client, commands),
    TOGETHER,
  );
  const free = createSharedReads<Asked, readonly FreeStock[]>(
    ({ sellerId, goodsIds, places }) =>
      JSON.stringify([sellerId, goodsIds, places.map(({ type, id }) => [type, id])]),
    async ({ sellerId, goodsIds, places }) => {
      const asked = { sellerId, goodsIds: [...goodsIds], places: places.map(placeToMessage) };
      const pages = pagesOf((pageToken) => client.call('query', { ...asked, pageToken }));
      return freeOf((await Array.fromAsync(pages, ({ cells }) => cells)).flat());
    },
  );
  const held: Stock['held'] = (orderRef, hold) =>
    heldLines(client, orderRef.sellerId, holdRef(orderRef, hold));
  return {
    held,
    execute: async (command) => {
      // The trace of an order shows what the inventory did for it: one that is kept has calls of its own.
      const outcome = await (isTraced() ? send(client, command) : execute(command));
      if (outcome.kind !== 'done' || command.verb.kind !== 'reserve') return outcome;
      const lines = command.verb.lines.length;
      if (Object.keys(outcome.places).length === lines) return outcome;
      // An outcome that was there before may come without its places: the hold has them.
      return { kind: 'done', places: placesOf(await held(command.orderRef, command.hold)) };
    },
    free: (sellerId, goodsIds, places = []) => free({ sellerId, goodsIds, places }),
  };
}

async function heldLines(
  client: GrpcClient<InventoryServiceClient>,
  sellerId: string,
  ref: string,
): Promise<readonly HeldLine[]> {
  try {
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
}

/** Where the certain stock of a hold stands, by line; empty when there is no such hold. */
export const placesOfHold = async (
  client: GrpcClient<InventoryServiceClient>,
  sellerId: string,
  ref: string,
): Promise<Readonly<Record<string, Place>>> => placesOf(await heldLines(client, sellerId, ref));

type Asked = {
  readonly sellerId: string;
  readonly goodsIds: readonly string[];
  readonly places: readonly Place[];
};

/** Each outcome in its command's place; where the call is refused as a whole, each command is sent alone. */
async function executeAll(
  client: GrpcClient<InventoryServiceClient>,
  commands: readonly StockCommand[],
): Promise<(StockOutcome | Error)[]> {
  const [only, ...others] = commands;
  if (only && others.length === 0) return [await send(client, only)];
  try {
    const { outcomes } = await client.call('executeBatch', { commands: commands.map(commandOf) });
    return commands.map((command, index) => {
      try {
        return outcomeOf(command, outcomes[index]);
      } catch (wrong) {
        return errorOf(wrong);
      }
    });
  } catch (error) {
    if (!(error instanceof GrpcCallError && error.outcome === 'refused')) throw error;
    const sent = await Promise.allSettled(commands.map((command) => send(client, command)));
    return sent.map((one) => (one.status === 'fulfilled' ? one.value : errorOf(one.reason)));
  }
}

const errorOf = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));

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

const outcomeOf = (command: StockCommand, answer: Outcome | undefined): StockOutcome =>
  outcomeFrom(command.operationId, command.verb.kind === 'release', answer);

/** An outcome as it is decided by; a hold that is not there has nothing to be released. */
export function outcomeFrom(
  operationId: string,
  isRelease: boolean,
  answer: Outcome | undefined,
): StockOutcome {
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
      if (isRelease) return { kind: 'done', places: {} };
      return { kind: 'refused', reason: outcome.reason || 'UNKNOWN_HOLD' };
    case OutcomeStatus.EXPIRED:
    case OutcomeStatus.CONFLICT:
    case OutcomeStatus.INVALID:
    case OutcomeStatus.PARTIAL:
    case OutcomeStatus.OVER_BUDGET:
      return { kind: 'refused', reason: outcome.reason || nameOf(outcome.status) };
    case OutcomeStatus.UNSPECIFIED:
    default:
      throw new TypeError(`inventory answered ${operationId} without an outcome`);
  }
}

const nameOf = (status: OutcomeStatus): string =>
  Object.entries(OutcomeStatus).find(([, number]) => number === status)?.[0] ?? String(status);

const commandOf = (command: StockCommand): Command => {
  const { orderRef, operationId, hold } = command;
  return commandFor(orderRef, operationId, verbOf(command, holdRef(orderRef, hold)));
};

/** A command of ours about an order's stock. */
export const commandFor = (
  { sellerId }: Pick<OrderRef, 'sellerId'>,
  operationId: string,
  verb: NonNullable<Command['verb']>,
): Command =>
  Command.fromPartial({
    operationId,
    sellerId,
    actor: 'order-router',
    messageId: operationId,
    verb,
  });

function verbOf({ orderRef, verb }: StockCommand, ref: string): NonNullable<Command['verb']> {
  switch (verb.kind) {
    case 'reserve': {
      const { buyerRef, policy } = verb;
      const kind = stockKindToMessage(policy.kind);
      const lines = verb.lines.map((line) => ({
        lineId: line.subOrderId,
        goodsId: line.goodsId,
        quantityMilli: line.quantityMilli,
        kind: line.at ? stockKindToMessage(line.at.kind) : kind,
        place: line.at && placeToMessage(line.at.place),
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
    case 'adjust': {
      const { billScope } = verb;
      const lines = verb.lines.map(({ billNum, goodsId, quantityMilli, at }) => ({
        billNum,
        billType: BillType.BALANCE,
        place: placeToMessage(at.place),
        goodsId,
        kind: stockKindToMessage(at.kind),
        deltaMilli: quantityMilli,
      }));
      return { $case: 'adjust', value: { billScope, lines } };
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
