/** Remembers which messages of a partition are done and how far that reaches without a gap. */
export type OffsetTracker = {
  /** Offsets must come in ascending order; gaps (compaction, control records) are allowed. */
  add(offset: bigint): void;
  done(offset: bigint): void;
  /** Offset to commit: that of the first message not done; undefined before anything is done. */
  committable(): bigint | undefined;
  /** One behind the last message added; undefined before the first. */
  position(): bigint | undefined;
  open(): number;
};

export function createOffsetTracker(): OffsetTracker {
  /** In insertion order, which is the order of offsets. */
  const pending = new Map<bigint, boolean>();
  let contiguous: bigint | undefined;
  let position: bigint | undefined;
  let finished = 0;
  return {
    add: (offset) => {
      if (position !== undefined && offset < position) {
        throw new RangeError(`offset ${offset} comes after ${position - 1n}`);
      }
      pending.set(offset, false);
      position = offset + 1n;
    },
    done: (offset) => {
      if (pending.get(offset) !== false) return;
      pending.set(offset, true);
      finished += 1;
      for (const [first, isDone] of pending) {
        if (!isDone) break;
        pending.delete(first);
        finished -= 1;
        contiguous = first + 1n;
      }
    },
    committable: () => contiguous,
    position: () => position,
    open: () => pending.size - finished,
  };
}
