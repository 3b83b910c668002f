import type { Place } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import type { Command } from '../domain/commands.ts';
import type { Hold } from '../domain/holds.ts';
import { divergentCells, placeReports } from '../domain/divergence.ts';
import type { DivergencesAsked, PlaceReports } from '../domain/divergence.ts';
import { partitionOf } from '../domain/partition-of.ts';
import type { Policy } from '../domain/policy-rules.ts';
import { createPolicy } from '../domain/policy-rules.ts';
import { shortCells } from '../domain/repair.ts';
import { listHolds, pageOfCells, sellable, standingOf, viewOf } from '../domain/read.ts';
import type { CellView, CellsFrom, StandingCell } from '../domain/read.ts';
import { findCell } from '../domain/stock.ts';
import type { State } from '../domain/stock.ts';
import { findHoldOf } from '../domain/seller-holds.ts';
import type { Host } from './hosting/host.ts';
import type { Positioned, Undecided } from './partition/offers.ts';
import type { Leadership } from './hosting/leadership.ts';
import type { Milli } from '../domain/quantity.ts';

export type Position = { readonly partition: string; readonly sequence: number };

/** Why a read or a command got no answer here; `address`: where the partition is served. */
export type Refusal = { readonly why: Undecided | 'BEHIND'; readonly address: string };

export type Inventory = {
  /** True when all of these are decided here, now. */
  owns(commands: readonly Pick<Command, 'sellerId'>[]): boolean;
  /** Decides commands in their order; outcomes come when they are durable. */
  execute(
    commands: readonly Command[],
    leftMs: number,
  ): Promise<Result<readonly Positioned[], Refusal>>;
  query(
    request: {
      sellerId: string;
      goodsIds: readonly string[];
      places: readonly Place[];
      from: CellsFrom;
    },
    atLeast: Position | null,
    leftMs: number,
  ): Promise<
    Result<{ cells: readonly StandingCell[]; next: CellsFrom | null; position: Position }, Refusal>
  >;
  /** One number for each of the goods, in their order. */
  sellable(
    request: {
      sellerId: string;
      goodsIds: readonly string[];
      places: readonly Place[];
      /** Channel whose quota counts; empty: none. */
      channel: string;
    },
    leftMs: number,
  ): Promise<Result<readonly Milli[], Refusal>>;
  hold(sellerId: string, ref: string, leftMs: number): Promise<Result<Hold | null, Refusal>>;
  /** The seller's cells that promise more than is there. */
  short(sellerId: string, leftMs: number): Promise<Result<readonly CellView[], Refusal>>;
  /** One number of the seller's; null where it was never opened. */
  cell(
    sellerId: string,
    name: Pick<CellView, 'goodsId' | 'kind' | 'place'>,
    leftMs: number,
  ): Promise<Result<CellView | null, Refusal>>;
  /** What the seller's places have reported, and what of it differs. */
  reports(sellerId: string, leftMs: number): Promise<Result<readonly PlaceReports[], Refusal>>;
  /** A page of the seller's numbers that differ. */
  divergent(
    sellerId: string,
    asked: Omit<DivergencesAsked, 'look'>,
    leftMs: number,
  ): Promise<
    Result<{ readonly cells: readonly StandingCell[]; readonly next: number | null }, Refusal>
  >;
  /** The seller's rules as the last PutPolicy left them. */
  policy(sellerId: string, leftMs: number): Promise<Result<Policy, Refusal>>;
  holds(
    request: { sellerId: string; goodsId: string; after: number; size: number },
    leftMs: number,
  ): Promise<Result<{ holds: readonly Hold[]; next: number | null }, Refusal>>;
};

/** Looking at them takes the writer a few milliseconds. */
const CELLS_LOOKED_AT = 20_000;
/** About a megabyte of an answer. */
const CELLS_A_PAGE = 20_000;

type Read = <T>(
  sellerId: string,
  leftMs: number,
  look: (state: State, leadership: Leadership) => T,
) => Promise<Result<T, Refusal>>;

/** What of a seller's stock differs from reports. */
const differing = (read: Read): Pick<Inventory, 'cell' | 'divergent' | 'reports'> => ({
  cell: (sellerId, { goodsId, place, kind }, leftMs) =>
    read(sellerId, leftMs, (state) => {
      const found = findCell(state.sellers.get(sellerId), goodsId, place, kind);
      return found && viewOf(found);
    }),
  reports: (sellerId, leftMs) =>
    read(sellerId, leftMs, (state) => placeReports(state.sellers.get(sellerId))),
  divergent: (sellerId, asked, leftMs) =>
    read(sellerId, leftMs, (state) => {
      const look = { ...asked, look: CELLS_LOOKED_AT };
      const { cells, next } = divergentCells(state.sellers.get(sellerId), look);
      return { cells: cells.map((cell) => standingOf(state, cell)), next };
    }),
});

export function createInventory(hosts: readonly Host[]): Inventory {
  const byName = new Map(hosts.map((host) => [host.partition, host]));
  const hostOf = (sellerId: string): Host | undefined =>
    byName.get(partitionOf(sellerId, hosts.length));

  const read: Read = async (sellerId, leftMs, look) => {
    const host = hostOf(sellerId);
    const leadership = host?.current() ?? (await host?.leadership(leftMs)) ?? null;
    if (!leadership) return err(notOwner(host));
    const value = look(leadership.owner.replica.state, leadership);
    return await new Promise((resolve) =>
      leadership.driver.whenDurable({
        release: () => resolve(ok(value)),
        abandon: () => resolve(err(notOwner(host))),
      }),
    );
  };

  return {
    owns: (commands) => {
      let ownedSeller: string | null = null;
      for (const { sellerId } of commands) {
        if (sellerId !== ownedSeller && !hostOf(sellerId)?.current()) return false;
        ownedSeller = sellerId;
      }
      return true;
    },
    execute: async (commands, leftMs) => {
      const [first] = commands;
      if (!first) return ok([]);
      const host = hostOf(first.sellerId);
      if (commands.every((command) => hostOf(command.sellerId) === host)) {
        return await executeAt(host, commands, leftMs);
      }
      return await executeApart(commands, hostOf, leftMs);
    },
    query: async ({ from, ...asked }, atLeast, leftMs) => {
      const answer = await read(asked.sellerId, leftMs, (state, { owner, partition }) => {
        const { cells, next } = pageOfCells(state, asked, from, CELLS_A_PAGE);
        const position = { partition, sequence: owner.decidedUpTo() };
        return { cells: cells.map((cell) => standingOf(state, cell)), next, position };
      });
      const behind = answer.ok && atLeast && answer.value.position.sequence < atLeast.sequence;
      return behind ? err({ why: 'BEHIND', address: '' }) : answer;
    },
    sellable: ({ sellerId, goodsIds, places, channel }, leftMs) =>
      read(sellerId, leftMs, (state) => sellable(state, { sellerId, goodsIds, places, channel })),
    hold: (sellerId, ref, leftMs) =>
      read(
        sellerId,
        leftMs,
        (state) => findHoldOf(state, state.sellers.get(sellerId), ref) ?? null,
      ),
    short: (sellerId, leftMs) =>
      read(sellerId, leftMs, (state) => shortCells(state.sellers.get(sellerId)).map(viewOf)),
    ...differing(read),
    // Replaced by the next PutPolicy, never changed: it need not be copied.
    policy: (sellerId, leftMs) =>
      read(sellerId, leftMs, (state) => state.sellers.get(sellerId)?.policy ?? createPolicy()),
    holds: ({ sellerId, goodsId, after, size }, leftMs) =>
      read(sellerId, leftMs, (state) => listHolds(state, sellerId, goodsId, after, size)),
  };
}

const notOwner = (host: Host | undefined): Refusal => ({
  why: 'NOT_OWNER',
  address: host?.holder()?.address ?? '',
});

async function executeAt(
  host: Host | undefined,
  commands: readonly Command[],
  leftMs: number,
): Promise<Result<readonly Positioned[], Refusal>> {
  const leadership = host?.current() ?? (await host?.leadership(leftMs)) ?? null;
  if (!host || !leadership) return err(notOwner(host));
  return await new Promise((resolve) =>
    leadership.driver.offer({
      commands,
      deadlineMs: leadership.now() + leftMs,
      answered: (outcomes) => resolve(ok(outcomes)),
      undecided: (why) => resolve(err({ why, address: host.holder()?.address ?? '' })),
    }),
  );
}

/**
 * Commands of several partitions: each part in its order. One refusal refuses the answer, at once: whoever
 * passes the commands on then does so in the order in which they came.
 */
async function executeApart(
  commands: readonly Command[],
  hostOf: (sellerId: string) => Host | undefined,
  leftMs: number,
): Promise<Result<readonly Positioned[], Refusal>> {
  const parts = new Map<Host | undefined, number[]>();
  commands.forEach((command, at) => {
    const host = hostOf(command.sellerId);
    parts.set(host, [...(parts.get(host) ?? []), at]);
  });
  const outcomes: Positioned[] = [];
  const { promise: refused, resolve: refuse } = Promise.withResolvers<Result<never, Refusal>>();
  const all = [...parts].map(async ([host, places]) => {
    const own = places.flatMap((at) => commands[at] ?? []);
    const answer = await executeAt(host, own, leftMs);
    if (!answer.ok) return refuse(answer);
    places.forEach((at, nth) => {
      const outcome = answer.value[nth];
      if (outcome) outcomes[at] = outcome;
    });
  });
  return await Promise.race([refused, Promise.all(all).then(() => ok(outcomes))]);
}
