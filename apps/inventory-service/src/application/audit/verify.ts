import { auditHolds } from '../../domain/invariants.ts';
import type { State } from '../../domain/stock.ts';
import type { Cell } from '../../domain/goods.ts';
import { cellKey } from '../../domain/goods.ts';
import type { Host } from '../hosting/host.ts';
import { JournalBroken } from '../journal/record.ts';
import { createReplica } from '../partition/replica.ts';
import type { Replica } from '../partition/replica.ts';
import type { Projections, Timing } from '../ports.ts';
import type { RecoverDeps } from '../hosting/recover.ts';
import { catchUp } from '../hosting/recover.ts';
import type { Leadership } from '../hosting/leadership.ts';

export type Difference = {
  readonly what: 'JOURNAL' | 'MEMORY' | 'HOLDS' | 'PROJECTION';
  readonly key: string;
  readonly expected: string;
  readonly found: string;
};

export type Verification = {
  readonly records: number;
  readonly operations: number;
  readonly differences: readonly Difference[];
};

const DIFFERENCES_MAX = 1_000;
const PROJECTION_WAIT_MS = 2_000;

/**
 * Folds a partition's journal from its first record and compares: each record with its hash and with
 * what deciding it again gives, the result with the owner's memory, the sums of the holds with what
 * the cells say, the projection with the journal.
 */
export function makeVerify(
  deps: RecoverDeps & {
    readonly hosts: readonly Host[];
    readonly projections: Projections;
    readonly timing: Timing;
  },
) {
  return async (partition: string): Promise<Verification> => {
    let records = 0;
    let operations = 0;
    const differences: Difference[] = [];
    for (const host of deps.hosts) {
      const leadership = host.current();
      if (!leadership || (partition !== '' && partition !== host.partition)) continue;
      const folded = createReplica(host.partition, deps.idempotencyWindow);
      try {
        differences.push(...(await compare(folded, leadership, deps)));
      } catch (error) {
        if (!(error instanceof JournalBroken)) throw error;
        const key = `${error.partition}:${error.sequence}`;
        differences.push({ what: 'JOURNAL', key, expected: 'intact', found: error.message });
      }
      records += folded.sequence;
      operations += folded.operations;
    }
    return { records, operations, differences: differences.slice(0, DIFFERENCES_MAX) };
  };
}

type OwnerView = { readonly sequence: number; readonly cells: ReadonlyMap<string, string> };

async function compare(
  folded: Replica,
  leadership: Leadership,
  deps: RecoverDeps & { readonly projections: Projections; readonly timing: Timing },
): Promise<Difference[]> {
  await catchUp(folded, deps);
  const memory = await new Promise<OwnerView>((resolve) =>
    leadership.owner.atBoundary(({ sequence, state }) =>
      resolve({ sequence, cells: allValuesOf(state.cells) }),
    ),
  );
  await new Promise<void>((resolve) =>
    leadership.driver.whenDurable({ release: resolve, abandon: resolve }),
  );
  await catchUp(folded, deps, memory.sequence);
  const expected = allValuesOf(folded.state.cells);
  return [
    ...differing('MEMORY', expected, memory.cells),
    ...wrongHolds(folded.state),
    ...(await wrongProjections(folded, leadership, deps)),
  ];
}

const valuesOf = (cells: readonly Cell[]): Map<string, string> =>
  new Map(cells.map((cell) => [cellKey(cell), text(cell)]));

/** What a projection does not show, too: a later count is measured by it. */
const allValuesOf = (cells: readonly Cell[]): Map<string, string> =>
  new Map(cells.map((cell) => [cellKey(cell), `${text(cell)}@${cell.reportedAtMs}`]));

const text = (cell: { quantity: number; held: number; unreported: number }): string =>
  `${cell.quantity}/${cell.held}/${cell.unreported}`;

function differing(
  what: Difference['what'],
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): Difference[] {
  const keys = new Set([...expected.keys(), ...found.keys()]);
  return [...keys]
    .filter((key) => expected.get(key) !== found.get(key))
    .map((key) => ({
      what,
      key,
      expected: expected.get(key) ?? 'absent',
      found: found.get(key) ?? 'absent',
    }));
}

const wrongHolds = (state: State): Difference[] =>
  auditHolds(state).map(({ key, held, sum }) => ({
    what: 'HOLDS',
    key,
    expected: String(sum),
    found: String(held),
  }));

/**
 * A projection that does not come up in time is a difference too: nothing may pass unlooked at.
 * Documents that show a later record than the fold has reached are left out: they are ahead.
 */
async function wrongProjections(
  folded: Replica,
  leadership: Leadership,
  deps: { readonly projections: Projections; readonly timing: Timing },
): Promise<Difference[]> {
  const { partition, sequence } = folded;
  await Promise.race([
    leadership.projected.reached(sequence),
    deps.timing.delay(PROJECTION_WAIT_MS),
  ]);
  const place = leadership.projected.position();
  if (place < sequence) {
    return [{ what: 'PROJECTION', key: partition, expected: `${sequence}`, found: `${place}` }];
  }
  const expected = valuesOf(folded.state.cells);
  const found = new Map<string, string>();
  for await (const shown of deps.projections.cells(partition)) {
    const key = cellKey(shown.cell);
    if (shown.sequence > sequence) expected.delete(key);
    else found.set(key, text(shown));
  }
  return differing('PROJECTION', expected, found);
}
