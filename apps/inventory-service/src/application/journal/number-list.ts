/**
 * A list of numbers that is emptied and filled again, record after record. One that grows from nothing each
 * time leaves three times its size behind as garbage.
 */
export class NumberList {
  /** Those before `count` are in it. */
  readonly list: number[] = [];
  count = 0;

  add(value: number): this {
    this.list[this.count] = value;
    this.count += 1;
    return this;
  }

  set(at: number, value: number): void {
    this.list[at] = value;
  }

  toArray(): number[] {
    return this.list.slice(0, this.count);
  }

  clear(): void {
    this.count = 0;
  }
}
