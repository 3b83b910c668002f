/**
 * What many places cost: one good with certain and shared stock at each of so many stores is
 * initialised, then orders are reserved where the most is free and routed to a store. The domain
 * alone, one thread. Prints one JSON object.
 *
 *   npm run bench:places -w @astrolabe/inventory-service [-- --stores 10000 --orders 20000]
 */
import { parseArgs } from 'node:util';
import { apply } from '../src/domain/apply.ts';
import type { Body } from '../src/domain/commands.ts';
import { createState } from '../src/domain/stock.ts';

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '10000' },
    orders: { type: 'string', default: '20000' },
  },
});
const [STORES, ORDERS] = [Number(values.stores), Number(values.orders)];
const LINES = 100;
const MILLI = 1_000;
const GOODS = 'g-1';

const state = createState();
let operations = 0;
function decide(body: Body): void {
  operations += 1;
  const operationId = `op-${operations}`;
  const command = { operationId, sellerId: '21230', actor: 'bench', messageId: '', body };
  const { outcome } = apply(state, command, 1);
  if (outcome.status !== 'APPLIED') throw new Error(`${body.verb}: ${outcome.status}`);
}
const store = (n: number) => ({ type: 'STORE' as const, id: String((n % STORES) + 1) });

const start = performance.now();
for (const kind of ['CERTAIN', 'SHARED'] as const) {
  for (let from = 0; from < STORES; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, STORES - from) }, (_, n) => ({
      billNum: `${kind}-${from + n}`,
      place: store(from + n),
      goodsId: GOODS,
      kind,
      quantity: (1_000 + ((from + n) % 97)) * MILLI,
      operationTimeMs: null,
    }));
    decide({ verb: 'INITIALISE', billScope: 'bench', lines });
  }
}
const initialisedMs = performance.now() - start;

const took: number[] = [];
for (let n = 0; n < ORDERS; n += 1) {
  const ref = `order-${n}`;
  const line = { lineId: ref, goodsId: GOODS, quantity: MILLI };
  const before = performance.now();
  const lines = [{ ...line, place: null, kind: 'CERTAIN' as const }];
  decide({ verb: 'RESERVE', ref, channel: 'tmall', ttlMs: 0, buyerRef: '', lines });
  const routed = [{ ...line, place: store(n * 7_919), kind: 'SHARED' as const }];
  decide({ verb: 'ROUTE', ref, lines: routed });
  took.push((performance.now() - before) * 1_000);
}
took.sort((a, b) => a - b);
const at = (share: number): number =>
  Math.round((took[Math.floor(share * (took.length - 1))] ?? 0) * 10) / 10;
const orderMicros = { p50: at(0.5), p99: at(0.99) };
console.log(
  JSON.stringify({
    stores: STORES,
    orders: ORDERS,
    initialisedMs: Math.round(initialisedMs),
    orderMicros,
  }),
);
