import { METRIC, gauge, nextMoment, onceDependencyAnswers } from '@astrolabe/telemetry';
import type { MessagingLogger } from './kafka-port.ts';
import * as machine from './outage.ts';
import type { Meaning, Moment, Outage, Step, Ticket } from './outage.ts';

/**
 * What a group does while dependencies of its handlers do not answer: the partitions that met the fault
 * are paused, and one event at a time is called until an answer comes.
 */
export type Outages = {
  /** Whether events of the partition have to wait. */
  isPaused(partition: string): boolean;
  /** Whether an event of the paused partition waits that nothing speaks against. */
  hasWaiting(partition: string): boolean;
  /** Begins the handling of an event of the partition. */
  enter(partition: string, signal: AbortSignal): Visit;
};

/** The handling of one event, from its first call to its last. */
export type Visit = {
  /** Resolves when the event may be handled, or when the signal aborts. */
  admitted(): Promise<void>;
  /** Begins a call; false when a fault has been met since it was admitted. */
  begins(): boolean;
  /** The call ended because the dependency did not answer. */
  faulted(dependency: string): Meaning;
  /** The call ended otherwise. */
  ended(): void;
  /** The event is done with, here. */
  leaves(): void;
};

/**
 * Between turns. Where only suspects wait, nothing is held up but what stands behind them by its key, and
 * each call may do harm: their turns go on coming further apart.
 */
const PAUSE_MS = { first: 100, max: 1_000, maxForSuspects: 15_000 } as const;

/** One dependency: its machine, the partitions that met its absence, and who waits for it. */
type Dependency = {
  readonly name: string;
  readonly partitions: Set<string>;
  readonly resolvers: Map<Ticket, () => void>;
  outage: Outage;
  /** When the outage began, in milliseconds since 1970. */
  since: number;
  /** Between this turn and the next one, unless somebody waits who may not be kept so long. */
  pauseMs: number;
  /** The turn that is to come, and the pause before it. */
  timer: NodeJS.Timeout | undefined;
  timerMs: number;
};

type Group = {
  readonly name: string;
  readonly logger: MessagingLogger;
  /** Called when partitions have been paused, may go on or have nothing left that could be called. */
  readonly changed: () => void;
  readonly dependencies: Map<string, Dependency>;
  /** Partitions of the events that are handled. */
  readonly partitionOf: Map<Ticket, string>;
  readonly paused: ReturnType<typeof gauge<'group' | 'dependency'>>;
};

/** `changed` is called when partitions have been paused or may be fetched again. */
export function createOutages(name: string, logger: MessagingLogger, changed: () => void): Outages {
  const group: Group = {
    name,
    logger,
    changed,
    dependencies: new Map(),
    partitionOf: new Map(),
    paused: gauge(METRIC.consumerPaused, 'Partitions that wait for a dependency', [
      'group',
      'dependency',
    ]),
  };
  let tickets = 0;
  return {
    isPaused: (partition) => pausing(group, partition) !== undefined,
    hasWaiting: (partition) => hasWaiting(group, partition),
    enter: (partition, signal) => {
      tickets += 1;
      group.partitionOf.set(tickets, partition);
      return createVisit(group, tickets, partition, signal);
    },
  };
}

const pausing = ({ dependencies }: Group, partition: string): Dependency | undefined => {
  for (const dependency of dependencies.values()) {
    if (dependency.partitions.has(partition)) return dependency;
  }
  return undefined;
};

function hasWaiting(group: Group, partition: string): boolean {
  const { waiting, onTurn, suspects } = pausing(group, partition)?.outage ?? machine.UP;
  const isHere = (ticket: Ticket): boolean => group.partitionOf.get(ticket) === partition;
  if (waiting.some(isHere)) return true;
  return [...onTurn].some((ticket) => isHere(ticket) && !suspects.has(ticket));
}

function createVisit(group: Group, ticket: Ticket, partition: string, signal: AbortSignal): Visit {
  /** The dependency that did not answer the last call. */
  let met: Dependency | undefined;
  /** The dependency that lets the event go. */
  let granted: Dependency | undefined;
  let begunAt: Moment = 0;
  const waitsFor = (): Dependency | undefined =>
    met !== undefined && (met.outage.away || met.outage.suspects.has(ticket))
      ? met
      : pausing(group, partition);
  const forget = (dependency: Dependency | undefined): void => {
    if (dependency !== undefined) take(group, dependency, machine.left(dependency.outage, ticket));
  };
  return {
    admitted: async () => {
      granted = undefined;
      for (let at = waitsFor(); at !== undefined && !signal.aborted; at = waitsFor()) {
        await released(group, at, ticket, signal);
        const { onTurn, examined } = at.outage;
        if (!onTurn.has(ticket) && examined !== ticket) continue;
        granted = at;
        return;
      }
    },
    begins: () => {
      if (granted !== undefined && !machine.mayCall(granted.outage, ticket)) {
        take(group, granted, machine.putBack(granted.outage, ticket));
        return false;
      }
      if (granted === undefined && pausing(group, partition) !== undefined) return false;
      begunAt = nextMoment();
      if (met !== undefined) met.outage = machine.began(met.outage, ticket);
      return true;
    },
    faulted: (name) => {
      const dependency = dependencyOf(group, name);
      for (const other of new Set([met, granted])) if (other !== dependency) forget(other);
      met = dependency;
      return fault(group, dependency, ticket, begunAt);
    },
    ended: () => {
      const at = nextMoment();
      if (granted !== undefined && granted !== met) {
        take(group, granted, machine.ended(granted.outage, { ticket, at }));
      }
      if (met === undefined) return;
      take(group, met, machine.ended(met.outage, { ticket, at }));
      // The event went another way than before: the dependency must have answered.
      answer(group, met, begunAt);
      met = undefined;
    },
    leaves: () => {
      for (const dependency of new Set([met, granted])) forget(dependency);
      group.partitionOf.delete(ticket);
    },
  };
}

function dependencyOf(group: Group, name: string): Dependency {
  const before = group.dependencies.get(name);
  if (before !== undefined) return before;
  const fresh: Dependency = {
    name,
    partitions: new Set(),
    resolvers: new Map(),
    outage: machine.UP,
    since: 0,
    pauseMs: PAUSE_MS.first,
    timer: undefined,
    timerMs: 0,
  };
  group.dependencies.set(name, fresh);
  return fresh;
}

/** Resolves when the event is let go, or when the signal aborts. */
function released(
  group: Group,
  dependency: Dependency,
  ticket: Ticket,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => {
      dependency.resolvers.delete(ticket);
      take(group, dependency, machine.left(dependency.outage, ticket));
      resolve();
    };
    signal.addEventListener('abort', leave, { once: true });
    dependency.resolvers.set(ticket, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    take(group, dependency, machine.waits(dependency.outage, ticket));
  });
}

function fault(group: Group, dependency: Dependency, ticket: Ticket, begunAt: Moment): Meaning {
  const wasAway = dependency.outage.away;
  const step = machine.faulted(dependency.outage, { ticket, at: nextMoment(), begunAt });
  take(group, dependency, step);
  if (!wasAway && step.outage.away) begin(group, dependency);
  const partition = group.partitionOf.get(ticket);
  if (step.outage.away && partition !== undefined && !dependency.partitions.has(partition)) {
    dependency.partitions.add(partition);
    const labels = { group: group.name, dependency: dependency.name };
    group.paused.set(labels, dependency.partitions.size);
  }
  group.changed();
  return step.meaning;
}

function begin(group: Group, dependency: Dependency): void {
  dependency.since = Date.now();
  dependency.pauseMs = PAUSE_MS.first;
  const fields = { group: group.name, dependency: dependency.name };
  group.logger.warn(fields, 'a dependency does not answer: its partitions wait');
  listen(group, dependency);
  keepTurns(group, dependency);
}

/** Hears the answers that anything in this process gets, until one ends the outage. */
function listen(group: Group, dependency: Dependency): void {
  onceDependencyAnswers(dependency.name, (begunAt) => {
    answer(group, dependency, begunAt);
    if (dependency.outage.away) listen(group, dependency);
  });
}

function answer(group: Group, dependency: Dependency, begunAt: Moment): void {
  const { away } = dependency.outage;
  const step = machine.answered(dependency.outage, { begunAt, at: nextMoment() });
  if (away && !step.outage.away) {
    dependency.partitions.clear();
    const labels = { group: group.name, dependency: dependency.name };
    group.paused.remove(labels);
    const ms = Date.now() - dependency.since;
    group.logger.info({ ...labels, ms }, 'a dependency answers again');
  }
  take(group, dependency, step);
  if (away && !step.outage.away) group.changed();
}

/** Keeps the new state and lets go whom it lets go. */
function take(group: Group, dependency: Dependency, { outage, go }: Step): void {
  const before = dependency.outage;
  dependency.outage = outage;
  for (const ticket of go) {
    const resolve = dependency.resolvers.get(ticket);
    dependency.resolvers.delete(ticket);
    resolve?.();
  }
  keepTurns(group, dependency);
  // A partition may have nothing left that could be called: what is behind has to be fetched.
  const left =
    outage.waiting.length + outage.onTurn.size < before.waiting.length + before.onTurn.size;
  if (outage.away && left) group.changed();
}

/** Gives turns for as long as the dependency is away and somebody waits. */
function keepTurns(group: Group, dependency: Dependency): void {
  const { away, waiting, queue } = dependency.outage;
  if (!away || waiting.length + queue.length === 0) {
    clearTimeout(dependency.timer);
    dependency.timer = undefined;
    return;
  }
  const max = waiting.length > 0 ? PAUSE_MS.max : PAUSE_MS.maxForSuspects;
  const isEarlyEnough = dependency.timerMs <= max;
  if (dependency.timer !== undefined && isEarlyEnough) return;
  clearTimeout(dependency.timer);
  dependency.timerMs = Math.min(dependency.pauseMs, max);
  dependency.timer = setTimeout(() => {
    dependency.timer = undefined;
    take(group, dependency, machine.turn(dependency.outage));
  }, dependency.timerMs);
  dependency.pauseMs = Math.min(dependency.pauseMs * 2, PAUSE_MS.maxForSuspects);
}
