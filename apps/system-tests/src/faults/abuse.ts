import { setTimeout as delay } from 'node:timers/promises';
import { IngressAdminServiceClient } from '@astrolabe/contracts/ingress';
import { createGrpcClient } from '@astrolabe/grpc';
import { usageOf } from '@astrolabe/local-servers';
import { adminAddress, grpcAddress } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import type { Harness } from '../harness.ts';
import { startedSeller } from '../scenario.ts';
import type { Actor } from '../scenario.ts';
import { element, signedQimen } from '../wire.ts';
import { elsewhere, startFlood, startSlowSockets, startStreams } from './abusers.ts';
import { defineScenario } from './define.ts';
import type { Log } from './define.ts';
import { below, none, noted, quantile, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { startPlatform } from './platform.ts';

const STORE_QUERY = 'taobao.qimen.store.query';
const QUESTION = '<request><storeId>1342</storeId></request>';
const CHANGE_PERCENT = 20;
/** A key may be two seconds ahead of its rate. */
const BURST_SECONDS = 2;
const TIMES_ITS_RATE = 20;
/** The limits of memory in the manifests. */
const MEMORY_MB = { 'gateway-ingress': 768, 'inventory-service': 1_024 } as const;
/** Silence of five seconds, or ten for a whole request, and a second until it is noticed. */
const SLOW_MS = 11_500;

type Measured = { asked: number; failed: number; p50: number; p99: number };
type Setting = 'rate' | 'victims' | 'victimRate' | 'seconds' | 'sockets' | 'streams';
type Given = Record<Setting, number>;

/** Sellers who ask at a fixed rate, each over its own key; how long they wait, and what they are refused. */
async function victimsFor(victims: readonly Actor[], given: Given): Promise<Measured> {
  const times: number[] = [];
  let failed = 0;
  let asked = 0;
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  const total = given.seconds * given.victimRate;
  for (let n = 0; n < total; n += 1) {
    const due = startedAt + (n * 1_000) / given.victimRate;
    await delay(Math.max(0, due - performance.now()));
    for (const victim of victims) {
      asked += 1;
      const from = performance.now();
      running.push(
        victim.qimen(STORE_QUERY, QUESTION).then(
          ({ text }) => {
            times.push(performance.now() - from);
            if (element(text, 'flag') !== 'success') failed += 1;
          },
          () => void (failed += 1),
        ),
      );
    }
  }
  await Promise.all(running);
  return { asked, failed, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** 23: one caller abuses the platform, the others hardly notice. */
export const abuse = defineScenario<Setting>({
  title: 'one key at twenty times its rate, slow connections, streams without end; others run',
  settings: { rate: 5, victims: 3, victimRate: 10, seconds: 20, sockets: 500, streams: 10_000 },
  run: async (given, log) => {
    const platform = await startPlatform();
    const { harness } = platform;
    try {
      const victims: Actor[] = [];
      for (let n = 0; n < given.victims; n += 1) victims.push(await startedSeller(harness));
      const abuser = await startedSeller(harness);
      await limit(harness, abuser, given.rate);
      await victimsFor(victims, given);
      const run = new Run(harness, victims, given, log);
      const figures = [
        ...(await run.flood(abuser)),
        ...(await run.slowSockets()),
        ...(await run.streams(false)),
        ...(await run.streams(true)),
      ];
      return [...figures, none('processes that ended', harness.crashes.length)];
    } finally {
      await platform.stop();
    }
  },
});

/** The key of the seller's ERP may send so many requests a second. */
async function limit({ stack }: Harness, { seller }: Actor, ratePerSecond: number): Promise<void> {
  const admin = createGrpcClient(IngressAdminServiceClient, {
    address: adminAddress(stack, 'gateway-ingress'),
    name: 'faults',
    defaultDeadlineMs: 10_000,
  });
  const { appKey, secret } = seller.keys.erp;
  await admin.call('putAppKey', {
    appKey: {
      appKey,
      secrets: [secret],
      sellerIds: [seller.sellerId],
      signMethods: [],
      enabled: true,
      role: 'erp',
      ratePerSecond,
    },
  });
  admin.close();
}

/** The kinds of abuse, each with the victims' times just before it and during it. */
class Run {
  private readonly harness: Harness;
  private readonly victims: readonly Actor[];
  private readonly given: Given;
  private readonly log: Log;

  constructor(harness: Harness, victims: readonly Actor[], given: Given, log: Log) {
    this.harness = harness;
    this.victims = victims;
    this.given = given;
    this.log = log;
  }

  async flood(abuser: Actor): Promise<Figure[]> {
    const { rate } = this.given;
    const before = await this.quiet('one key at twenty times its rate');
    const startedAt = performance.now();
    const { keys, sellerId } = abuser.seller;
    const caller = elsewhere();
    const flood = startFlood(rate * TIMES_ITS_RATE, async () => {
      const { gateway } = this.harness;
      const signed = signedQimen(gateway, keys.erp, sellerId, STORE_QUERY, QUESTION);
      const { text } = await caller.post(signed);
      return { accepted: element(text, 'flag') === 'success' };
    });
    const during = await victimsFor(this.victims, this.given);
    const found = await flood.stop();
    caller.close();
    const allowed = rate * ((performance.now() - startedAt) / 1_000 + BURST_SECONDS) + 1;
    return [
      ...this.victimFigures('20 times the rate', before, during, 'gateway-ingress'),
      noted('  offered by the key', found.offered),
      noted('  refused of it', `${rounded((found.refused * 100) / found.offered)} %`),
      none('  accepted beyond its rate', Math.max(0, Math.ceil(found.accepted - allowed))),
      none('  of its calls without an answer', found.unanswered),
    ];
  }

  async slowSockets(): Promise<Figure[]> {
    const before = await this.quiet('slow connections');
    const slow = startSlowSockets(this.harness.gateway.url, this.given.sockets);
    const during = await victimsFor(this.victims, this.given);
    const found = await slow.stop();
    return [
      ...this.victimFigures('slow connections', before, during, 'gateway-ingress'),
      noted('  opened', found.opened),
      noted('  open at most', found.openAtMost),
      below('  longest life of one', found.longestMs, SLOW_MS, 'ms'),
    ];
  }

  async streams(isProved: boolean): Promise<Figure[]> {
    const who = isProved ? 'streams of a service' : 'streams of nobody';
    const before = await this.quiet(who);
    const address = grpcAddress(this.harness.stack, 'inventory-service');
    const streams = await startStreams(address, this.given.streams, isProved);
    const during = await victimsFor(this.victims, this.given);
    const sellable = await Promise.all(this.victims.map((victim) => victim.sellable()));
    const found = await streams.stop();
    return [
      ...this.victimFigures(who, before, during, 'inventory-service'),
      noted('  opened', found.opened),
      isProved
        ? noted('  refused', found.refused)
        : none('  not refused', found.opened - found.refused),
      isProved
        ? noted('  held open by the caller', found.open)
        : none('  held open after they were refused', found.open),
      none('  victims without an answer of the stock', this.victims.length - sellable.length),
    ];
  }

  private async quiet(next: string): Promise<Measured> {
    this.log(`quiet, then: ${next}`);
    return await victimsFor(this.victims, this.given);
  }

  private victimFigures(
    kind: string,
    before: Measured,
    during: Measured,
    app: AppName & keyof typeof MEMORY_MB,
  ): Figure[] {
    const change = ((during.p99 - before.p99) * 100) / before.p99;
    const memory = usageOf(this.harness.stack.pid(app)).residentMb;
    return [
      noted(`${kind}: victims asked`, during.asked),
      none('  victims refused or unanswered', before.failed + during.failed),
      noted('  victims p50 before, during', `${rounded(before.p50)}, ${rounded(during.p50)} ms`),
      noted('  victims p99 before, during', `${rounded(before.p99)}, ${rounded(during.p99)} ms`),
      below('  change of their p99', change, CHANGE_PERCENT, '%'),
      below(`  resident memory of ${app}`, memory, MEMORY_MB[app], 'MB'),
    ];
  }
}
