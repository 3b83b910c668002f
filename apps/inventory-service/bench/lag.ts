import { METRIC } from '@astrolabe/telemetry';

const FOLLOWERS = ['projections', 'relay'] as const;

/** Of each follower: how many records were processed at most so late, by the bound in seconds. */
type Counts = ReadonlyMap<(typeof FOLLOWERS)[number], ReadonlyMap<number, number>>;

/** What the service's own metric says about the lag of its followers up to now. */
export async function lagCounts(healthPort: number): Promise<Counts> {
  const response = await fetch(`http://127.0.0.1:${healthPort}/metrics`);
  const lines = (await response.text()).split('\n');
  const countsOf = (follower: string): ReadonlyMap<number, number> => {
    const own = lines.filter(
      (line) =>
        line.startsWith(`${METRIC.inventoryFollowerLag}_bucket`) &&
        line.includes(`follower="${follower}"`),
    );
    return new Map(
      own.flatMap((line) => {
        const bound = /le="([^"]+)"/.exec(line)?.[1];
        return bound === undefined ? [] : [[Number(bound.replace('+Inf', 'Infinity')), last(line)]];
      }),
    );
  };
  return new Map(FOLLOWERS.map((follower) => [follower, countsOf(follower)]));
}

const last = (line: string): number => Number(line.slice(line.lastIndexOf(' ') + 1));

const SHARE = 0.99;

/** The bound below which 99 of 100 records were shown between two counts; seconds, by follower. */
export function lagP99(before: Counts, after: Counts): Record<string, number> {
  return Object.fromEntries(
    FOLLOWERS.map((follower) => {
      const earlier = before.get(follower);
      const grown = [...(after.get(follower) ?? [])].map(
        ([bound, count]) => [bound, count - (earlier?.get(bound) ?? 0)] as const,
      );
      const all = grown.find(([bound]) => bound === Infinity)?.[1] ?? 0;
      const within = grown.find(([, count]) => count >= all * SHARE);
      return [follower, within?.[0] ?? 0];
    }),
  );
}
