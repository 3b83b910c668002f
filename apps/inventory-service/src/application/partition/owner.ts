import { apply, nextOverdue } from '../../domain/apply.ts';
import type { Command } from '../../domain/commands.ts';
import { unschedule } from '../../domain/expiry.ts';
import type { Outcome } from '../../domain/outcomes.ts';
import { refused } from '../../domain/outcomes.ts';
import { encodeBody } from '../journal/body.ts';
import { sameContent } from '../journal/pack.ts';
import type { HashRecord, JournalRecord } from '../journal/record.ts';
import { FORMAT_VERSION } from '../journal/record.ts';
import type { Decided } from '../journal/unpack.ts';
import type { Batch, Waiting } from './batch.ts';
import { addToBatch, afterOf, createBatch, hasRoom } from './batch.ts';
import { FairQueue } from './fair-queue.ts';
import type { Offer, Part, Positioned, Slot } from './offers.ts';
import { abandon, partsOf } from './offers.ts';
import type { OperationPosition } from './operation-index.ts';
import { findOperation } from './operation-index.ts';
import type { Replica } from './replica.ts';
import { advance, rememberOperation } from './replica.ts';

/** What the owner asks of the outside; one thing at a time. */
export type Effect =
  | { readonly do: 'APPEND'; readonly record: JournalRecord }
  | { readonly do: 'READ_BACK'; readonly partition: string; readonly sequence: number };

/** What came of it. UNKNOWN: no answer, so it may have happened. */
export type Event =
  | { readonly came: 'APPENDED' }
  | { readonly came: 'UNKNOWN' }
  | { readonly came: 'EXISTS' }
  | { readonly came: 'RECORD'; readonly record: JournalRecord | null };

/** An operation that stands in the journal under the same hash has to be read first. */
export type LookUp = Slot & { readonly position: OperationPosition };

/**
 * The single writer of a partition, as a machine of pure steps: it never waits and calls no database.
 * `offer` takes commands in; `work` decides them into the open batch; `next` seals the batch when
 * nothing is in flight and asks for its append; `on` takes the answer. Whatever was decided, answers
 * and reads alike, is let out only when everything decided up to then is durable, so memory is never
 * visible ahead of the journal and there is nothing to undo.
 */
export class Owner {
  readonly replica: Replica;
  /** Called with each record as it becomes durable, before its answers are let out. */
  onDurable: (record: JournalRecord) => void = () => {};
  private readonly hashOf: HashRecord;
  /** No other process can own the partition yet. */
  private readonly isLeased: () => boolean;
  private readonly leadership: { readonly name: string; readonly epoch: number };
  private open: Batch;
  private inFlight: { readonly record: JournalRecord; readonly batch: Batch } | null = null;
  private readonly queue: FairQueue<Part>;
  private readonly collisions: Slot[] = [];
  private lookUps: LookUp[] = [];
  private readonly beingRead = new Set<LookUp>();
  private readonly lookers: ((replica: Replica) => void)[] = [];
  private readonly parked: Waiting[] = [];
  private ended = false;

  constructor(
    replica: Replica,
    leadership: { name: string; epoch: number },
    options: {
      hashOf: HashRecord;
      queueLimit: number;
      sellerQueueLimit: number;
      isLeased: () => boolean;
    },
  ) {
    this.replica = replica;
    this.leadership = leadership;
    this.hashOf = options.hashOf;
    this.queue = new FairQueue(options.queueLimit, options.sellerQueueLimit);
    this.isLeased = options.isLeased;
    this.open = createBatch(replica.sequence + 1);
  }

  /** Fenced or stopped: decides nothing any more. */
  get isEnded(): boolean {
    return this.ended;
  }

  get isIdle(): boolean {
    return !this.inFlight && !this.hasDecided && !this.waits;
  }

  /** Something waits to be decided, and the open batch has room for it. */
  get hasWork(): boolean {
    return !this.ended && this.waits && hasRoom(this.open);
  }

  /** Something is decided and not yet on its way to the journal. */
  get hasDecided(): boolean {
    return !this.ended && this.open.decided.length > 0;
  }

  private get waits(): boolean {
    return !this.queue.isEmpty || this.collisions.length > 0;
  }

  /** Takes the commands in, to be decided by `work`; refuses them when too many wait already. */
  offer(offer: Offer): void {
    if (this.ended) return offer.undecided('NOT_OWNER');
    const { commands } = offer;
    const parts = partsOf(commands);
    const fits =
      this.queue.hasRoom(commands.length) &&
      [...parts].every(([sellerId, places]) => this.queue.hasShare(sellerId, places.length));
    if (!fits) return offer.undecided('OVERLOADED');
    const missing = commands.length;
    const pending = { offer, outcomes: [], started: false, missing, abandoned: false };
    for (const [sellerId, places] of parts) {
      this.queue.push(sellerId, { pending, places, next: 0 }, places.length);
    }
  }

  /**
   * Releases when all that is decided so far is durable: how answers and reads are let out. An append
   * proves by itself that no other owner has come; what is let out without one of its own is let out
   * under the lease only, or a stale owner would answer from a state that has moved on elsewhere.
   */
  whenDurable(waiting: Waiting): void {
    if (this.ended) waiting.abandon();
    else if (this.open.decided.length > 0) this.open.waiting.push(waiting);
    else if (this.inFlight) this.inFlight.batch.waiting.push(this.underLease(waiting));
    else this.underLease(waiting).release();
  }

  /** Past the lease it has to wait: a renewal proves that no other process owns the partition. */
  private underLease(waiting: Waiting): Waiting {
    const { abandon } = waiting;
    return {
      abandon,
      release: () => (this.isLeased() ? waiting.release() : this.parked.push(waiting)),
    };
  }

  /** The lease was renewed: it was never anybody else's, so what waited for that is let out. */
  leaseRenewed(): void {
    for (const waiting of this.parked.splice(0)) waiting.release();
  }

  /**
   * Decides what waits, as far as the open batch has room, and not much more than `most` commands of it;
   * overdue holds come first.
   */
  work(nowMs: number, most = Number.MAX_SAFE_INTEGER): void {
    if (this.ended) return;
    this.expireOverdue(nowMs);
    while (this.collisions.length > 0 && hasRoom(this.open)) {
      const slot = this.collisions.shift();
      if (slot) this.settle(slot, this.execute(slot.command, nowMs));
    }
    for (let left = most; left > 0 && hasRoom(this.open);) {
      const turn = this.queue.turn();
      if (!turn) return;
      left -= this.workOn(turn.item, turn.most, nowMs);
    }
  }

  /** How many commands of the part have left it: decided, or found too late. */
  private workOn(part: Part, most: number, nowMs: number): number {
    const { pending, places } = part;
    const { commands, deadlineMs } = pending.offer;
    if (!pending.started && deadlineMs < nowMs && !pending.abandoned) {
      pending.abandoned = true;
      pending.offer.undecided('TOO_LATE');
    }
    if (pending.abandoned) {
      const late = places.length - part.next;
      this.queue.took(late, true);
      return late;
    }
    pending.started = true;
    const from = part.next;
    while (part.next < places.length && part.next - from < most && hasRoom(this.open)) {
      const at = places[part.next] ?? 0;
      const command = commands[at];
      part.next += 1;
      if (command) this.decide({ pending, at, command }, nowMs);
    }
    this.queue.took(part.next - from, part.next === places.length);
    return part.next - from;
  }

  private expireOverdue(nowMs: number): void {
    while (hasRoom(this.open)) {
      const due = nextOverdue(this.replica.state, this.timeOf(nowMs));
      if (!due) return;
      const operationId = `expire:${due.ref}`.slice(0, 128);
      const body = { verb: 'EXPIRE', ref: due.ref } as const;
      const { sellerId } = due;
      this.execute(
        { operationId, sellerId, actor: 'inventory-service', messageId: '', body },
        nowMs,
      );
      unschedule(this.replica.state.expiry);
    }
  }

  private decide(slot: Slot, nowMs: number): void {
    const { command } = slot;
    const position = findOperation(this.replica.index, command.sellerId, command.operationId);
    if (!position) return this.settle(slot, this.execute(command, nowMs));
    const batch = this.undurable(position.sequence);
    if (!batch) {
      this.queue.setAside(command.sellerId);
      this.lookUps.push({ ...slot, position });
      return;
    }
    this.decideAgain(slot, position, batch.decided[position.index] ?? null, nowMs);
  }

  private undurable(sequence: number): Batch | null {
    if (sequence === this.open.sequence) return this.open;
    return this.inFlight?.batch.sequence === sequence ? this.inFlight.batch : null;
  }

  /** The journal operations that have to be read; the caller answers each with `lookedUp`. */
  takeLookUps(): LookUp[] {
    const lookUps = this.lookUps;
    if (lookUps.length > 0) this.lookUps = [];
    for (const lookUp of lookUps) this.beingRead.add(lookUp);
    return lookUps;
  }

  lookedUp(lookUp: LookUp, decided: Decided | null, nowMs: number): void {
    if (this.ended) return;
    this.beingRead.delete(lookUp);
    this.queue.finish(lookUp.command.sellerId);
    this.decideAgain(lookUp, lookUp.position, decided, nowMs);
  }

  /** Same id and content: the stored outcome. Other content: a conflict. Other id: a collision. */
  private decideAgain(
    slot: Slot,
    position: OperationPosition,
    decided: Decided | null,
    nowMs: number,
  ): void {
    const { command } = slot;
    const isSame =
      decided?.command.operationId === command.operationId &&
      decided.command.sellerId === command.sellerId;
    if (!isSame) {
      if (hasRoom(this.open)) this.settle(slot, this.execute(command, nowMs));
      else this.collisions.push(slot);
      return;
    }
    const equal = sameContent(decided.command.body, command.body);
    const outcome = equal ? decided.outcome : refused('CONFLICT', 'OPERATION_ID_REUSED').outcome;
    this.settle(slot, this.positioned(outcome, position.sequence));
  }

  private execute(command: Command, nowMs: number): Positioned {
    const timeMs = this.open.decided.length > 0 ? this.open.timeMs : this.timeOf(nowMs);
    const decision = apply(this.replica.state, command, timeMs);
    const { outcome } = decision;
    const { sequence } = this.open;
    if (!decision.changed) return this.positioned(outcome, this.decidedUpTo());
    this.open.timeMs = timeMs;
    const at = addToBatch(this.open, command, decision);
    rememberOperation(this.replica.index, command, outcome, sequence, at);
    return this.positioned(outcome, sequence);
  }

  private positioned(outcome: Outcome, sequence: number): Positioned {
    return { outcome, partition: this.replica.partition, sequence };
  }

  /** The newest record that anything decided so far stands in. */
  decidedUpTo(): number {
    return this.open.decided.length > 0 ? this.open.sequence : this.replica.sequence;
  }

  /** Journal time never goes back, whatever the clock does. */
  private timeOf(nowMs: number): number {
    return Math.max(nowMs, this.replica.timeMs);
  }

  private settle({ pending, at }: Slot, answer: Positioned): void {
    pending.outcomes[at] = answer;
    pending.missing -= 1;
    if (pending.missing > 0) return;
    const { offer, outcomes } = pending;
    this.whenDurable({
      release: () => offer.answered(outcomes),
      abandon: () => abandon(pending),
    });
  }

  /**
   * Shows the replica at a moment when its state stands exactly at its sequence: between two batches.
   * For audits; `look` must not keep it.
   */
  atBoundary(look: (replica: Replica) => void): void {
    if (this.open.decided.length === 0) look(this.replica);
    else this.lookers.push(look);
  }

  /** The next append, when there is something to append and none is in flight. */
  next(): Effect | null {
    if (this.ended || this.inFlight || this.open.decided.length === 0) return null;
    const batch = this.open;
    const { replica, leadership } = this;
    const body = encodeBody(batch.tables, replica.touched);
    const record: JournalRecord = {
      partition: replica.partition,
      sequence: batch.sequence,
      epoch: leadership.epoch,
      owner: leadership.name,
      timeMs: batch.timeMs,
      operations: batch.decided.length,
      version: FORMAT_VERSION,
      hash: this.hashOf(replica.hash, leadership.epoch, batch.timeMs, body),
      body,
      after: afterOf(batch),
    };
    for (const cell of batch.tables.cells) replica.touched[cell.number] = record.sequence;
    advance(replica, record);
    for (const look of this.lookers.splice(0)) look(replica);
    this.inFlight = { record, batch };
    this.open = createBatch(record.sequence + 1, batch);
    return { do: 'APPEND', record };
  }

  /** Takes what came of an effect; returns the next one that the same append needs. */
  on(event: Event): Effect | null {
    const { inFlight } = this;
    if (!inFlight || this.ended) return null;
    const { record } = inFlight;
    switch (event.came) {
      case 'APPENDED':
        this.durable(inFlight);
        return null;
      case 'UNKNOWN':
        return { do: 'APPEND', record };
      case 'EXISTS':
        return { do: 'READ_BACK', partition: record.partition, sequence: record.sequence };
      case 'RECORD': {
        const found = event.record;
        if (!found) return { do: 'APPEND', record };
        const isOurs =
          found.owner === record.owner &&
          found.epoch === record.epoch &&
          found.hash === record.hash;
        if (isOurs) this.durable(inFlight);
        else this.end();
        return null;
      }
    }
  }

  private durable({ record, batch }: { record: JournalRecord; batch: Batch }): void {
    this.inFlight = null;
    this.onDurable(record);
    for (const waiting of batch.waiting.splice(0)) waiting.release();
  }

  /**
   * Fenced, or the leadership has ended: waiting calls are abandoned. What was in flight may have
   * happened; asking again under the same operation id is safe in every case.
   */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const part of this.queue.clear()) abandon(part.pending);
    for (const slot of this.collisions.splice(0)) abandon(slot.pending);
    for (const slot of [...this.lookUps.splice(0), ...this.beingRead]) abandon(slot.pending);
    this.beingRead.clear();
    for (const waiting of this.parked.splice(0)) waiting.abandon();
    for (const batch of [this.inFlight?.batch, this.open]) {
      for (const waiting of batch?.waiting.splice(0) ?? []) waiting.abandon();
    }
  }
}
