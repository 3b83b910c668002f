/** What is due of a queue, the longest due first; a bounded part of it. */
export type Due<Name> = {
  readonly names: readonly Name[];
  /** Since when the first of them is due; null when nothing is. */
  readonly oldestAt: Date | null;
};
