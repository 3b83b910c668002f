/** The consumer of `poison.ts`: `node poison-consumer.ts <brokers> <topic>`, asked by messages. */
import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS } from '@astrolabe/contracts';
import { byType } from '../src/index.ts';
import type { InboundEvent } from '../src/index.ts';
import { GROUP, messagingOf, topicOf } from './poison-parts.ts';
import type { Asked, Delays, Figures } from './poison-parts.ts';

const [brokers = '', name = ''] = process.argv.slice(2);
const DONE = { kind: 'done' } as const;

let repaired = false;
const handled = new Set<string>();
const poisoned = new Set<string>();
const others: number[] = [];
const behind: number[] = [];
const replays: string[] = [];

async function onClosed({ id, key, payload, time }: InboundEvent): Promise<typeof DONE> {
  const [kind] = id.split('/');
  if (kind === 'throws' || kind === 'near' || kind === 'beyond') {
    poisoned.add(key);
    throw new TypeError("cannot read properties of undefined (reading 'lines')");
  }
  EVENTS.orderClosed.decode(payload);
  // A database answers about as fast.
  await delay(2);
  if (handled.has(id)) return DONE;
  handled.add(id);
  (poisoned.has(key) ? behind : others).push(Date.now() - time.getTime());
  return DONE;
}

const declared = byType<typeof GROUP, InboundEvent>(GROUP, {
  orderSeen: async () => DONE,
  orderAllocated: async () => DONE,
  orderClosed: onClosed,
  orderReopened: async () => DONE,
  supplyOrderConfirmed: async () => DONE,
  supplyOrderCancelled: async () => DONE,
  procurementSaid: async () => DONE,
});

function delaysOf(samples: readonly number[]): Delays {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1e5) / 10;
}

const figures = (): Figures => ({
  handled: handled.size,
  cpuSeconds: cpuSeconds(),
  others: delaysOf(others),
  behind: delaysOf(behind),
  replays,
});

const messaging = messagingOf(brokers);
const consumer = messaging.consumer({
  group: GROUP,
  topics: [topicOf(name)],
  handle: async (event) => {
    if (!repaired) return await declared(event);
    if (event.replayOf !== undefined) replays.push(event.id);
    return DONE;
  },
});
await messaging.component.start();
await consumer.start();
for (let joined = false; !joined; await delay(100)) {
  try {
    messaging.check();
    joined = true;
  } catch {
    joined = false;
  }
}
// The program that started it has ended.
process.on('disconnect', () => process.exit(1));
process.on('message', (asked: Asked) => {
  if (asked === 'end') {
    void consumer
      .stop()
      .then(() => messaging.component.stop())
      .then(() => process.exit(0));
    return;
  }
  if (asked === 'repair') repaired = true;
  process.send?.(figures());
});
process.send?.(figures());
