import type { JournalRecord } from '../../src/application/journal/record.ts';
import type { Event } from '../../src/application/partition/owner.ts';
import type { Random } from './random.ts';

/**
 * A model of the journal's collection. An append may be lost, may happen without an answer, or may
 * land much later, when nobody reckons with it any more. A unique key is a unique key.
 */
export class Database {
  readonly records = new Map<number, JournalRecord>();
  private late: JournalRecord[] = [];
  private readonly random: Random;
  /** How often things go wrong: once in so many appends. */
  private readonly trouble: number;

  constructor(random: Random, trouble: number) {
    this.random = random;
    this.trouble = trouble;
  }

  append(record: JournalRecord): Event {
    if (!this.random.once(this.trouble)) return this.insert(record);
    switch (this.random.below(3)) {
      case 0:
        this.insert(record);
        return { came: 'UNKNOWN' };
      case 1:
        this.late.push(record);
        return { came: 'UNKNOWN' };
      default:
        return { came: 'UNKNOWN' };
    }
  }

  /** Something that everybody had given up arrives after all. */
  land(): void {
    const at = this.random.below(this.late.length);
    const [record] = this.late.splice(at, 1);
    if (record) this.insert(record);
  }

  readBack(sequence: number): Event {
    if (this.random.once(this.trouble)) return { came: 'UNKNOWN' };
    return { came: 'RECORD', record: this.records.get(sequence) ?? null };
  }

  after(sequence: number): JournalRecord[] {
    const found: JournalRecord[] = [];
    for (let next = sequence + 1; ; next += 1) {
      const record = this.records.get(next);
      if (!record) return found;
      found.push(record);
    }
  }

  private insert(record: JournalRecord): Event {
    if (this.records.has(record.sequence)) return { came: 'EXISTS' };
    this.records.set(record.sequence, record);
    return { came: 'APPENDED' };
  }
}
