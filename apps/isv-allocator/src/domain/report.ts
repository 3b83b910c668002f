import type { Result } from '@astrolabe/kernel';
import { WORK_STATUSES, err, ok, samePlace } from '@astrolabe/kernel';
import { isOpen } from '@astrolabe/outbound';
import type { Allocation, Effect, StoreReport } from './allocation.ts';
import { givenUpFor, scheduled, withEffects } from './allocation.ts';
import { ANSWERS, isAskedFor, refundAnswered } from './refund.ts';

/** Statuses of the place that has the sub-orders (white paper 6.4, 6.6.8 to 6.6.10). */
const OF_A_PLACE: readonly string[] = ['ACCEPTED', 'REFUSED', 'SHIPPED'];

/** Working steps that a store reports; REGISTERED is reported by itself. */
const STEPS: readonly string[] = WORK_STATUSES.filter((status) => status !== 'REGISTERED');

export const SHIPPED = 'SHIPPED';

export type ReportRefusal =
  | 'UNKNOWN_TRADE'
  | 'UNKNOWN_SUB_ORDER'
  | 'UNKNOWN_STATUS'
  | 'NOT_ALLOCATED'
  | 'NO_OPEN_REFUND'
  | 'MISSING_FIELD';

/** A report as the store's system gives it; the place is the one that we have told. */
export type SentReport = Omit<StoreReport, 'place'>;

/**
 * Takes what a store has done; it is told from then on until the platform has it. A shipment has two
 * steps, Tmall first (white paper 3.4), when `shipsAtTmall`. The answer to a refund needs one that
 * waits for it. The same report again changes nothing, unless the platform has refused it.
 */
export function storeReported(
  state: Allocation | null,
  sent: SentReport,
  shipsAtTmall: boolean,
  now: Date,
): Result<{ allocation: Allocation; already: boolean }, ReportRefusal> {
  if (!state) return err('UNKNOWN_TRADE');
  const isStep = STEPS.includes(sent.status);
  const isAnswer = ANSWERS.has(sent.status);
  if (!isStep && !isAnswer && !OF_A_PLACE.includes(sent.status)) return err('UNKNOWN_STATUS');
  const lines = state.lines.filter(({ subOrderId }) => sent.subOrderIds.includes(subOrderId));
  if (lines.length === 0 || lines.length !== sent.subOrderIds.length) {
    return err('UNKNOWN_SUB_ORDER');
  }
  const place = lines[0]?.place ?? null;
  const isOnePlace = lines.every((line) => line.place && place && samePlace(line.place, place));
  if (!isStep && !isOnePlace) return err('NOT_ALLOCATED');
  const { logistics } = sent;
  const isComplete =
    logistics && logistics.id !== '' && logistics.company !== '' && logistics.mailNo !== '';
  if (sent.status === SHIPPED && !isComplete) return err('MISSING_FIELD');
  const report: StoreReport = { ...sent, place: isStep ? null : place };
  const isAsked = isAnswer && isAskedFor(state, sent.status, sent.subOrderIds);
  const stands = state.effects.some((one) => one.round === state.round && repeats(one, report));
  // A refund that was withdrawn and is asked for again is answered again.
  if (stands && !isAsked) return ok({ allocation: state, already: true });
  if (isAnswer && !isAsked) return err('NO_OPEN_REFUND');
  const base = { subOrderId: '', billNum: '', report };
  const ship = sent.status === SHIPPED && shipsAtTmall ? [{ ...base, kind: 'SHIP' as const }] : [];
  const added = [...ship, { ...base, kind: 'STATUS' as const }];
  const known = refundAnswered(state, sent.status, sent.subOrderIds, now);
  const effects = withEffects(known, added, now);
  return ok({ allocation: scheduled({ ...known, effects }), already: false });
}

const keyOf = ({ status, place, subOrderIds }: StoreReport): string =>
  [status, place?.type ?? '', place?.id ?? '', ...subOrderIds.toSorted()].join('|');

/** Whether an effect tells the very report, in the round that stands. */
const repeats = (effect: Effect, wanted: StoreReport): boolean =>
  effect.kind === 'STATUS' &&
  (isOpen(effect) || effect.state === 'SUCCEEDED') &&
  effect.report !== undefined &&
  keyOf(effect.report) === keyOf(wanted);

/** A shipment that Tmall does not take is not told as one. */
export const afterShipFailed = (state: Allocation, failed: Effect): Allocation =>
  scheduled({
    ...state,
    effects: state.effects.map((one) =>
      one.id === failed.id + 1 && one.kind === 'STATUS'
        ? givenUpFor(one, 'not shipped at Tmall')
        : one,
    ),
  });
