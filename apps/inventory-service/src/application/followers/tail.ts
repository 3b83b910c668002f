import type { JournalRecord } from '../journal/record.ts';
import type { Journal } from '../ports.ts';

/** Most bytes of bodies and of cells that a window keeps. */
const WINDOW_BYTES = 16_000_000;
/** About what a cell's values take. */
const CELL_BYTES = 32;

/** The end of a partition's journal: each durable record is handed to all who follow, as it comes. */
export class Tail {
  readonly partition: string;
  readonly journal: Journal;
  private readonly windows: Window[] = [];
  /** The newest durable record. */
  sequence: number;

  constructor(partition: string, sequence: number, journal: Journal) {
    this.partition = partition;
    this.sequence = sequence;
    this.journal = journal;
  }

  push(record: JournalRecord): void {
    this.sequence = record.sequence;
    for (const window of this.windows) window.push(record);
  }

  /** For one follower; `part` is what it keeps of a record in memory. */
  window(part: (record: JournalRecord) => JournalRecord): Window {
    const window = new Window(this, part);
    this.windows.push(window);
    return window;
  }
}

/**
 * The newest durable records that one follower has not processed yet. Each is dropped once it is processed,
 * while it is young; who falls behind reads the database instead, so a slow follower costs no memory.
 */
export class Window {
  private readonly tail: Tail;
  private readonly part: (record: JournalRecord) => JournalRecord;
  private readonly records: JournalRecord[] = [];
  private bytes = 0;
  private readonly wakers = new Set<() => void>();

  constructor(tail: Tail, part: (record: JournalRecord) => JournalRecord) {
    this.tail = tail;
    this.part = part;
  }

  /** The newest durable record. */
  get sequence(): number {
    return this.tail.sequence;
  }

  push(record: JournalRecord): void {
    const part = this.part(record);
    this.records.push(part);
    this.bytes += bytesOf(part);
    if (this.bytes > WINDOW_BYTES) this.forget(Math.ceil(this.records.length / 2));
    for (const wake of this.wakers) wake();
  }

  /** Records after `sequence`, up to which all are processed; none when there are none yet. */
  async after(sequence: number, limit: number): Promise<readonly JournalRecord[]> {
    const oldest = this.records[0]?.sequence ?? Number.MAX_SAFE_INTEGER;
    if (sequence >= oldest) this.forget(sequence + 1 - oldest);
    if (sequence >= this.sequence) return [];
    if (sequence + 1 < oldest) {
      const { journal, partition } = this.tail;
      return await journal.readAfter(partition, sequence, limit);
    }
    return this.records.slice(0, limit);
  }

  private forget(count: number): void {
    for (const record of this.records.splice(0, count)) this.bytes -= bytesOf(record);
  }

  /** Resolves at the next record, or when the signal aborts. */
  grown(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.wakers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.wakers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

const bytesOf = ({ body, after }: JournalRecord): number =>
  body.length + (after?.cells.length ?? 0) * CELL_BYTES;
