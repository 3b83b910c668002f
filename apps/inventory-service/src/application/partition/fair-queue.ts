/** Commands of one seller that one turn takes, before the next seller that waits has its turn. */
const TURN = 64;

type Lane<T> = {
  readonly sellerId: string;
  /** Items before `head` have left the queue. */
  readonly items: (T | undefined)[];
  head: number;
  queued: number;
  left: number;
};

/**
 * What waits for the writer, in one lane for each seller. The lanes take turns of at most `TURN`
 * commands, and an item longer than a turn goes on in the next one, so no item waits for more than one
 * turn of each other seller at a time. The order within a lane is kept. Lanes that are empty are gone.
 * What is set aside has no turn, and counts in the bounds until it is finished.
 */
export class FairQueue<T> {
  private readonly limit: number;
  private readonly sellerLimit: number;
  private readonly lanes = new Map<string, Lane<T>>();
  /** Of each seller: commands that were set aside. */
  private readonly unfinished = new Map<string, number>();
  private queued = 0;
  private current: Lane<T> | null = null;

  /** `limit`: commands of all sellers; `sellerLimit`: of any one of them. */
  constructor(limit: number, sellerLimit: number) {
    this.limit = limit;
    this.sellerLimit = sellerLimit;
  }

  get isEmpty(): boolean {
    return this.lanes.size === 0;
  }

  /** Whether `count` more commands fit in all. */
  hasRoom(count: number): boolean {
    return this.queued + count <= this.limit;
  }

  /** Whether the seller's share has room for `count` more. */
  hasShare(sellerId: string, count: number): boolean {
    const queued = this.lanes.get(sellerId)?.queued ?? 0;
    return queued + (this.unfinished.get(sellerId) ?? 0) + count <= this.sellerLimit;
  }

  /** A command that was taken off waits for something else: it goes on counting. */
  setAside(sellerId: string): void {
    this.queued += 1;
    this.unfinished.set(sellerId, (this.unfinished.get(sellerId) ?? 0) + 1);
  }

  /** A command that was set aside is finished. */
  finish(sellerId: string): void {
    const left = (this.unfinished.get(sellerId) ?? 0) - 1;
    if (left < 0) return;
    this.queued -= 1;
    if (left === 0) this.unfinished.delete(sellerId);
    else this.unfinished.set(sellerId, left);
  }

  /** Adds an item of `count` commands behind the seller's others. */
  push(sellerId: string, item: T, count: number): void {
    let lane = this.lanes.get(sellerId);
    if (!lane) {
      lane = { sellerId, items: [], head: 0, queued: 0, left: TURN };
      this.lanes.set(sellerId, lane);
    }
    lane.items.push(item);
    lane.queued += count;
    this.queued += count;
  }

  /** The item whose turn it is, and how many of its commands may be taken now (at least one). */
  turn(): { readonly item: T; readonly most: number } | null {
    if (this.current && this.current.left <= 0) this.rotate(this.current);
    this.current ??= this.lanes.values().next().value ?? null;
    const lane = this.current;
    const item = lane?.items[lane.head];
    return lane && item !== undefined ? { item, most: lane.left } : null;
  }

  /** Takes `count` commands off the item whose turn it is; `done`: nothing of it is left. */
  took(count: number, done: boolean): void {
    const lane = this.current;
    if (!lane) return;
    lane.left -= count;
    lane.queued -= count;
    this.queued -= count;
    if (!done) return;
    // All that it said and who waited for it would be kept until the lane is swept.
    lane.items[lane.head] = undefined;
    lane.head += 1;
    if (lane.head === lane.items.length) {
      this.lanes.delete(lane.sellerId);
      this.current = null;
    } else if (lane.head >= SWEEP_AT) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
  }

  /** Everything that waits, each lane in its order; nothing waits any longer. */
  clear(): T[] {
    const all = [...this.lanes.values()].flatMap((lane) => lane.items.filter(isThere));
    this.lanes.clear();
    this.unfinished.clear();
    this.current = null;
    this.queued = 0;
    return all;
  }

  private rotate(lane: Lane<T>): void {
    lane.left = TURN;
    this.lanes.delete(lane.sellerId);
    this.lanes.set(lane.sellerId, lane);
    this.current = null;
  }
}

const isThere = <T>(item: T | undefined): item is T => item !== undefined;

const SWEEP_AT = 1_024;
