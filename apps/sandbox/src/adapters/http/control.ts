import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Place } from '@astrolabe/kernel';
import Type from 'typebox';
import { DISTRIBUTION_MODES } from '../../domain/distribution-orders.ts';
import type { DistributionOrders } from '../../domain/distribution-orders.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Seller } from '../../domain/seller.ts';
import type { TillTrades } from '../../domain/till-trades.ts';
import type { ShipMode } from '../../domain/tmall-trades.ts';
import { BadRequest, bodyAs } from './control-request.ts';
import type { Isv } from './isv.ts';
import { CONNECTIONS_MAX } from './lanes.ts';
import { runLoad } from './load.ts';
import type { LoadDeps, LoadReport } from './load.ts';
import type { Platform } from './platform.ts';
import type { Pos, StoreVerb } from './pos.ts';
import { exampleLine } from './tmall.ts';
import type { Tmall, Trade } from './tmall.ts';

export type ControlDeps = {
  distribution: DistributionOrders;
  platform: Platform;
  pos: Pos;
  isv: Isv;
  tmall: Tmall;
  sellers: Map<string, Seller>;
  trades: Map<string, Trade>;
  shipModes: Map<string, ShipMode>;
  tillTrades: TillTrades;
  log: ExchangeLog;
  load: LoadDeps;
};

const KeySchema = Type.Object({
  appKey: Type.String({ minLength: 1 }),
  secret: Type.String({ minLength: 1 }),
});
const SellerSchema = Type.Object({
  sellerId: Type.String({ pattern: '^\\d+$' }),
  nick: Type.String(),
  keys: Type.Object({ erp: KeySchema, pos: KeySchema, tmall: KeySchema }),
  spi: KeySchema,
});
const PolicySchema = Type.Object({
  sellerId: Type.String(),
  mode: Type.Enum(['manual', 'auto-accept', 'auto-complete']),
});
const ShipModeSchema = Type.Object({
  sellerId: Type.String(),
  mode: Type.Enum(['normal', 'refuse', 'lose-answer']),
});
const DistributionSchema = Type.Object({
  sellerId: Type.String(),
  modes: Type.Array(Type.Enum([...DISTRIBUTION_MODES]), { maxItems: 100 }),
});
const isMade = Type.Optional(Type.Boolean());
const TillScriptSchema = Type.Object({
  sellerId: Type.String(),
  answers: Type.Array(
    Type.Union([
      Type.Object({
        kind: Type.Literal('made'),
        tradeNo: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,18}$' })),
        total: Type.Optional(Type.String({ pattern: '^\\d{0,15}$' })),
        pay: Type.Optional(Type.String({ pattern: '^\\d{0,15}$' })),
      }),
      Type.Object({
        kind: Type.Literal('error'),
        code: Type.Integer({ minimum: 0 }),
        subCode: Type.Optional(Type.String()),
        subMsg: Type.Optional(Type.String()),
        isMade,
      }),
      Type.Object({ kind: Type.Literal('lost'), isMade }),
      Type.Object({
        kind: Type.Literal('late'),
        ms: Type.Integer({ minimum: 0, maximum: 60_000 }),
        isMade,
      }),
      Type.Object({
        kind: Type.Literal('status'),
        status: Type.Integer({ minimum: 400, maximum: 599 }),
        isMade,
      }),
      Type.Object({ kind: Type.Literal('text'), text: Type.String(), isMade }),
    ]),
    { maxItems: 100 },
  ),
});
const CallSchema = Type.Object({
  sellerId: Type.String(),
  method: Type.String(),
  xml: Type.String(),
});
const TradeSchema = Type.Object({
  sellerId: Type.String(),
  tid: Type.String({ pattern: '^[1-9]\\d{0,18}$' }),
  oid: Type.String({ pattern: '^[1-9]\\d{0,18}$' }),
  num: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  collectStore: Type.Optional(Type.String({ pattern: '^\\d{1,19}$' })),
});
const TaskSchema = Type.Object({
  sellerId: Type.String(),
  tid: Type.String(),
  oids: Type.Array(Type.String(), { minItems: 1, maxItems: 200 }),
  place: Type.Object({ type: Type.Enum(['STORE', 'WAREHOUSE']), id: Type.String() }),
});
const IsvSchema = Type.Object({
  sellerId: Type.String(),
  appKeys: Type.Array(Type.String({ minLength: 1 }), { maxItems: 20 }),
});
const IsvResultSchema = Type.Object({
  tid: Type.String({ pattern: '^[1-9]\\d{0,18}$' }),
  lines: Type.Array(
    Type.Object({
      oid: Type.String({ pattern: '^[1-9]\\d{0,18}$' }),
      place: Type.Object({ type: Type.Enum(['STORE', 'WAREHOUSE']), id: Type.String() }),
    }),
    { minItems: 1, maxItems: 200 },
  ),
});
const LoadSchema = Type.Object({
  sellerId: Type.String(),
  orders: Type.Integer({ minimum: 1, maximum: 100_000 }),
  ratePerSecond: Type.Number({ exclusiveMinimum: 0, maximum: 10_000 }),
  timeoutMs: Type.Optional(Type.Integer({ minimum: 1_000, maximum: 600_000 })),
  callsAtOnce: Type.Optional(Type.Integer({ minimum: 1, maximum: CONNECTIONS_MAX })),
});

const LOAD_TIMEOUT_MS = 60_000;
/** Well below the idle time after which a connection is closed. */
const WAIT_MAX_MS = 10_000;
const RUNS_KEPT = 20;
const EXCHANGES_MAX = 500;

function sellerOf(deps: ControlDeps, sellerId: string): Seller {
  const seller = deps.sellers.get(sellerId);
  if (!seller) throw new BadRequest(`seller ${sellerId} is not configured: PUT /control/config`);
  return seller;
}

/** What can be done here, for who asks for no page. */
export const LISTING = {
  sandbox: 'plays Tmall, 1688, the ERP and the POS of each configured seller',
  try: [
    'PUT /control/config',
    'PUT /control/pos/policy {sellerId, mode: manual | auto-accept | auto-complete}',
    'POST /control/erp/call {sellerId, method, xml}',
    'POST /control/tmall/trades {sellerId, tid, oid, num?, collectStore?}',
    'POST /control/tmall/trades/:tid/shipped?sellerId= and .../closed?sellerId=',
    'PUT /control/tmall/ship-mode {sellerId, mode: normal | refuse | lose-answer}',
    'PUT /control/distribution {sellerId, modes}: what the gateway upstream does with the next orders',
    'GET /control/distribution/orders?sellerId=: what it has taken',
    'PUT /control/tmall/till-answers {sellerId, answers}: what the next sales of its tills are answered with',
    'GET /control/pos/allocations?tid=&count=&waitMs=',
    'POST /control/pos/accept | refuse | consign {sellerId, tid, oids, place}',
    'PUT /control/isv {sellerId, appKeys}: what allocate answers',
    'PUT /control/isv/results {tid, lines: [{oid, place}]}: what allocatedinfo.get answers',
    'POST /control/load {sellerId, orders, ratePerSecond, callsAtOnce?}, then GET /control/load/:run',
    'PUT /control/procurement/config {sellerId, appKey, secret, memberId, refreshToken}, then README.md',
    'POST /control/certify {sellerId, channel: qimen | tmall | till | fenxiao | 1688}, then GET /control/certify/:run',
    'GET /control/exchanges?limit=',
  ],
};

/** The sandbox's own interface, for people, the tour and benchmarks. JSON in, JSON out. */
export function registerControl(app: FastifyInstance, deps: ControlDeps): void {
  app.put('/control/config', async (request) => {
    const seller = bodyAs(SellerSchema, request);
    deps.sellers.set(seller.sellerId, { ...seller, policy: 'manual' });
    return { configured: seller.sellerId };
  });
  app.get<{ Querystring: { limit?: string } }>('/control/exchanges', async (request) =>
    deps.log.latest(Math.min(Number(request.query.limit ?? '50') || 50, EXCHANGES_MAX)),
  );
  app.post('/control/erp/call', async (request) => {
    const { sellerId, method, xml } = bodyAs(CallSchema, request);
    const seller = sellerOf(deps, sellerId);
    return await deps.platform.qimen(seller.keys.erp, sellerId, method, xml);
  });
  registerTmallControl(app, deps);
  registerPosControl(app, deps);
  registerDistributionControl(app, deps);
  registerIsvControl(app, deps);
  registerLoadControl(app, deps);
}

/** A load run takes longer than an HTTP answer should: it is started, then asked for. */
function registerLoadControl(app: FastifyInstance, deps: ControlDeps): void {
  const runs = new Map<string, { done: Promise<unknown>; report: LoadReport | null }>();
  app.post('/control/load', async (request) => {
    const { sellerId, timeoutMs = LOAD_TIMEOUT_MS, ...load } = bodyAs(LoadSchema, request);
    const started = runLoad(deps.load, sellerOf(deps, sellerId), { ...load, timeoutMs });
    const run: { done: Promise<unknown>; report: LoadReport | null } = {
      report: null,
      done: started.then((report) => {
        run.report = report;
      }),
    };
    const id = randomUUID();
    runs.set(id, run);
    const [oldest] = runs.keys();
    if (runs.size > RUNS_KEPT && oldest !== undefined) runs.delete(oldest);
    return { run: id };
  });
  app.get<{ Params: { run: string } }>('/control/load/:run', async (request) => {
    const run = runs.get(request.params.run);
    if (!run) throw new BadRequest(`there is no run ${request.params.run}`);
    await Promise.race([run.done, delay(WAIT_MAX_MS)]);
    return { run: request.params.run, report: run.report };
  });
}

function registerTmallControl(app: FastifyInstance, deps: ControlDeps): void {
  app.post('/control/tmall/trades', async (request) => {
    const { sellerId, tid, oid, num, collectStore } = bodyAs(TradeSchema, request);
    const line = exampleLine(oid);
    const lines = [{ ...line, num: num ?? line.num }];
    const trade = { tid, lines, paidAt: new Date(), ...(collectStore && { collectStore }) };
    deps.load.remember(trade);
    return await deps.tmall.tell(sellerOf(deps, sellerId), trade, 'paid');
  });
  app.put('/control/tmall/ship-mode', async (request) => {
    const { sellerId, mode } = bodyAs(ShipModeSchema, request);
    deps.shipModes.set(sellerId, mode);
    return { sellerId, mode };
  });
  app.put('/control/tmall/till-answers', async (request) => {
    const { sellerId, answers } = bodyAs(TillScriptSchema, request);
    deps.tillTrades.script(sellerId, answers);
    return { sellerId, answers: answers.length };
  });
  app.get<{ Querystring: { sellerId?: string } }>(
    '/control/tmall/till-trades',
    async (request) => ({
      trades: deps.tillTrades.count(request.query.sellerId ?? ''),
    }),
  );
  for (const news of ['shipped', 'closed'] as const) {
    app.post<{ Params: { tid: string }; Querystring: { sellerId?: string } }>(
      `/control/tmall/trades/:tid/${news}`,
      async (request) => {
        const trade = deps.trades.get(request.params.tid);
        if (!trade) throw new BadRequest(`trade ${request.params.tid} was not paid here`);
        const seller = sellerOf(deps, request.query.sellerId ?? '');
        return await deps.tmall.tell(seller, trade, news);
      },
    );
  }
}

function registerPosControl(app: FastifyInstance, deps: ControlDeps): void {
  app.put('/control/pos/policy', async (request) => {
    const { sellerId, mode } = bodyAs(PolicySchema, request);
    const seller = sellerOf(deps, sellerId);
    deps.sellers.set(sellerId, { ...seller, policy: mode });
    return { sellerId, mode };
  });
  app.get<{ Querystring: { tid?: string; count?: string; waitMs?: string } }>(
    '/control/pos/allocations',
    async (request) => {
      const { tid = '', count = '1', waitMs = '0' } = request.query;
      await untilAllocated(deps.pos, tid, Number(count) || 1, Number(waitMs) || 0);
      return deps.pos.allocations(tid);
    },
  );
  for (const verb of ['accept', 'refuse', 'consign'] as const satisfies StoreVerb[]) {
    app.post(`/control/pos/${verb}`, async (request) => {
      const { sellerId, tid, oids, place } = bodyAs(TaskSchema, request);
      const at: Place = { type: place.type, id: place.id };
      return await deps.pos.report(sellerOf(deps, sellerId), verb, { tid, oids, place: at });
    });
  }
}

function registerIsvControl(app: FastifyInstance, { isv }: ControlDeps): void {
  app.put('/control/isv', async (request) => {
    const { sellerId, appKeys } = bodyAs(IsvSchema, request);
    isv.receive(sellerId, appKeys);
    return { sellerId, appKeys };
  });
  app.put('/control/isv/results', async (request) => {
    const { tid, lines } = bodyAs(IsvResultSchema, request);
    isv.decide(tid, lines);
    return { tid, lines: lines.length };
  });
}

/** Resolves when a trade has so many allocations, or after the wait. */
async function untilAllocated(pos: Pos, tid: string, count: number, waitMs: number): Promise<void> {
  if (pos.allocations(tid).length >= count || waitMs <= 0) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, Math.min(waitMs, WAIT_MAX_MS));
    const stop = pos.onAllocation((allocation) => {
      if (allocation.tid === tid && pos.allocations(tid).length >= count) done();
    });
  });
}

/** The distribution gateway upstream: what it is to do next, and what it has taken. */
function registerDistributionControl(app: FastifyInstance, deps: ControlDeps): void {
  app.put('/control/distribution', async (request) => {
    const { sellerId, modes } = bodyAs(DistributionSchema, request);
    deps.distribution.setModes(sellerOf(deps, sellerId).sellerId, modes);
    return { sellerId, modes };
  });
  app.get<{ Querystring: { sellerId?: string } }>('/control/distribution/orders', async (request) =>
    deps.distribution.of(request.query.sellerId ?? ''),
  );
}
