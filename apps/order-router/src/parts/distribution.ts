import { createPauses } from '@astrolabe/channel-client';
import { TOPICS } from '@astrolabe/contracts';
import {
  DistributionAdminServiceService,
  DistributionServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef, TrafficLog } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { connectSellerSystems, createOrderQueue, watchCalls } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import type { Logger } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { METRIC, counter } from '@astrolabe/telemetry';
import { distributionAdmin, distributionService } from '../adapters/grpc/distribution-service.ts';
import { createFenxiao } from '../adapters/http/fenxiao.ts';
import { encodeDispatchEvent } from '../adapters/kafka/dispatch-events.ts';
import { createRequests } from '../adapters/mongo/distribution-requests.ts';
import { createDistributions } from '../adapters/mongo/distributions.ts';
import { createUpstreams } from '../adapters/mongo/upstreams.ts';
import { createOrderNames } from '../adapters/node/order-names.ts';
import { makeDecide } from '../application/distribution/decide.ts';
import { makeDispatch } from '../application/distribution/dispatch.ts';
import type { DispatchDeps } from '../application/distribution/dispatch.ts';
import type { Registry } from '../application/distribution/ports.ts';
import { makeSubmit } from '../application/distribution/submit.ts';
import type { Catalog, Stock } from '../application/ports.ts';
import type { Config } from '../config.ts';
import { dispatchPolicy } from '../domain/distribution/dispatch.ts';
import { lifeOfDistribution } from '../domain/distribution/history.ts';

const UPSTREAM_CONNECTIONS_MAX = 32;
const UPSTREAM_ANSWER_BYTES_MAX = 256 * 1_024;
/** More than one request takes, with the writes around it. */
const LEASE_FACTOR = 2;

type DistributionParts = {
  readonly traffic: Pick<TrafficLog, 'tell'>;
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'goods'>;
  readonly stock: Pick<Stock, 'execute' | 'free'>;
  readonly registry: Registry;
};

/** Distribution orders: what is served, what dispatches them, and what has to be closed. */
export async function openDistribution(service: OpenedService, parts: DistributionParts) {
  const { config, logger, clock, traffic } = parts;
  const { db } = service;
  const sealer = createSealer(config.CONNECTION_KEY);
  const distributions = await service.outbox(TOPICS.orderEvents, (outbox) =>
    createDistributions({ ...outbox, clock, encode: encodeDispatchEvent }),
  );
  const upstreams = createUpstreams(db, sealer);
  const keptDays = config.DISTRIBUTION_REQUESTS_KEPT_DAYS;
  const requests = await createRequests(db, { sealer, clock, keptDays });
  const callMs = config.UPSTREAM_CONNECT_TIMEOUT_MS + config.UPSTREAM_RESPONSE_TIMEOUT_MS;
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'upstream',
    connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.UPSTREAM_RESPONSE_TIMEOUT_MS,
    maxConnections: UPSTREAM_CONNECTIONS_MAX,
    maxResponseBytes: UPSTREAM_ANSWER_BYTES_MAX,
  });
  const pauses = createPauses(() => performance.now());
  const supplier = createFenxiao({ http: client, clock, pauses }, traffic);
  const common = {
    ...parts,
    distributions,
    upstreams,
    requests,
    supplier,
    changed: noticeIn(logger),
  };
  const work = makeDispatch({
    ...common,
    policy: dispatchPolicy(config.UPSTREAM_RETRY_MS, LEASE_FACTOR * callMs),
    watch: watchCalls('dispatch', logger),
  });
  const queue = createOrderQueue({
    name: 'dispatcher',
    span: 'dispatch order',
    work,
    due: (now, limit) => distributions.due(now, limit),
    logger,
    clock,
  });
  const wake = queue.add;
  const submit = makeSubmit({ ...common, names: createOrderNames(), wake });
  const decide = makeDecide({ ...common, wake });
  const admin = distributionAdmin({ distributions, decide, upstreams, urlRule, logger });
  return {
    reseals: [upstreams.reseal, requests.reseal],
    upstreams,
    client,
    queue: queue.component,
    life: async (order: OrderRef) => {
      const found = await distributions.load(order);
      return found && lifeOfDistribution(found);
    },
    contracts: [
      [DistributionServiceService, distributionService(submit)],
      [DistributionAdminServiceService, admin],
    ],
  } as const;
}

/** Counts and logs where dispatches come to stand: the numbers, and nothing of the receiver. */
function noticeIn(logger: Logger): DispatchDeps['changed'] {
  const states = counter(METRIC.dispatchStates, 'States that dispatches came to', ['state']);
  return (order, { outOrderId, state, reason, sends }) => {
    states.inc({ state });
    const what = { order: orderKey(order), outOrderId, state, reason, sends };
    if (state === 'FAILED' || state === 'MANUAL')
      logger.warn(what, 'a dispatch waits for a person');
    else logger.info(what, 'a dispatch went on');
  };
}
