import {
  isFull,
  makeRoom,
  mayRun,
  resumeMain,
  retryPartition,
  roomIn,
  setPaused,
  waitsForDependency,
} from './flow.ts';
import { beganAnew, markParked, newMessages, partitionKey, renewPartition } from './generation.ts';
import type { Generation, HeldPartition } from './generation.ts';
import { waitFor } from './handling.ts';
import type { FetchedBatch, FetchedMessage } from './kafka-port.ts';
import type { Member } from './member.ts';

const HEARTBEAT_MS = 1_000;
/** Parked messages of one partition in memory: beyond it the retry partition pauses. */
const PARKED_WINDOW = 1_000;

/** Puts the messages of a fetched batch into the lanes of their keys, when there is room for them. */
export async function takeBatch(member: Member, batch: FetchedBatch): Promise<void> {
  const { generation } = member;
  if (generation === undefined) return;
  if (!generation.isPrepared) await whileAlive(generation, batch, generation.prepared);
  const at = generation.partitions.get(partitionKey(batch));
  if (at === undefined || !isCurrent(member, generation, batch)) return;
  if (startsTooLate(member, at, batch)) return;
  const held = beganAnew(at, batch) ? renewPartition(generation, at, batch) : at;
  if (held !== at) {
    const { topic, partition, start } = held;
    const fields = { topic, partition, start: String(start) };
    member.options.logger.warn(fields, 'a partition began anew');
  }
  held.high = batch.highWatermark;
  const retryOf = member.plainOfRetry.get(batch.topic);
  if (retryOf !== undefined) {
    takeParked(member, generation, held, retryOf, batch);
    return;
  }
  const topic = member.plainOfMain.get(batch.topic);
  const retry = topic === undefined ? undefined : retryPartition(member, generation, topic, held);
  if (topic === undefined || retry === undefined) return;
  if (!mayRun(retry) || waitsForDependency(member, held)) {
    setPaused(member, held, true);
    return;
  }
  const turn = takeMain(member, generation, { topic, held, retry }, batch);
  const { partition } = batch;
  member.options.logger.debug({ topic, partition, count: batch.messages.length }, 'batch fetched');
  await turn;
  while (isFull(member, generation) && isCurrent(member, generation, batch)) {
    await whileAlive(generation, batch, roomIn(generation));
  }
}

const isCurrent = (member: Member, generation: Generation, batch: FetchedBatch): boolean =>
  member.generation === generation && !generation.ended.signal.aborted && batch.isCurrent();

/**
 * A batch fetched before a rebalance can arrive after it, ahead of the committed position; to take
 * it would skip what lies between (compare tulios/kafkajs issue 1046). Seeks back, once.
 */
function startsTooLate(member: Member, held: HeldPartition, batch: FetchedBatch): boolean {
  const [first] = batch.messages;
  if (first === undefined || held.soughtBack || held.tracker.position() !== undefined) return false;
  if (first.offset <= held.start) return false;
  held.soughtBack = true;
  member.subscription.seek({ topic: held.topic, partition: held.partition, offset: held.start });
  return true;
}

type MainPartition = {
  readonly topic: string;
  readonly held: HeldPartition;
  readonly retry: HeldPartition;
};

/** Resolves when the turn of what was fetched together is over. */
function takeMain(
  member: Member,
  generation: Generation,
  { topic, held, retry }: MainPartition,
  batch: FetchedBatch,
): Promise<void> {
  const messages = newMessages(held, batch);
  const turn = member.turns.begin(messages.length);
  for (const message of messages) {
    held.tracker.add(message.offset);
    held.lanes.push(message.key, async () => {
      const { signal } = generation.ended;
      const done = await guarded(member, () =>
        member.processor.main(topic, message, retry, signal),
      );
      turn.ended();
      if (!done) return;
      finish(member, generation, held, message);
      if (generation.waitingForRoom.length > 0) makeRoom(member, generation);
    });
  }
  batch.accept();
  return turn.over;
}

function takeParked(
  member: Member,
  generation: Generation,
  held: HeldPartition,
  topic: string,
  batch: FetchedBatch,
): void {
  for (const message of newMessages(held, batch)) {
    held.tracker.add(message.offset);
    markParked(held, message.key, message.offset);
    held.lanes.push(message.key, async () => {
      const { signal } = generation.ended;
      const done = await guarded(member, () =>
        member.processor.parked(topic, message, held, signal),
      );
      if (!done) return;
      finish(member, generation, held, message);
      if (held.paused && held.tracker.open() <= PARKED_WINDOW / 2) setPaused(member, held, false);
      resumeMain(member, generation, topic, held);
    });
  }
  batch.accept();
  if (held.tracker.open() >= PARKED_WINDOW) setPaused(member, held, true);
  resumeMain(member, generation, topic, held);
}

/** Processing never throws; if it does after all, that is a bug that must not go on unseen. */
async function guarded(member: Member, task: () => Promise<boolean>): Promise<boolean> {
  try {
    return await task();
  } catch (error) {
    member.options.onFatal(error);
    return false;
  }
}

function finish(
  member: Member,
  generation: Generation,
  held: HeldPartition,
  message: FetchedMessage,
): void {
  held.tracker.done(message.offset);
  member.committer.schedule(generation);
}

/** Waits for something of our own and keeps the membership alive meanwhile. */
async function whileAlive(
  generation: Generation,
  batch: FetchedBatch,
  until: Promise<void>,
): Promise<void> {
  const { signal } = generation.ended;
  const settled = until.then(() => true as const);
  while (!signal.aborted) {
    const timer = new AbortController();
    const tick = waitFor(HEARTBEAT_MS, AbortSignal.any([signal, timer.signal]));
    const reached = await Promise.race([settled, tick]);
    timer.abort();
    if (reached === true) return;
    if (!signal.aborted) await batch.heartbeat();
  }
}
