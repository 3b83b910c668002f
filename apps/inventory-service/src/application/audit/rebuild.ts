import type { Host } from '../hosting/host.ts';
import type { Projections, Timing } from '../ports.ts';
import type { Leadership } from '../hosting/leadership.ts';

export type Rebuilt = {
  readonly partition: string;
  /** Records that were there when it began: all of them are processed again. */
  readonly records: number;
  /** False: it goes on after the answer. */
  readonly done: boolean;
};

/**
 * Makes what was made of the journal anew, from its first record, while the partition serves: the
 * projection of the stock is removed and written again, the events are published again (their
 * consumers recognise them by `ce_sequence`). The readers of the journal do it in their own turn, so
 * there is no second writer meanwhile.
 */
export function makeRebuild(deps: {
  readonly hosts: readonly Host[];
  readonly projections: Projections;
  readonly timing: Timing;
}) {
  return async (
    partition: string,
    what: { readonly projections: boolean; readonly events: boolean },
    leftMs: number,
  ): Promise<Rebuilt[]> => {
    const asked = deps.hosts.filter((host) => partition === '' || partition === host.partition);
    const leaderships = asked.flatMap((host) => host.current() ?? []);
    return await Promise.all(
      leaderships.map(async (leadership) => {
        const records = leadership.tail.sequence;
        const done = await Promise.race([
          rebuild(leadership, records, what, deps.projections).then(() => true),
          deps.timing.delay(leftMs).then(() => false),
        ]);
        return { partition: leadership.partition, records, done };
      }),
    );
  };
}

async function rebuild(
  { partition, projected, relayed }: Leadership,
  records: number,
  what: { readonly projections: boolean; readonly events: boolean },
  projections: Projections,
): Promise<void> {
  const following = [];
  if (what.projections) {
    following.push(projected.rewind(() => projections.clear(partition)).then(() => projected));
  }
  if (what.events) following.push(relayed.rewind(async () => {}).then(() => relayed));
  await Promise.all(following.map(async (each) => await (await each).reached(records)));
}
