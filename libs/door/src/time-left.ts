/** What is left of a caller's time, as the options of a call to a peer. */
export type TimeLeft = () => { deadlineMs: number };

/** A caller waits three seconds; the last part of them is for recording the answer. */
const PEERS_MS = 2_800;

/** All calls of one request share its time, however many they are. `ticks`: monotonic milliseconds. */
export function timeLeft(ticks: () => number): TimeLeft {
  const endsAt = ticks() + PEERS_MS;
  return () => ({ deadlineMs: Math.max(1, Math.floor(endsAt - ticks())) });
}
