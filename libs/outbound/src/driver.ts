import type { Begun, Failed, Outcome, Succeeded } from './attempt.ts';

/** What a call needs of its aggregate and of the other system. */
export type CallPorts<C, S extends Succeeded> = {
  /** Begins the next due call, durably; null when none is due, or another process has it. */
  readonly begin: () => Promise<Begun<C> | null>;
  /** What the other system shows of an earlier attempt; null when it may be sent (again). */
  readonly lookUp: (call: C) => Promise<S | Failed | null>;
  readonly send: (call: C) => Promise<S | Failed>;
  /** Writes down how the attempt ended, and what follows. */
  readonly record: (call: C, outcome: S | Failed) => Promise<void>;
};

/** Who counts attempts, and keeps the errors that were thrown. */
export type CallWatch = {
  readonly attempted: (kind: Outcome['kind']) => void;
  readonly threw: (error: unknown) => void;
};

/**
 * Makes the calls that are due, one after the other, `callsMax` at most: what is left waits for the next
 * turn. A crash leaves a lease that ends. An error that is thrown leaves the call unknown: how far it
 * got is not known.
 */
export async function driveCalls<C, S extends Succeeded>(
  ports: CallPorts<C, S>,
  { attempted, threw }: CallWatch,
  callsMax: number,
): Promise<void> {
  for (let count = 0; count < callsMax; count += 1) {
    const begun = await ports.begin();
    if (!begun) return;
    const outcome = await outcomeOf(ports, begun).catch((error: unknown) => {
      threw(error);
      return unavailable(error);
    });
    attempted(outcome.kind);
    await ports.record(begun.call, outcome);
  }
}

async function outcomeOf<C, S extends Succeeded>(
  { lookUp, send }: CallPorts<C, S>,
  { call, isDoubtful, isSpent }: Begun<C>,
): Promise<S | Failed> {
  const seen = isDoubtful ? await lookUp(call) : null;
  if (seen) return seen;
  return isSpent ? LOST : await send(call);
}

const LOST: Failed = { kind: 'unknown', problem: { code: 'LOST', message: '' } };

const unavailable = (error: unknown): Failed => ({
  kind: 'unknown',
  problem: { code: 'UNAVAILABLE', message: error instanceof Error ? error.name : '' },
});
