import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';

/** The parts of kafkajs 2.2.4 `src/consumer/consumerGroup.js` that the patch touches. */
type Group = {
  readonly groupId: string;
  fetch: (this: Group, nodeId: string) => Promise<readonly Batch[]>;
  getActiveTopicPartitions: (this: Group) => Record<string, ReadonlySet<number>>;
};
type Batch = { readonly rawMessages: readonly unknown[] };

/** What is asked for seldom is asked for after so long. */
const SELDOM_MS = 500;
const NONE: ReadonlySet<number> = new Set();

const patched = new WeakSet<object>();
const seldomTopics = new Map<string, ReadonlySet<string>>();
const leftOut = new AsyncLocalStorage<ReadonlySet<string> | undefined>();
/** When a group last asked a broker for everything. */
const askedAll = new WeakMap<Group, Map<string, number>>();

/**
 * Fetches of a group ask for these topics, on which nothing is urgent, twice a second and not each time. While nothing else
 * comes each request waits at the broker for so long, and asks for all.
 */
export const fetchSeldom = (groupId: string, topics: readonly string[]): void =>
  void seldomTopics.set(groupId, new Set(topics));

/**
 * Makes a fetch cost what it brings. Each one names every partition, and the answer has each of them, most of them without
 * a message; kafkajs takes those through its workers one by one, which costs more than all the rest.
 *
 * @throws Error when the installed kafkajs no longer has the methods that are replaced.
 */
export function patchLeanFetch(): void {
  const require = createRequire(import.meta.url);
  const { prototype } = require('kafkajs/src/consumer/consumerGroup.js') as { prototype: Group };
  if (patched.has(prototype)) return;
  const { fetch, getActiveTopicPartitions } = prototype;
  if (typeof fetch !== 'function' || typeof getActiveTopicPartitions !== 'function') {
    throw new Error('kafkajs has changed: a group fetches otherwise, review the patch');
  }
  prototype.fetch = async function (nodeId) {
    const batches = await leftOut.run(seldomNow(this, nodeId, performance.now()), () =>
      fetch.call(this, nodeId),
    );
    return batches.filter(({ rawMessages }) => rawMessages.length > 0);
  };
  prototype.getActiveTopicPartitions = function () {
    return without(leftOut.getStore(), getActiveTopicPartitions.call(this));
  };
  patched.add(prototype);
}

/** The topics that this request to a broker does not ask for. */
function seldomNow(group: Group, nodeId: string, nowMs: number): ReadonlySet<string> | undefined {
  const seldom = seldomTopics.get(group.groupId);
  if (!seldom) return undefined;
  const byNode = askedAll.get(group) ?? new Map<string, number>();
  askedAll.set(group, byNode);
  if (nowMs - (byNode.get(nodeId) ?? -Infinity) < SELDOM_MS) return seldom;
  byNode.set(nodeId, nowMs);
  return undefined;
}

/** Unless there are no others. */
function without(
  seldom: ReadonlySet<string> | undefined,
  active: Record<string, ReadonlySet<number>>,
): Record<string, ReadonlySet<number>> {
  const topics = Object.entries(active);
  if (!seldom || !topics.some(([topic, { size }]) => size > 0 && !seldom.has(topic))) return active;
  return Object.fromEntries(
    topics.map(([topic, partitions]) => [topic, seldom.has(topic) ? NONE : partitions]),
  );
}
