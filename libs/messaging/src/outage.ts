/**
 * Who may call a dependency that may be away, as a pure machine; `outages.ts` gives it time and promises.
 *
 * A dependency is up until a call that began while it was up ends without an answer, and away until it
 * answers a call that began later. While it is away, waiting events are called one per turn. A call
 * that met the fault may have been its cause: that event is a suspect. When the dependency is up
 * again, suspects are called one after the other beside everything else. A suspect that alone meets
 * no answer then has failed; nothing else counts as a try.
 */
export type Outage = {
  readonly away: boolean;
  /** When the dependency came up or went away. */
  readonly since: Moment;
  /** When the present time up began, or the last one. */
  readonly upSince: Moment;
  /** Events that wait for a turn or for the end, in order; nothing speaks against them. */
  readonly waiting: readonly Ticket[];
  /** Suspects that wait, in order. */
  readonly queue: readonly Ticket[];
  /** All suspects, wherever they are. */
  readonly suspects: ReadonlySet<Ticket>;
  /** The suspect that may call while the dependency is up. */
  readonly examined: Ticket | undefined;
  /** Events that may call although the dependency is away. */
  readonly onTurn: ReadonlySet<Ticket>;
  /** Suspects whose calls run. */
  readonly running: ReadonlySet<Ticket>;
  /** When a call of a suspect ended last. */
  readonly suspectEnded: Moment;
};

/** Names an event that is handled. */
export type Ticket = number;
/** Position in the order in which calls of this process begin and end. */
export type Moment = number;

/** A new state, and the events that may call from now on. */
export type Step = { readonly outage: Outage; readonly go: readonly Ticket[] };

/**
 * What a call without an answer means for its event: a try that failed, nothing until it is called in its
 * turn, or nothing at all, because the dependency has answered a later call since.
 */
export type Meaning = 'counts' | 'wait' | 'again';

export const UP: Outage = {
  away: false,
  since: 0,
  upSince: 0,
  waiting: [],
  queue: [],
  suspects: new Set(),
  examined: undefined,
  onTurn: new Set(),
  running: new Set(),
  suspectEnded: 0,
};

type Ended = { readonly ticket: Ticket; readonly at: Moment };

/** An event has to wait, unless the dependency is up by now and nothing speaks against the event. */
export function waits(outage: Outage, ticket: Ticket): Step {
  if (outage.suspects.has(ticket)) {
    return examineNext({ ...outage, queue: [...outage.queue, ticket] });
  }
  if (!outage.away) return { outage, go: [ticket] };
  return { outage: { ...outage, waiting: [...outage.waiting, ticket] }, go: [] };
}

/** It is time to ask an event whether the dependency is back: a suspect only when no other waits. */
export function turn(outage: Outage): Step {
  const { away, waiting, queue } = outage;
  const [next] = waiting.length > 0 ? waiting : queue;
  if (!away || next === undefined) return { outage, go: [] };
  return {
    outage: {
      ...outage,
      ...(waiting.length > 0 ? { waiting: waiting.slice(1) } : { queue: queue.slice(1) }),
      onTurn: withTicket(outage.onTurn, next),
    },
    go: [next],
  };
}

/** Whether an event that was let go may still call: its turn may be over by the time that it can. */
export function mayCall({ away, onTurn, suspects, examined }: Outage, ticket: Ticket): boolean {
  if (away) return onTurn.has(ticket);
  return !suspects.has(ticket) || examined === ticket;
}

/** A call has begun. */
export const began = (outage: Outage, ticket: Ticket): Outage =>
  outage.suspects.has(ticket) ? { ...outage, running: withTicket(outage.running, ticket) } : outage;

/** A call that began at `begunAt` has ended without an answer. */
export function faulted(
  outage: Outage,
  { ticket, at, begunAt }: Ended & { readonly begunAt: Moment },
): Step & { readonly meaning: Meaning } {
  const { away, since, upSince, suspects } = outage;
  const begunUp = begunAt >= upSince && (!away || begunAt < since);
  const after = callEnded(outage, { ticket, at });
  if (!begunUp) {
    return away
      ? { outage: after, go: [], meaning: 'wait' }
      : { ...examineNext(after), meaning: 'again' };
  }
  const counts = suspects.has(ticket) && isAlone(outage, ticket, begunAt);
  return {
    outage: {
      ...after,
      ...(!away && { away: true, since: at }),
      suspects: withTicket(after.suspects, ticket),
    },
    go: [],
    meaning: counts ? 'counts' : 'wait',
  };
}

/**
 * A call has ended otherwise, whatever came of it. An event that had a turn and needed nothing of
 * the dependency passes the turn on.
 */
export function ended(outage: Outage, call: Ended): Step {
  const { ticket } = call;
  const passesOn = outage.onTurn.has(ticket) && !outage.suspects.has(ticket);
  const after = callEnded(outage, call);
  const cleared = { ...after, suspects: without(after.suspects, ticket) };
  if (!cleared.away) return examineNext(cleared);
  return passesOn && cleared.waiting.length > 0 ? turn(cleared) : { outage: cleared, go: [] };
}

/** The dependency has answered a call: whoever waits goes on, suspects one after the other. */
export function answered(
  outage: Outage,
  { begunAt, at }: { readonly begunAt: Moment; readonly at: Moment },
): Step {
  // A call from before the outage may have been answered before it, too.
  if (!outage.away || begunAt <= outage.since) return { outage, go: [] };
  const up: Outage = {
    ...outage,
    away: false,
    since: at,
    upSince: at,
    waiting: [],
    onTurn: new Set(),
    examined: undefined,
  };
  const { outage: after, go } = examineNext(up);
  return { outage: after, go: [...outage.waiting, ...go] };
}

/** An event was let go and has not called. */
export const putBack = (outage: Outage, ticket: Ticket): Step =>
  examineNext({
    ...outage,
    examined: outage.examined === ticket ? undefined : outage.examined,
    onTurn: without(outage.onTurn, ticket),
  });

/** An event is done with, or somebody else's by now. */
export const left = (outage: Outage, ticket: Ticket): Step =>
  examineNext({
    ...outage,
    waiting: outage.waiting.filter((other) => other !== ticket),
    queue: outage.queue.filter((other) => other !== ticket),
    suspects: without(outage.suspects, ticket),
    examined: outage.examined === ticket ? undefined : outage.examined,
    onTurn: without(outage.onTurn, ticket),
    running: without(outage.running, ticket),
  });

/** Lets the next suspect go when the dependency is up and no other one is called. */
function examineNext(outage: Outage): Step {
  const [next, ...queue] = outage.queue;
  if (outage.away || outage.examined !== undefined || next === undefined) {
    return { outage, go: [] };
  }
  return { outage: { ...outage, queue, examined: next }, go: [next] };
}

/** Whether no other suspect was called at any time since the moment. */
function isAlone({ running, suspectEnded }: Outage, ticket: Ticket, since: Moment): boolean {
  const others = running.size - (running.has(ticket) ? 1 : 0);
  return others === 0 && suspectEnded <= since;
}

const callEnded = (outage: Outage, { ticket, at }: Ended): Outage => ({
  ...outage,
  examined: outage.examined === ticket ? undefined : outage.examined,
  onTurn: without(outage.onTurn, ticket),
  running: without(outage.running, ticket),
  suspectEnded: outage.running.has(ticket) ? at : outage.suspectEnded,
});

const withTicket = (tickets: ReadonlySet<Ticket>, ticket: Ticket): ReadonlySet<Ticket> =>
  tickets.has(ticket) ? tickets : new Set([...tickets, ticket]);

function without(tickets: ReadonlySet<Ticket>, ticket: Ticket): ReadonlySet<Ticket> {
  if (!tickets.has(ticket)) return tickets;
  const rest = new Set(tickets);
  rest.delete(ticket);
  return rest;
}
