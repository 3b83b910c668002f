/**
 * How fast operators' lists and the order page are answered with many orders in the database: orders that the
 * services have written are multiplied there, then each address is asked by a few people at once. Prints a
 * table, and as its last line one JSON object.
 *
 *   npm run bench:console -- [--orders 300000] [--requests 400] [--connections 4]
 */
import { Agent, request } from 'node:http';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { usageOf } from '@astrolabe/local-servers';
import type { AppName } from '@astrolabe/local-stack';
import { httpUrl } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { openSession } from '../src/api-session.ts';
import { startPlatform } from '../src/faults/platform.ts';
import { SERVICES } from '../src/harness.ts';
import { newPlatformOperator } from '../src/operator.ts';
import { OID, TID, startedSeller } from '../src/scenario.ts';
import { together } from './burst.ts';
import { OrderFiller, numberOf } from './fill-orders.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300000' },
    requests: { type: 'string', default: '400' },
    connections: { type: 'string', default: '4' },
  },
});
const [orders, requests, connections] = [values.orders, values.requests, values.connections].map(
  Number,
) as [number, number, number];

const HOPS = ['console', 'services', 'database'] as const;
type Hop = (typeof HOPS)[number];
const SERVICES_ASKED = ['order-router', 'fulfillment', 'settlement', 'inventory-service'] as const;
const WARM_UP = 40;
const DAYS = 14;
const LIST_P99_MAX_MS = 200;
const PAGE_P99_MAX_MS = 300;
const SHORT_TID = '2004574256073990';
const WAITING_TID = '2004574256073980';
const SHORT_OID = '2004574256073991';
const WAITING_OID = '2004574256073981';
const ASKED = ['orders', 'fulfilments', 'order_figures', 'store_asks'];
const APPS: readonly AppName[] = [...SERVICES, 'console'];

const platform = await startPlatform({
  apps: APPS,
  extra: Object.fromEntries(APPS.map((app) => [app, { TRACE_SAMPLE_RATIO: '0.05' }])),
});
const { harness } = platform;
try {
  const { sellerId, templates } = await writtenOrders();
  const { databasePrefix } = harness.stack.settings;
  const filler = await OrderFiller.of(platform.mongoUri, databasePrefix, { templates, days: DAYS });
  console.log(`filled are ${filler.collections().join(', ')}`);
  const seconds = await filler.fillTo(orders);
  await filler.close();
  console.log(`${orders} orders in ${seconds.toFixed(0)} s`);
  const address = httpUrl(harness.stack, 'console');
  const { cookie } = await openSession(address, await newPlatformOperator(harness));
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const rows = [];
  for (const [name, path, limitMs] of addresses(sellerId, day)) {
    rows.push(await measure(name, `${address}${path}`, cookie, limitMs));
  }
  const settings = { orders, requests, connections, cores: cpus().length, node: process.version };
  console.log(JSON.stringify({ bench: 'console', ...settings, database: 'sync on commit', rows }));
} finally {
  await platform.stop();
}
process.exit();

/** A seller with an order in each of the states that lists are asked for. */
async function writtenOrders() {
  const actor = await startedSeller(harness);
  // Fulfillment hears of the order, and of its shipment at the channel, a little later than the router.
  const report = (verb: 'accpeted' | 'consigned') =>
    eventually(
      async () => {
        const answer = await actor.storeReport(verb, '1342');
        if (answer['code'] !== '0') throw new Error(`${verb}: ${JSON.stringify(answer)}`);
      },
      { timeoutMs: 60_000 },
    );
  await actor.pay();
  await actor.order('ALLOCATED');
  await report('accpeted');
  await actor.order('ACCEPTED');
  await actor.push('taobao_trade_TradeSellerShip');
  await report('consigned');
  await actor.order('SHIPPED');
  await actor.pay({ tid: WAITING_TID, lines: [{ oid: WAITING_OID }] });
  await actor.order('ALLOCATED', WAITING_TID);
  await actor.pay({ tid: SHORT_TID, lines: [{ oid: SHORT_OID, num: 20 }] });
  await actor.order('UNFULFILLABLE', SHORT_TID);
  const templates = [
    { number: TID, lines: [OID], share: 97, has: [...ASKED, 'receivables'] },
    { number: WAITING_TID, lines: [WAITING_OID], share: 2, has: ASKED },
    { number: SHORT_TID, lines: [SHORT_OID], share: 1, has: ['orders'] },
  ];
  return { sellerId: actor.seller.sellerId, templates };
}

/** What is measured: its name, its address and the milliseconds that it may take. */
function addresses(sellerId: string, day: string): [string, string, number][] {
  const seller = `/api/sellers/${sellerId}`;
  const list = (query: string) => `${seller}/orders?${query}`;
  const one = `${seller}/orders/tmall/${numberOf(1)}`;
  return [
    ['orders', list(''), LIST_P99_MAX_MS],
    ['orders of a state', list('state=ALLOCATED'), LIST_P99_MAX_MS],
    ['orders of a rare state', list('state=UNFULFILLABLE'), LIST_P99_MAX_MS],
    ['orders of a place', list('place=STORE:1342'), LIST_P99_MAX_MS],
    ['orders of a place and state', list('place=STORE:1342&state=ALLOCATED'), LIST_P99_MAX_MS],
    ['orders paid on a day', list(`from=${day}&to=${day}`), LIST_P99_MAX_MS],
    ['orders of a queue', list('queue=WAITING_FOR_STORE'), LIST_P99_MAX_MS],
    ['orders of a stage', list(`stage=ROUTED&day=${day}`), LIST_P99_MAX_MS],
    ['search, a number', list(`q=${numberOf(2)}`), LIST_P99_MAX_MS],
    ['search, a SKU', list('q=70001'), LIST_P99_MAX_MS],
    ['search, a mail number', `${seller}/parcels?mailNo=2323232`, LIST_P99_MAX_MS],
    ['queues of orders', `${seller}/overview/orders`, LIST_P99_MAX_MS],
    ['queues of tasks', `${seller}/overview/tasks`, LIST_P99_MAX_MS],
    ['orders of a queue of tasks', `${seller}/queues/REFUND_WAITING`, LIST_P99_MAX_MS],
    ['delivered today', `${seller}/overview/delivered?day=${day}`, LIST_P99_MAX_MS],
    ['orders delivered on a day', `${seller}/queues/DELIVERED?day=${day}`, LIST_P99_MAX_MS],
    ['stages of today', `${seller}/overview/stages?day=${day}`, LIST_P99_MAX_MS],
    ['receivables', `${seller}/settlement/receivables?match=UNBILLED`, LIST_P99_MAX_MS],
    ['discrepancies', `${seller}/settlement/discrepancies`, LIST_P99_MAX_MS],
    ['settlement, receivables', `${seller}/settlement/overview/receivables`, LIST_P99_MAX_MS],
    ['search, a number elsewhere', `${seller}/lives?number=${numberOf(2)}`, LIST_P99_MAX_MS],
    ['stores', `${seller}/places?from=${day}&to=${day}`, LIST_P99_MAX_MS],
    ['audit log', '/api/audit', LIST_P99_MAX_MS],
    ['dead letters', '/api/deadletters', LIST_P99_MAX_MS],
    ['order page: the order', one, PAGE_P99_MAX_MS],
    ['order page: its tasks', `${one}/tasks`, PAGE_P99_MAX_MS],
    ['order page: its receivable', `${one}/receivable`, PAGE_P99_MAX_MS],
    ['order page: its life', `${one}/life`, PAGE_P99_MAX_MS],
    ['order page: its holds', `${one}/holds`, PAGE_P99_MAX_MS],
    ['order page: why here', `${one}/why`, PAGE_P99_MAX_MS],
  ];
}

/** Processor time so far of each hop that an answer takes: the console, the services that it asks, their database. */
function cpuSeconds(): Readonly<Record<Hop, number>> {
  const of = (pids: readonly number[]): number =>
    pids.map((pid) => usageOf(pid).cpuSeconds).reduce((sum, seconds) => sum + seconds, 0);
  return {
    console: of([harness.stack.pid('console')]),
    services: of(SERVICES_ASKED.map((app) => harness.stack.pid(app))),
    database: of([platform.serverPids().mongodb]),
  };
}

async function measure(name: string, url: string, cookie: string, limitMs: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let refused = '';
  const ask = async () => {
    const text = await get(agent, url, cookie).catch(String);
    const isGood = text.startsWith('{') && !text.startsWith('{"code"');
    if (!isGood) refused ||= text;
    return isGood;
  };
  const calls = (count: number) => Array.from({ length: count }, () => ask);
  await together(calls(WARM_UP), connections);
  const before = cpuSeconds();
  const came = await together(calls(requests), connections);
  agent.destroy();
  const after = cpuSeconds();
  const cpuMs = HOPS.map((hop) => ((after[hop] - before[hop]) * 1e3) / requests);
  if (refused !== '') console.error(`not as it should be: ${refused.slice(0, 500)}`);
  const isIn = came.p99Ms <= limitMs && came.dropped === 0;
  const numbers = [came.offered, came.achieved, came.dropped, came.p50Ms, came.p99Ms, ...cpuMs];
  const columns = numbers.map((value) => value.toFixed(1).padStart(9)).join('');
  console.log(`${name.padEnd(30)}${columns}  ${isIn ? 'in' : 'OVER'} ${limitMs} ms`);
  return {
    name,
    ...came,
    cpuMs: Object.fromEntries(HOPS.map((hop, at) => [hop, cpuMs[at]])),
    limitMs,
    isIn,
  };
}

function get(agent: Agent, url: string, cookie: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers: { cookie } }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end();
  });
}
