import { partitionKey } from './generation.ts';
import type { Generation, HeldPartition } from './generation.ts';
import type { TopicPartition } from './kafka-port.ts';
import type { Member } from './member.ts';
import { retryTopic } from './topic-names.ts';

/** Fetched messages that are not done: beyond it the next fetch waits. */
const WINDOW = 2_000;
/** Messages of a partition that waits for a dependency: beyond it nothing more is fetched. */
const PAUSED_WINDOW = 1_000;
/** Waiting keys of one partition: beyond it the main partition pauses. */
const PARKED_KEYS_MAX = 10_000;

/** Keys may only be handled while not too many of them wait. */
export const mayRun = (retry: HeldPartition): boolean => retry.parked.size < PARKED_KEYS_MAX;

/** Where keys of a main partition are parked. */
export const retryPartition = (
  member: Member,
  generation: Generation,
  topic: string,
  { partition }: TopicPartition,
): HeldPartition | undefined =>
  generation.partitions.get(
    partitionKey({
      topic: member.options.topicPrefix + retryTopic(topic, member.options.group),
      partition,
    }),
  );

/**
 * A paused partition is fetched until it has an event that may be called in its turn: one that met the
 * fault might be its cause and would keep all behind it waiting.
 */
export function waitsForDependency(member: Member, held: HeldPartition): boolean {
  const partition = partitionKey(held);
  if (!member.outages.isPaused(partition)) return false;
  return held.tracker.open() >= PAUSED_WINDOW || member.outages.hasWaiting(partition);
}

/** Messages of main topics that are fetched and not done; what waits for a dependency does not count. */
function openMain(member: Member, { partitions }: Generation): number {
  let open = 0;
  for (const [key, held] of partitions) {
    if (!member.plainOfMain.has(held.topic) || member.outages.isPaused(key)) continue;
    open += held.tracker.open();
  }
  return open;
}

/** Whether the next fetch of main topics has to wait. */
export const isFull = (member: Member, generation: Generation): boolean =>
  openMain(member, generation) >= WINDOW;

/** Lets fetched batches in that wait for room. */
export function makeRoom(member: Member, generation: Generation): void {
  if (isFull(member, generation)) return;
  for (const proceed of generation.waitingForRoom.splice(0)) proceed();
}

/** After partitions were paused or may go on: others may have room, and these are fetched again. */
export function goOn(member: Member): void {
  const { generation } = member;
  if (generation === undefined || generation.ended.signal.aborted) return;
  makeRoom(member, generation);
  for (const held of generation.partitions.values()) {
    const topic = member.plainOfMain.get(held.topic);
    const retry = topic && retryPartition(member, generation, topic, held);
    if (retry) resumeMain(member, generation, topic, retry);
  }
}

/** Fetches a paused main partition again unless its parked keys or a dependency still forbid it. */
export function resumeMain(
  member: Member,
  generation: Generation,
  topic: string,
  retry: HeldPartition,
): void {
  const main = generation.partitions.get(
    partitionKey({ topic: member.options.topicPrefix + topic, partition: retry.partition }),
  );
  if (main?.paused && mayRun(retry) && !waitsForDependency(member, main)) {
    setPaused(member, main, false);
  }
}

/** Stops or resumes fetching a partition. */
export function setPaused(member: Member, held: HeldPartition, paused: boolean): void {
  if (held.paused === paused || member.stopped) return;
  held.paused = paused;
  if (paused) member.subscription.pause(held);
  else member.subscription.resume(held);
}

/** Resolves when fewer messages are open than the window. */
export const roomIn = (generation: Generation): Promise<void> =>
  new Promise((resolve) => generation.waitingForRoom.push(resolve));
