import { placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { StockKind } from '@astrolabe/contracts/common';
import { OutcomeStatus } from '@astrolabe/contracts/inventory';
import type {
  Cell,
  HistoryEntry,
  Hold as HoldMessage,
  HoldLine,
  LineOutcome as LineOutcomeMessage,
  Outcome as OutcomeMessage,
} from '@astrolabe/contracts/inventory';
import type { HistoryLine } from '../../application/audit/history.ts';
import type { Positioned } from '../../application/partition/offers.ts';
import type { Hold, Line } from '../../domain/holds.ts';
import type { CellView, StandingCell } from '../../domain/read.ts';
import type { LineOutcome, Status } from '../../domain/outcomes.ts';
import { isShort } from '../../domain/ledger.ts';

const SECOND_MS = 1_000;

const STATUS: Record<Status, OutcomeStatus> = {
  APPLIED: OutcomeStatus.APPLIED,
  ALREADY_DONE: OutcomeStatus.ALREADY_DONE,
  INSUFFICIENT: OutcomeStatus.INSUFFICIENT,
  UNKNOWN_HOLD: OutcomeStatus.UNKNOWN_HOLD,
  EXPIRED: OutcomeStatus.EXPIRED,
  CONFLICT: OutcomeStatus.CONFLICT,
  INVALID: OutcomeStatus.INVALID,
  PARTIAL: OutcomeStatus.PARTIAL,
  OVER_BUDGET: OutcomeStatus.OVER_BUDGET,
};

export const outcomeToMessage = (
  operationId: string,
  { outcome, partition, sequence }: Positioned,
): OutcomeMessage => ({
  operationId,
  status: STATUS[outcome.status],
  reason: outcome.reason,
  lines: outcome.lines.map(lineToMessage),
  position: { partition, sequence: BigInt(sequence) },
});

/** A command that could not be read; it never reached the engine. */
export const unreadable = (operationId: string): OutcomeMessage => ({
  operationId,
  status: OutcomeStatus.INVALID,
  reason: 'MALFORMED',
  lines: [],
  position: undefined,
});

const lineToMessage = (line: LineOutcome): LineOutcomeMessage => ({
  lineId: line.id,
  status: STATUS[line.status],
  reason: line.reason,
  place: line.place ? placeToMessage(line.place) : undefined,
  kind: line.kind ? stockKindToMessage(line.kind) : StockKind.UNSPECIFIED,
  quantityMilli: BigInt(line.quantity),
  discrepancy: line.discrepancy,
});

export const cellToMessage = (cell: CellView): Cell => ({
  place: placeToMessage(cell.place),
  goodsId: cell.goodsId,
  kind: stockKindToMessage(cell.kind),
  quantityMilli: BigInt(cell.quantity),
  heldMilli: BigInt(cell.held),
  unreportedMilli: BigInt(cell.unreported),
  short: isShort(cell),
});

/** A cell with what a promise and a comparison ask of it beside its numbers. */
export const standingToMessage = (cell: StandingCell): Cell => ({
  ...cellToMessage(cell),
  keptBackMilli: BigInt(cell.keptBack),
  reportedAtMs: BigInt(cell.reportedAtMs),
});

export const holdToMessage = (hold: Hold): HoldMessage => ({
  holdRef: hold.ref,
  channel: hold.channel,
  lines: hold.lines.map(holdLineToMessage),
  expiresAtMs: BigInt(hold.expiresAtMs),
  heldSinceMs: BigInt(hold.heldSince * SECOND_MS),
});

function holdLineToMessage(line: Line): HoldLine {
  const { guarantee, routed, sold } = line;
  const certain = guarantee?.kind === 'CERTAIN' ? guarantee : null;
  const shared = routed ?? (guarantee?.kind === 'SHARED' ? guarantee : null);
  return {
    lineId: line.lineId,
    goodsId: line.goodsId,
    quantityMilli: BigInt(line.quantity),
    certainPlace: certain ? placeToMessage(certain.place) : undefined,
    sharedPlace: shared ? placeToMessage(shared.place) : undefined,
    soldPlace: sold ? placeToMessage(sold.place) : undefined,
    soldKind: sold ? stockKindToMessage(sold.kind) : StockKind.UNSPECIFIED,
    state: line.state,
  };
}

export const historyToMessage = (line: HistoryLine): HistoryEntry => ({
  position: { partition: line.partition, sequence: BigInt(line.sequence) },
  atMs: BigInt(line.atMs),
  verb: line.verb,
  operationId: line.operationId,
  actor: line.actor,
  messageId: line.messageId,
  cause: line.cause,
  quantityDeltaMilli: BigInt(line.entry.quantityDelta),
  heldDeltaMilli: BigInt(line.entry.heldDelta),
  quantityMilli: BigInt(line.entry.quantity),
  heldMilli: BigInt(line.entry.held),
});
