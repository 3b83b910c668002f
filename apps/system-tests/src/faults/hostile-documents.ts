import { join } from 'node:path';
import { bindItem, createStore, initialiseItems, syncOrderStatus } from '@astrolabe/schemas/qimen';
import { usageOf } from '@astrolabe/local-servers';
import { inventoryXml } from '../requests.ts';
import { startedSeller } from '../scenario.ts';
import type { Actor } from '../scenario.ts';
import { callQimen, element } from '../wire.ts';
import type { WireAnswer } from '../wire.ts';
import { defineScenario } from './define.ts';
import type { Log } from './define.ts';
import { below, none, noted, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { INSPECTABLE, openHeap } from './heap.ts';
import type { Living } from './heap.ts';
import { HOSTILE_BYTES, HOSTILE_DOCUMENTS } from './hostile-xml.ts';
import type { HostileDocument } from './hostile-xml.ts';
import { startPlatform } from './platform.ts';

const DOCUMENTS: readonly HostileDocument[] = [...HOSTILE_DOCUMENTS, ...HOSTILE_BYTES];
/** One of each kind of body: with its own bound on the length, with lines, with a list. */
const METHODS: readonly string[] = [createStore, bindItem, initialiseItems, syncOrderStatus].map(
  ({ method }) => method,
);
/** What one document may hold up the others (specification D 21). */
const STALL_MS = 20;
const GROWTH_MB = 20;
const WARM_UP = 60;
/** About 180 KiB. */
const LINES = 600;

/** Sends a document to a method, rightly signed. */
export const sendDocument = (
  { harness, seller }: Actor,
  method: string,
  { body }: HostileDocument,
): Promise<WireAnswer> =>
  callQimen(harness.gateway, seller.keys.erp, seller.sellerId, method, body);

/** A refusal: 4xx, or the channel's own form with HTTP 200. Anything else is what it says. */
export function problemOf({ status, text }: WireAnswer): string | null {
  if (status >= 400 && status < 500) return null;
  const isRefusal = status === 200 && element(text, 'flag') === 'failure';
  return isRefusal && element(text, 'code') !== 'isp.service-unavailable'
    ? null
    : `${status} ${text.slice(0, 200)}`;
}

type Cost = { what: string; method: string; cpuMs: number };

/** Processor time of the gateway for one document, over as many repeats. */
async function costOf(
  actor: Actor,
  given: { document: HostileDocument; method: string; repeats: number },
  note: (problem: string) => void,
): Promise<Cost> {
  const { document, method, repeats } = given;
  const pid = actor.harness.stack.pid('gateway-ingress');
  const before = usageOf(pid).cpuSeconds;
  for (let n = 0; n < repeats; n += 1) {
    const problem = problemOf(await sendDocument(actor, method, document));
    if (problem !== null) note(`${method}: ${document.what}: ${problem}`);
  }
  const cpuMs = ((usageOf(pid).cpuSeconds - before) * 1_000) / repeats;
  return { what: document.what, method, cpuMs };
}

/** 21: hostile XML costs no more than an honest body, and is refused in the channel's form. */
export const hostileDocuments = defineScenario({
  title: 'hostile XML, rightly signed',
  settings: { repeats: 25 },
  run: async ({ repeats }, log) => {
    const platform = await startPlatform({ extra: { 'gateway-ingress': INSPECTABLE } });
    try {
      const actor = await startedSeller(platform.harness);
      await warmUp(actor);
      const pid = platform.harness.stack.pid('gateway-ingress');
      const heap = await openHeap(join(platform.harness.logDir, 'gateway-ingress.log'));
      const before = { ...(await heap.living()), residentMb: usageOf(pid).residentMb };
      const problems: string[] = [];
      const costs: Cost[] = [];
      for (const method of METHODS) {
        for (const document of DOCUMENTS) {
          const given = { document, method, repeats };
          costs.push(await costOf(actor, given, (problem) => problems.push(problem)));
        }
      }
      const { residentMb } = usageOf(pid);
      const after = { ...(await heap.living()), residentMb };
      heap.close();
      return [
        ...costFigures(costs, problems, log),
        ...memoryFigures(before, after),
        noted('stall of the event loop, longest', await longestStall(actor)),
        none('processes that ended', platform.harness.crashes.length),
      ];
    } finally {
      await platform.stop();
    }
  },
});

function costFigures(costs: readonly Cost[], problems: readonly string[], log: Log): Figure[] {
  for (const problem of problems.slice(0, 20)) log(problem);
  const dearest = costs.toSorted((a, b) => b.cpuMs - a.cpuMs);
  for (const { what, method, cpuMs } of dearest.slice(0, 5)) {
    log(`${rounded(cpuMs)} ms of the gateway's processor: ${what} to ${method}`);
  }
  return [
    noted('kinds of documents', DOCUMENTS.length),
    noted('methods', METHODS.length),
    none('documents not refused in form', problems.length),
    below('processor time of the dearest', dearest[0]?.cpuMs ?? 0, STALL_MS, 'ms'),
  ];
}

type Memory = Living & { readonly residentMb: number };

/** What stays of hostile documents is what lives after garbage is collected; what a process keeps for more is not. */
function memoryFigures(before: Memory, after: Memory): Figure[] {
  const heap = after.heapMb - before.heapMb;
  const buffers = after.buffersMb - before.buffersMb;
  return [
    below('growth of what lives after honest bodies', heap + buffers, GROWTH_MB, 'MB'),
    noted('  of it heap, buffers', `${rounded(heap)}, ${rounded(buffers)} MB`),
    noted('  heap that lived before', `${rounded(before.heapMb)} MB`),
    noted('  growth of resident memory', `${rounded(after.residentMb - before.residentMb)} MB`),
  ];
}

/** Honest bodies as long as they may be, so that the code is compiled and the heap has its size. */
async function warmUp({ harness, seller }: Actor): Promise<void> {
  const lines = Array.from({ length: LINES }, (_, n) => ({
    place: '1342',
    kind: 'UNCERTAINTY' as const,
    quantity: '1',
    billNum: `W-${n}`,
  }));
  const body = inventoryXml(seller.sellerId, lines);
  for (let n = 0; n < WARM_UP; n += 1) {
    await callQimen(
      harness.gateway,
      seller.keys.erp,
      seller.sellerId,
      initialiseItems.method,
      body,
    );
  }
}

/** The longest that the gateway's event loop was held up lately, with what else the machine did. */
async function longestStall({ harness }: Actor): Promise<string> {
  const answer = await fetch(
    `http://127.0.0.1:${harness.stack.ports['gateway-ingress'].health}/metrics`,
  );
  const found = /^nodejs_eventloop_lag_max_seconds(?:\{[^}]*\})? (\S+)$/m.exec(await answer.text());
  return found ? `${rounded(Number(found[1]) * 1_000)} ms` : 'not measured';
}
