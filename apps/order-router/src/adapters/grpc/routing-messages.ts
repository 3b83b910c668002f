import { placeToMessage } from '@astrolabe/contracts';
import type {
  RoutingCandidate,
  RoutingDecision,
  RoutingRules,
  RulesVersion,
  SimulateResponse,
  StoreSettings as SettingsMessage,
} from '@astrolabe/contracts/order';
import type { Place } from '@astrolabe/kernel';
import type { Simulation, ToldDecision } from '../../application/routing-admin.ts';
import type { ExplainedRow } from '../../domain/routing/explain.ts';
import { removalCounts } from '../../domain/routing/explain.ts';
import type { RuleVersion } from '../../domain/routing/rule-set.ts';
import type { GivenBody, RulesBody } from '../../domain/routing/rules.ts';
import type { StoreSettings } from '../../domain/routing/settings.ts';

/** Rules as they came in; whether they make sense is for the domain to say. */
export const bodyFrom = (rules: RoutingRules): GivenBody => ({
  filters: rules.filters.map(({ name, metres }) => ({ name, metres: Number(metres) })),
  sorts: rules.sorts,
  warehouseFallback: rules.warehouseFallback,
  points: rules.points,
});

const bodyTo = ({ filters, sorts, warehouseFallback, points }: RulesBody): RoutingRules => ({
  filters: filters.map(({ name, metres }) => ({ name, metres: BigInt(metres) })),
  sorts: [...sorts],
  warehouseFallback,
  points: points.map(({ province, city, area, lat, lng }) => ({ province, city, area, lat, lng })),
});

export const versionTo = (known: RuleVersion): RulesVersion => ({
  version: known.version,
  status: known.status,
  revision: known.revision,
  rules: bodyTo(known.body),
  note: known.note,
  actor: known.actor,
  changedAt: known.changedAt,
  activations: known.activations.map(({ at, actor, note }) => ({ at, actor, note })),
});

export const settingsFrom = ({
  storeId,
  point,
  deliver,
  collect,
}: SettingsMessage): StoreSettings => ({
  storeId,
  point: point ? { lat: point.lat, lng: point.lng } : null,
  deliver: deliver
    ? {
        workingTime: deliver.workingTime,
        threshold: deliver.deliverThreshold ?? null,
        activeFromMs: deliver.activeFrom?.getTime() ?? null,
        activeToMs: deliver.activeTo?.getTime() ?? null,
        priority: deliver.priority,
        dispatchTimeRanges: deliver.dispatchTimeRange.map(({ startTime, endTime }) => ({
          startTime,
          endTime,
        })),
      }
    : null,
  collect: collect
    ? {
        workingTime: collect.workingTime,
        threshold: collect.collectThreshold ?? null,
        activeFromMs: collect.activeFrom?.getTime() ?? null,
        activeToMs: collect.activeTo?.getTime() ?? null,
      }
    : null,
});

const dateOf = (ms: number | null): Date | undefined => (ms === null ? undefined : new Date(ms));

export const settingsTo = ({
  storeId,
  point,
  deliver,
  collect,
}: StoreSettings): SettingsMessage => ({
  storeId,
  point: point ?? undefined,
  deliver: deliver
    ? {
        priority: deliver.priority,
        workingTime: deliver.workingTime,
        deliverThreshold: deliver.threshold ?? undefined,
        dispatchTimeRange: deliver.dispatchTimeRanges.map((range) => ({ ...range })),
        activeFrom: dateOf(deliver.activeFromMs),
        activeTo: dateOf(deliver.activeToMs),
      }
    : undefined,
  collect: collect
    ? {
        workingTime: collect.workingTime,
        collectThreshold: collect.threshold ?? undefined,
        activeFrom: dateOf(collect.activeFromMs),
        activeTo: dateOf(collect.activeToMs),
      }
    : undefined,
});

const placeOf = (place: Place | null) => (place ? placeToMessage(place) : undefined);

/** A decision with as many rows of its table as were asked for. */
export const decisionTo = (
  { orderRef, allocation, attempt, at, explained }: ToldDecision,
  rows: number,
): RoutingDecision => ({
  orderRef,
  allocation,
  attempt,
  at,
  rules: explained.input.rules.version,
  chosen: placeOf(explained.outcome.chosen?.place ?? null),
  decidedBy: explained.outcome.decidedBy ?? '',
  candidateCount: explained.rows.length,
  candidates: explained.rows.slice(0, rows).map(candidateTo),
  removed: Object.fromEntries(removalCounts([explained.outcome])),
});

const candidateTo = (row: ExplainedRow): RoutingCandidate => ({
  place: placeToMessage(row.place),
  name: row.name,
  removed: row.removed ?? '',
  rank: row.rank,
  behindBy: row.behindBy ?? '',
  priority: row.priority,
  region: row.region,
  distanceM: row.distanceM === null ? undefined : BigInt(row.distanceM),
  availableMilli: row.availableMilli,
});

export const simulationTo = (simulation: Simulation): SimulateResponse => ({
  decisions: simulation.decisions,
  same: simulation.decisions - simulation.differences.length,
  differences: simulation.differences.map((difference) => ({
    orderRef: difference.orderRef,
    allocation: difference.allocation,
    attempt: difference.attempt,
    at: difference.at,
    before: placeOf(difference.before),
    after: placeOf(difference.after),
    beforeDecidedBy: difference.beforeDecidedBy ?? '',
    afterDecidedBy: difference.afterDecidedBy ?? '',
  })),
  removedBefore: Object.fromEntries(simulation.before.removed),
  removedAfter: Object.fromEntries(simulation.after.removed),
  failedBefore: simulation.before.failed,
  failedAfter: simulation.after.failed,
  nextToken: simulation.next,
});
