/**
 * Preloaded into a process to shift its wall clock: by CLOCK_AHEAD_MS from the start, and at each SIGWINCH
 * by the next of CLOCK_JUMPS_MS. Monotonic time goes on as it does when an administrator sets a clock.
 */
const Real = globalThis.Date;
let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);
const jumps = (process.env.CLOCK_JUMPS_MS ?? '').split(',').map(Number);

globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + aheadMs);
    else super(...given);
  }

  static now() {
    return Real.now() + aheadMs;
  }
};

process.on('SIGWINCH', () => {
  aheadMs += jumps.shift() ?? 0;
});
