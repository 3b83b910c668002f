import type { Place, StockKind } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import { decodeBody } from './body.ts';
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
  /** As `packCells` made them. */
  readonly cells: readonly number[];
  private readonly words: readonly string[];
  private readonly texts: readonly string[];
  private readonly numbers: readonly number[];
  /** Places that were read already, by their word. */
  private readonly places: (Place | undefined)[] = [];
  private operation = 0;
  private number = 0;
  /** Of the texts. */
  private nth = 0;
  private nextNumber = 0;
  private nextText = 0;

  constructor(body: Uint8Array) {
    const { words, cells, texts, numbers } = decodeBody(body);
    this.words = words;
    this.cells = cells;
    this.texts = texts;
    this.numbers = numbers;
  }

  /** Goes to the beginning of the next operation, wherever it is in the one before; false at the end. */
  next(): boolean {
    if (this.nextNumber >= this.numbers.length) return false;
    this.operation = this.nextNumber;
    this.number = this.operation;
    this.nth = this.nextText;
    const size = this.int();
    if (size <= HEAD) throw new TypeError(`an operation of ${size} numbers`);
    this.nextNumber += size;
    this.nextText += this.int();
    this.number = this.operation + HEAD;
    return true;
  }

  /** Goes to the entries of the operation. */
  toEntries(): void {
    this.number = this.operation + (this.numbers[this.operation + 2] ?? 0);
  }

  int(): number {
    const value = this.at(0);
    this.number += 1;
    return value;
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
    const value = this.texts[this.nth];
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
    return this.placeAt(this.at(OUTCOME_HEAD + line * LINE_WIDTH + PLACE_IN_LINE));
  }

  placeAt(position: number): Place {
    const known = this.places[position];
    if (known) return known;
    const key = this.wordAt(position);
    const found = placeFromKey(key);
    if (!found) throw new TypeError(`no place: ${key}`);
    this.places[position] = found;
    return found;
  }

  wordAt(position: number): string {
    const word = this.words[position];
    if (word === undefined) throw new TypeError(`no word ${position}`);
    return word;
  }

  private at(ahead: number): number {
    const value = this.numbers[this.number + ahead];
    if (value === undefined) throw new TypeError(`no number ${this.number + ahead}`);
    return value;
  }
}
