import type { Place, StockKind } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import { BodyReader } from './body.ts';
import { NONE } from './pack.ts';

const HEAD = 3;
/** Status, reason and count come before an outcome's lines, and a line's place after three numbers. */
const OUTCOME_HEAD = 3;
const LINE_WIDTH = 7;
const PLACE_IN_LINE = 3;

/**
 * Reads the operations of a record one after the other, each from its beginning to its end, as
 * `packOperation` wrote them. Throws TypeError where a body says something that is none.
 */
export class Reader {
  private readonly body: BodyReader;
  /** Places that were read already, by their word. */
  private readonly places: (Place | undefined)[] = [];
  /** Numbers that were read of all operations, and those before the entries of this one. */
  private number = 0;
  private entries = 0;
  /** Of the texts. */
  private nth = 0;
  private nextNumber = 0;
  private nextText = 0;

  constructor(body: Uint8Array) {
    this.body = new BodyReader(body);
  }

  /** As `packCells` made them. */
  get cells(): readonly number[] {
    return this.body.cells;
  }

  /** Goes to the beginning of the next operation, wherever it is in the one before; false at the end. */
  next(): boolean {
    if (this.nextNumber >= this.body.count) return false;
    const operation = this.nextNumber;
    this.goTo(operation);
    this.nth = this.nextText;
    const size = this.int();
    if (size <= HEAD) throw new TypeError(`an operation of ${size} numbers`);
    this.nextNumber += size;
    this.nextText += this.int();
    this.entries = operation + this.int();
    return true;
  }

  /** Goes to the entries of the operation, which are still to come. */
  toEntries(): void {
    this.goTo(this.entries);
  }

  private goTo(number: number): void {
    if (!(number >= this.number && number <= this.body.count)) {
      throw new TypeError(`number ${number} is not ahead`);
    }
    this.body.skip(number - this.number);
    this.number = number;
  }

  int(): number {
    if (this.number >= this.body.count) throw new TypeError(`no number ${this.number}`);
    this.number += 1;
    return this.body.number();
  }

  /** Null where there is none, of a number that is never negative. */
  intOrNone(): number | null {
    const number = this.int();
    return number === NONE ? null : number;
  }

  word(): string {
    return this.wordAt(this.int());
  }

  /** Null where there is none. */
  wordOrNone(): string | null {
    const position = this.int();
    return position === NONE ? null : this.wordAt(position);
  }

  text(): string {
    const value = this.body.texts[this.nth];
    if (value === undefined) throw new TypeError(`no text ${this.nth}`);
    this.nth += 1;
    return value;
  }

  kind(): StockKind {
    return this.int() === 0 ? 'CERTAIN' : 'SHARED';
  }

  kindOrNone(): StockKind | null {
    const code = this.int();
    if (code === NONE) return null;
    return code === 0 ? 'CERTAIN' : 'SHARED';
  }

  place(): Place {
    return this.placeAt(this.int());
  }

  placeOrNone(): Place | null {
    const position = this.int();
    return position === NONE ? null : this.placeAt(position);
  }

  /** As many as the number that comes says. */
  list<T>(read: (reader: this) => T): T[] {
    const items: T[] = [];
    for (let left = this.int(); left > 0; left -= 1) items.push(read(this));
    return items;
  }

  /** Standing before an outcome: the place of one of its lines. */
  placeAhead(line: number): Place {
    const ahead = OUTCOME_HEAD + line * LINE_WIDTH + PLACE_IN_LINE;
    if (this.number + ahead >= this.body.count) throw new TypeError(`no place of line ${line}`);
    return this.placeAt(this.body.ahead(ahead));
  }

  placeAt(position: number): Place {
    const cached = this.places[position];
    if (cached) return cached;
    const key = this.wordAt(position);
    const found = placeFromKey(key);
    if (!found) throw new TypeError(`no place: ${key}`);
    this.places[position] = found;
    return found;
  }

  wordAt(position: number): string {
    const word = this.body.words[position];
    if (word === undefined) throw new TypeError(`no word ${position}`);
    return word;
  }
}
