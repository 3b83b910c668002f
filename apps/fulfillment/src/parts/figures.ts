import { FiguresServiceService } from '@astrolabe/contracts/fulfillment';
import type { Clock } from '@astrolabe/kernel';
import type { OpenedService, Parts } from '@astrolabe/runtime';
import { periodic } from '@astrolabe/service';
import type { Logger } from '@astrolabe/service';
import { figuresService } from '../adapters/grpc/figures/figures-service.ts';
import { figuresHandler } from '../adapters/kafka/figures/incoming.ts';
import { createFigureMeters } from '../adapters/metrics/figure-meters.ts';
import { createAskStore } from '../adapters/mongo/figures/asks.ts';
import { createFactStore } from '../adapters/mongo/figures/facts.ts';
import { createRollupStore } from '../adapters/mongo/figures/rollups.ts';
import { createUnanswered } from '../adapters/mongo/unanswered.ts';
import { makeCompactDays } from '../application/figures/compact-days.ts';
import { makeReadFigures } from '../application/figures/read-figures.ts';
import { makeReadPlaceWork } from '../application/figures/read-place-work.ts';
import type { Config } from '../config.ts';

const COMPACT_EVERY_MS = 3_600_000;

/** The operating metrics: what reads events, what is served, and what compacts days that are over. */
export async function figuresOf(
  db: OpenedService['db'],
  { config, logger, clock }: { config: Config; logger: Logger; clock: Clock },
) {
  const facts = await createFactStore(db);
  const asks = await createAskStore(db, clock);
  const rollups = createRollupStore(db);
  const { FIGURES_ORDERS_MAX, FIGURES_RAW_DAYS: rawDays } = config;
  const compact = makeCompactDays({ facts, rollups, clock, rawDays });
  const contracts: NonNullable<Parts['contracts']> = [
    [FiguresServiceService, figuresService(makeReadFigures(facts, rollups, FIGURES_ORDERS_MAX))],
  ];
  return {
    placeWork: makeReadPlaceWork(asks, createUnanswered(db)),
    handle: figuresHandler({ facts, asks, meters: createFigureMeters() }),
    contracts,
    compactor: periodic({ name: 'compactor', everyMs: COMPACT_EVERY_MS, logger }, async () => {
      const days = await compact();
      if (days > 0) logger.info({ days }, 'days were compacted');
    }),
  };
}
