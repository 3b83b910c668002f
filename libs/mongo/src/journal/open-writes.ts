/** The numbered writes of a lane that query documents do not show yet. */
export type OpenWrites = {
  /** The number of the next write. */
  begin(): number;
  /** The query document shows it, or it never happened. */
  end(numbers: Iterable<number>): void;
  /** All writes up to this number have ended. */
  ended(): number;
};

export function createOpenWrites(): OpenWrites {
  // In the order of their numbers, because a set keeps the order of insertion.
  const open = new Set<number>();
  let last = 0;
  return {
    begin: () => {
      last += 1;
      open.add(last);
      return last;
    },
    end: (numbers) => {
      for (const number of numbers) open.delete(number);
    },
    ended: () => {
      const [oldest] = open;
      return oldest === undefined ? last : oldest - 1;
    },
  };
}
