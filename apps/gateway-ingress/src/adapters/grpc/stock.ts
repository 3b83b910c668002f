import { createHash } from 'node:crypto';
import {
  placeFromMessage,
  placeToMessage,
  stockKindFromMessage,
  stockKindToMessage,
} from '@astrolabe/contracts';
import { BillType, OutcomeStatus } from '@astrolabe/contracts/inventory';
import type { Command, Outcome, QueryRequest, RouteLine } from '@astrolabe/contracts/inventory';
import { orNull } from '@astrolabe/door';
import type { TimeLeft } from '@astrolabe/door';
import { err, holdRef, ok, placeKey } from '@astrolabe/kernel';
import type { OrderRef, Place, Result } from '@astrolabe/kernel';
import type { Cause, Stock, StockLine } from '../../application/ports.ts';
import type { Peers } from '../../channels/peers.ts';

/** Lines that the inventory decides in one command. */
const LINES_PER_COMMAND = 200;

/** Places times goods of one query; two kinds of cells for each of them fit into a message. */
const CELLS_PER_QUERY = 10_000;

type StockPeers = Pick<Peers, 'inventory' | 'orders'>;

/** Moves one line of a hold; the reason where the inventory refuses. */
async function route(
  { inventory }: StockPeers,
  left: TimeLeft,
  cause: ReturnType<typeof causeOf>,
  ref: string,
  line: RouteLine,
): Promise<Result<null, string>> {
  const command = {
    ...cause,
    verb: { $case: 'route' as const, value: { holdRef: ref, lines: [line] } },
  };
  const { outcome } = await inventory.call('execute', { command }, left());
  if (outcome && done(outcome.status)) return ok(null);
  const [told] = outcome?.lines ?? [];
  return err(outcome?.reason || told?.reason || wordOf(outcome?.status ?? 0));
}

/** The hold that a sub-order is in; the trade's first one where the order is not known. */
async function holdOfLine(
  { orders }: StockPeers,
  left: TimeLeft,
  { orderRef, subOrderId }: { orderRef: OrderRef; subOrderId: string },
): Promise<string> {
  const found = await orNull(orders.call('getOrder', { orderRef }, left()));
  const line = found?.order?.lines.find((one) => one.subOrderId === subOrderId);
  return line?.holdRef || holdRef(orderRef);
}

/** The inventory's stock, within what is left of a request's time. */
export const stockOf = (peers: StockPeers, left: TimeLeft): Stock => ({
  upload: async (cause, billScope, lines) => {
    const groups = inGroups(lines);
    const commands = groups.map((group) => ({
      ...causeOf(cause),
      operationId: uploadId(cause, billScope, group),
      verb: verbOf(billScope, group),
    }));
    const { outcomes } = await peers.inventory.call('executeBatch', { commands }, left());
    return groups.flatMap((group, index) => refusedOf(group, outcomes[index]));
  },
  move: async (cause, move) => {
    const line = {
      lineId: move.subOrderId,
      place: placeToMessage(move.target),
      kind: stockKindToMessage(move.kind),
      quantityMilli: move.quantity,
      goodsId: move.goodsId,
    };
    const first = holdRef(move.orderRef);
    const moved = await route(peers, left, causeOf(cause), first, line);
    if (moved.ok) return moved;
    // A line that came back after a refund is in a hold of its own (docs/adr/0020).
    const ref = await holdOfLine(peers, left, move);
    if (ref === first) return moved;
    const operationId = `${cause.operationId}|${ref}`;
    return await route(peers, left, { ...causeOf(cause), operationId }, ref, line);
  },
  query: async (sellerId, asked) => {
    const found: Awaited<ReturnType<Stock['query']>> = [];
    for (const request of queriesOf(sellerId, asked)) {
      const { cells } = await peers.inventory.call('query', request, left());
      for (const cell of cells) {
        const place = placeFromMessage(cell.place);
        const kind = stockKindFromMessage(cell.kind);
        if (!place || !kind) continue;
        found.push({ place, kind, goodsId: cell.goodsId, quantity: cell.quantityMilli });
      }
    }
    return found;
  },
});

const done = (status: OutcomeStatus): boolean =>
  status === OutcomeStatus.APPLIED || status === OutcomeStatus.ALREADY_DONE;

const wordOf = (status: OutcomeStatus): string =>
  Object.entries(OutcomeStatus).find(([, value]) => value === status)?.[0] ?? 'UNKNOWN';

const inGroups = (lines: readonly StockLine[]): StockLine[][] =>
  Array.from({ length: Math.ceil(lines.length / LINES_PER_COMMAND) }, (_, index) =>
    lines.slice(index * LINES_PER_COMMAND, (index + 1) * LINES_PER_COMMAND),
  );

/** One outcome per line, in their order: a bill number may be there twice. */
const refusedOf = (lines: readonly StockLine[], outcome: Outcome | undefined) =>
  lines.flatMap(({ billNum }, index) => {
    const line = outcome?.lines[index];
    if (line?.lineId === billNum && done(line.status)) return [];
    const reason = line?.reason || outcome?.reason || wordOf(line?.status ?? 0);
    return [{ billNum, reason }];
  });

/**
 * Names an upload by the request and by what is sent of it: when a repeat knows more goods than the
 * first try did, it sends other lines, and the bill numbers tell which of them are new.
 */
function uploadId(cause: Cause, billScope: string, lines: readonly StockLine[]): string {
  const digest = createHash('sha256').update(`${cause.operationId}|${billScope}`);
  for (const line of lines) {
    const amount = line.verb === 'initialise' ? line.quantity : line.delta;
    digest.update(
      JSON.stringify([line.billNum, placeKey(line.place), line.goodsId, line.kind, `${amount}`]),
    );
  }
  return `upload:${digest.digest('hex')}`;
}

const causeOf = ({ sellerId, operationId, actor, messageId }: Cause) => ({
  sellerId,
  operationId,
  actor,
  messageId,
});

/** Queries that together ask for all goods at their places, none of them for too much. */
function queriesOf(
  sellerId: string,
  asked: readonly { place: Place; goodsIds: readonly string[] }[],
): QueryRequest[] {
  const groups: { places: Place[]; goodsIds: Set<string> }[] = [];
  for (const { place, goodsIds } of asked) {
    if (goodsIds.length === 0) continue;
    const last = groups.at(-1);
    const together = new Set([...(last?.goodsIds ?? []), ...goodsIds]);
    if (last && together.size * (last.places.length + 1) <= CELLS_PER_QUERY) {
      last.places.push(place);
      last.goodsIds = together;
    } else groups.push({ places: [place], goodsIds: new Set(goodsIds) });
  }
  return groups.map((group) => ({
    sellerId,
    goodsIds: [...group.goodsIds],
    places: group.places.map(placeToMessage),
    // No group has more cells than a page.
    pageToken: '',
  }));
}

function verbOf(billScope: string, lines: readonly StockLine[]): Command['verb'] {
  const head = (line: StockLine) => ({
    billNum: line.billNum,
    place: placeToMessage(line.place),
    goodsId: line.goodsId,
    kind: stockKindToMessage(line.kind),
    operationTimeMs: BigInt(line.operationTime.getTime()),
  });
  const initial = lines.flatMap((line) =>
    line.verb === 'initialise' ? [{ ...head(line), quantityMilli: line.quantity }] : [],
  );
  if (initial.length > 0) return { $case: 'initialise', value: { billScope, lines: initial } };
  const adjusted = lines.flatMap((line) =>
    line.verb === 'adjust'
      ? [
          {
            ...head(line),
            billType: BillType[line.billType],
            deltaMilli: line.delta,
            ...(line.finalQuantity === undefined ? {} : { finalQuantityMilli: line.finalQuantity }),
          },
        ]
      : [],
  );
  return { $case: 'adjust', value: { billScope, lines: adjusted } };
}
