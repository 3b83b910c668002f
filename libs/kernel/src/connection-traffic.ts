/** What a call or a message came to, as the figures of its connection have it. */
export type TrafficOutcome = {
  /** Empty: it was answered, or taken. Else why not: the other side's code, or ours. */
  readonly code: string;
  /** The other side is left alone until then; null: it is not. */
  readonly waitsUntil?: Date | null;
};

/** What is known of a connection's calls, or of the messages that came. */
export type ConnectionTraffic = {
  /** Null: none that is known. */
  readonly lastOkAt: Date | null;
  readonly lastFailedAt: Date | null;
  /** Of the last that failed; empty where none is known. */
  readonly lastCode: string;
  /** The other side said that there were too many, and is left alone until then. */
  readonly waitsUntil: Date | null;
  /** Of the last day: answered, and by code those that failed. */
  readonly counts: readonly { readonly code: string; readonly count: number }[];
};

/** Figures of connections, by a name that is told. They are figures: what a process had not written when it died is gone. */
export type TrafficLog = {
  /** Costs no call: it is written with others, soon. */
  tell(connection: string, outcome: TrafficOutcome): void;
  /** In the order asked; null where nothing is known. */
  of(connections: readonly string[]): Promise<readonly (ConnectionTraffic | null)[]>;
};
