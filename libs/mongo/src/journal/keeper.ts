import { createLogger } from '@astrolabe/service';
import type { Collection } from 'mongodb';
import type { Stored } from '../aggregate-write.ts';
import { documentIn, placeIn } from './entry.ts';
import type { Entry } from './entry.ts';
import type { LaneDocument, Lanes } from './lanes.ts';
import type { OpenWrites } from './open-writes.ts';
import type { Showing } from './showing.ts';

/** How often a lane says how far it is, looks for lanes without an owner, and is trimmed. */
const ROUND_MS = 10_000;
/** A lane that has been silent for so long is looked at by others. */
const SILENT_MS = 15_000;
/** An idle lane says that it lives. */
const ALIVE_MS = 600_000;
/**
 * Entries are kept for so long after they are shown. Nobody decides from a document that is older than a
 * third of it, so whoever would write a version that exists finds it.
 */
const KEPT_MS = 900_000;
/** A lane whose owner has been silent for so long is taken away. */
const GONE_MS = 3_600_000;
/** A lost write that the database does not show by then has never happened. */
const DOUBT_MS = 90_000;

export type Keeper = {
  /** Makes the lane known and shows what other processes have left behind. */
  start(): Promise<void>;
  /** Resolves at once unless others may have taken this process for gone. */
  ready(): Promise<void>;
  /** Nobody knows what became of this write. */
  inDoubt(number: number): void;
  stop(): Promise<void>;
};

export type KeeperParts = {
  /** Of the collection. */
  readonly name: string;
  readonly documents: Collection<Stored>;
  readonly entries: Collection<Entry>;
  readonly lanes: Lanes;
  readonly open: OpenWrites;
  readonly showing: Showing;
};

type Told = { readonly at: number; readonly done: number };

/** Keeps the journal of a collection: its lanes, what a process has left behind, and its length. */
export function createKeeper(parts: KeeperParts): Keeper {
  const { name, lanes, open, showing } = parts;
  const logger = createLogger({ service: 'mongo-journal', level: 'warn' });
  const doubts = new Map<number, number>();
  let told: Told[] = [];
  let trimmedTo = 0;
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const tell = async (): Promise<void> => {
    const done = open.ended();
    const at = performance.now();
    await lanes.tell(done);
    told.push({ at, done });
  };
  const tellNews = async (): Promise<void> => {
    const last = told.at(-1);
    const isNews = last?.done !== open.ended();
    if (isNews || performance.now() - last.at >= ALIVE_MS) await tell();
  };
  const trimOwn = async (): Promise<void> => {
    const old = told.filter(({ at }) => performance.now() - at > KEPT_MS).at(-1);
    if (!old || old.done <= trimmedTo) return;
    await lanes.trim(lanes.own, trimmedTo, old.done);
    trimmedTo = old.done;
    told = told.filter(({ at }) => at >= old.at);
  };
  const lookAround = async (): Promise<void> => {
    for (const lane of await lanes.silentSince(new Date(Date.now() - SILENT_MS))) {
      const { _id: id, at } = lane;
      await adopt(parts, lane);
      if (at.getTime() < Date.now() - GONE_MS) await lanes.remove(id);
    }
  };
  const work = async (): Promise<void> => {
    try {
      await settleDoubts(parts, doubts);
      await tellNews();
      await trimOwn();
      await lookAround();
    } catch (error) {
      logger.warn({ err: error, collection: name }, 'the journal was not kept in this round');
    }
  };
  return {
    start: async () => {
      await lanes.open();
      told.push({ at: performance.now(), done: 0 });
      for (const lane of await lanes.silentSince(new Date(Date.now() + GONE_MS))) {
        await adopt(parts, lane);
      }
      timer = setInterval(() => {
        round = round.then(work);
      }, ROUND_MS);
      timer.unref();
    },
    ready: async () => {
      const last = told.at(-1);
      // Said before the first write: a lane that others have taken away would be nobody's.
      if (last && performance.now() - last.at > 2 * ALIVE_MS) await tell();
      await showing.room();
    },
    inDoubt: (number) => void doubts.set(number, performance.now()),
    stop: async () => {
      clearInterval(timer);
      await round;
      await tellNews().catch((error: unknown) => {
        logger.warn({ err: error, collection: name }, 'the last changes will be shown once more');
      });
    },
  };
}

/** Shows what a lane has written and nobody has shown yet. */
async function adopt(
  { documents, lanes, showing }: KeeperParts,
  lane: LaneDocument,
): Promise<void> {
  for await (const { documents: left, upTo } of lanes.rest(lane)) {
    const { _id: id } = lane;
    const versions = new Map<string, bigint>();
    const filter = { _id: { $in: left.map(({ _id: of }) => of) } };
    for (const one of await documents.find(filter, { projection: { version: 1 } }).toArray()) {
      const { _id: of } = one;
      versions.set(of, one.version);
    }
    const missing = left.filter(({ _id: of, version }) => (versions.get(of) ?? 0n) < version);
    await showing.show(missing.map((document) => ({ document, isKnown: true })));
    await lanes.adopted(id, upTo);
  }
}

async function settleDoubts(
  { entries, lanes, open, showing }: KeeperParts,
  doubts: Map<number, number>,
): Promise<void> {
  for (const [number, since] of doubts) {
    const found = await entries.findOne({ l: placeIn(lanes.own, number) });
    if (found) await showing.show([{ document: documentIn(found), isKnown: true }]);
    else if (performance.now() - since < DOUBT_MS) continue;
    doubts.delete(number);
    open.end([number]);
  }
}
