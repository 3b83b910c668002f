import { METRIC, counter, histogram } from '@astrolabe/telemetry';
import type { FigureMeters } from '../../application/figures/ports.ts';
import type { Duration, Tally } from '../../domain/figures/figures.ts';
import { addOrder, newTally } from '../../domain/figures/figures.ts';
import type { OrderFacts } from '../../domain/figures/facts.ts';

const COUNTED = ['orders', 'dispatched', 'accepts', 'reports', 'late'] as const;

/** Seconds: from a router that answers at once to goods that travel a week. */
const BUCKETS = [1, 10, 60, 300, 900, 3_600, 14_400, 43_200, 86_400, 259_200, 604_800];

/**
 * The figures as rates for dashboards: what an event added to its order's tally. A crash between the
 * write and the counting loses a count here; the figures over gRPC are the exact ones.
 */
export function createFigureMeters(): FigureMeters {
  const durations = histogram(
    METRIC.figuresDuration,
    'Time from one stage of an order to the next, in seconds',
    ['stage'],
    BUCKETS,
  );
  const counts = counter(
    METRIC.figuresCounts,
    'Orders, store answers and reports, by what',
    ['what'],
    COUNTED.map((what) => ({ what })),
  );
  return {
    changed: (before, after) => {
      const [from, to] = [tallyOf(before), tallyOf(after)];
      for (const stage of ['allocation', 'accept', 'ship', 'delivery'] as const) {
        for (const seconds of added(from[stage], to[stage])) durations.observe({ stage }, seconds);
      }
      for (const what of COUNTED) {
        const more = to[what] - from[what];
        if (more > 0n) counts.inc({ what }, Number(more));
      }
    },
  };
}

function tallyOf(order: OrderFacts): Tally {
  const tally = newTally(null);
  addOrder(tally, order);
  return tally;
}

/** The durations that were added, in seconds; several at once are told as their mean. */
function added(from: Duration, to: Duration): readonly number[] {
  const count = Number(to.count - from.count);
  if (count <= 0) return [];
  const seconds = Number(to.sumMs - from.sumMs) / count / 1_000;
  return Array.from({ length: count }, () => Math.max(0, seconds));
}
