/** What runs: tests of a file by their titles, or a script. */
type Part =
  | {
      readonly project: 'unit' | 'int';
      readonly file: string;
      /** Part of the title; absent: all tests of the file. */
      readonly title?: string;
    }
  | { readonly script: string; readonly args: readonly string[] };

export type Scenario = {
  readonly name: string;
  /** What has to come out, beside what the tests assert. */
  readonly target: string;
  readonly parts: readonly Part[];
  readonly env?: Readonly<Record<string, string>>;
};

const races = (title: string): Part => ({
  project: 'int',
  file: 'test/scenarios/races.int.test.ts',
  title,
});
const chaos = (title: string): Part => ({
  project: 'int',
  file: 'test/chaos/chaos.int.test.ts',
  title,
});
const recovery = (operations: string): Part => ({
  script: 'bench/recovery-main.ts',
  args: ['--operations', operations],
});
const FULL = { SCENARIO_SIZE: 'full' };

/** The proofs of the engine, by the number that they have in its requirements. */
export const SCENARIOS: Readonly<Record<number, Scenario>> = {
  1: {
    name: 'stock 20,000, 64 callers, three times the demand in mixed quantities',
    target: 'promised 20000, oversold 0',
    parts: [races('three times the stock')],
    env: FULL,
  },
  2: {
    name: 'the last piece, 1,000 callers at once, 200 rounds',
    target: 'winnersPerRound [1]',
    parts: [races('the last piece')],
    env: FULL,
  },
  3: {
    name: 'lines of one order on the same article; one order over several channels',
    target: 'oversold 0 (asserted)',
    parts: [
      { project: 'int', file: 'test/oversell.int.test.ts' },
      { project: 'int', file: 'test/channels.int.test.ts' },
    ],
  },
  4: {
    name: 'one operation id 50 times at once, after a restart, with another quantity',
    target: 'one effect, other content refused (asserted)',
    parts: [
      { project: 'int', file: 'test/engine.int.test.ts', title: 'an operation id has one effect' },
    ],
  },
  5: {
    name: 'SIGKILL of the owner under load, 20 times',
    target: 'acknowledged lost 0, done twice 0 (asserted), backMsP95 < 3000',
    parts: [chaos('SIGKILL of the owner')],
    env: { CHAOS_KILLS: '20' },
  },
  6: {
    name: 'SIGKILL of the database under load, 8 times',
    target:
      'acknowledged > 300000, lost 0 (asserted); unsynced: nothing lost in silence (asserted)',
    parts: [
      chaos('SIGKILL of the database'),
      { project: 'int', file: 'test/chaos/unsynced.int.test.ts' },
    ],
    env: { CHAOS_KILLS: '8', CHAOS_ORDERS: '40000' },
  },
  7: {
    name: 'an owner stopped past its lease, another one meanwhile',
    target: 'writes of the stale owner 0, ended by its first append (asserted)',
    parts: [chaos('an owner that was stopped')],
  },
  8: {
    name: 'the reply of the database gets lost after the write, 1,000 times',
    target: 'lost > 1000, done twice 0, refused wrongly 0 (asserted)',
    parts: [chaos('replies of the database get lost')],
    env: { CHAOS_KILLS: '100' },
  },
  9: {
    name: 'confirm, expiry and release race for 10,000 holds',
    target: 'endsPerHold [1]',
    parts: [races('confirm, release and expiry')],
    env: FULL,
  },
  10: {
    name: 'clocks that jump an hour, a successor ten minutes behind',
    target: 'lateMs from 0 to 2000, monotone (asserted)',
    parts: [{ project: 'int', file: 'test/chaos/clock.int.test.ts' }],
  },
  11: {
    name: 'the reference model, every interleaving of a small order, 100,000 simulated lives',
    target: 'counter-examples 0 (asserted)',
    parts: [
      { project: 'unit', file: 'src/domain/model.test.ts' },
      { project: 'unit', file: 'src/domain/exhaustive.test.ts' },
      { project: 'unit', file: 'test/simulation/simulation.test.ts' },
    ],
    env: { SIMULATION_SEEDS: '100000' },
  },
  12: {
    name: 'a soak of a million operations, then an audit; one altered byte of the journal',
    target: 'differences 0, the record named and refused (asserted)',
    parts: [races('after a soak'), chaos('one altered byte')],
    env: FULL,
  },
  13: {
    name: 'recovery of one and of five million operations, without and with a snapshot',
    target: 'secondsPerMillion < 3 and < 2.4, snapshotSeconds < 1 for a million',
    parts: [recovery('1000000'), recovery('5000000')],
  },
};

export type { Part };
