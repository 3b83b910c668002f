import type { Collection, Document } from 'mongodb';
import { tracedIn } from '../backend.ts';
import type { Backend, Traced } from '../backend.ts';
import type { AggregateStore, AggregateStoreOptions } from '../contract.ts';
import { storeOn } from '../store-on.ts';
import { documentOf } from '../aggregate-write.ts';
import type { Stored } from '../aggregate-write.ts';
import { beforeClosing } from '../closing.ts';
import { ensureIndexes } from '../indexes.ts';
import { whileStarting } from '../start-wait.ts';
import { createRecentDocuments } from '../recent-documents.ts';
import type { RecentDocuments } from '../recent-documents.ts';
import { createAppender } from './appender.ts';
import { createBehindQueries } from './behind.ts';
import { entryIdsFrom, entryOf, placeIn } from './entry.ts';
import type { Entry } from './entry.ts';
import { createJournalOutbox } from './journal-outbox.ts';
import { createKeeper } from './keeper.ts';
import { createLanes } from './lanes.ts';
import type { LaneDocument } from './lanes.ts';
import { createOpenWrites } from './open-writes.ts';
import { createReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { createShowing } from './showing.ts';
import { createShownWhen } from './shown-when.ts';
import type { ShownWhen } from './shown-when.ts';

const NAMES_AT_ONCE = 1_000;

/**
 * Aggregates whose changes are appended, a document a change, and shown to queries a little later: one
 * insert for all that is written at once, where a change in place costs ten times as much (docs/adr/0064).
 * `collection` holds what queries read, `<collection>.journal` the changes, `<collection>.lanes` who
 * wrote them.
 *
 * What a process of before has left behind is shown before this resolves.
 */
export async function createJournalStore<S>(
  options: AggregateStoreOptions<S>,
): Promise<AggregateStore<S>> {
  const { db, topic, source, collection: name } = options;
  const documents = db.collection<Stored>(name);
  const entries = db.collection<Entry>(`${name}.journal`);
  const lanes = createLanes(entries, db.collection<LaneDocument>(`${name}.lanes`));
  await ensureIndexes(db, [
    { collection: entries.collectionName, indexes: [{ key: { l: 1 }, name: 'lane' }] },
  ]);

  const recent = createRecentDocuments();
  const behind = createBehindQueries();
  const open = createOpenWrites();
  const shownWithEvents = new Set<string>();
  const when = shownWhen(options);
  const showing = createShowing({ name, documents, behind, open, shownWithEvents, when });
  const keeper = createKeeper({ name, documents, entries, lanes, open, showing });
  const reader = createReader(documents, entries);
  const traced = tracedIn(name);
  await whileStarting(db.client, () => keeper.start());
  beforeClosing(db, async () => {
    await showing.stop();
    await keeper.stop();
  });

  const append = createAppender(entries);
  const backend: Backend = {
    outbox: createJournalOutbox({
      documents,
      topic,
      source,
      recent,
      behind,
      read: (id) => reader.read(id),
      shownWithEvents,
    }),
    ...looks(reader, recent, traced),
    write: async (before, write, alone) => {
      await keeper.ready();
      const document = documentOf(before, write);
      const number = open.begin();
      const entry = entryOf(document, placeIn(lanes.own, number));
      try {
        if (!(await traced('insert', () => append(entry, alone)))) {
          open.end([number]);
          return false;
        }
      } catch (error) {
        keeper.inDoubt(number);
        throw error;
      }
      recent.keep(document);
      showing.wrote(document, number, before !== null);
      return true;
    },
    caughtUp: () => showing.caughtUp(),
    remove: async (removed) => {
      await removeAll(documents, entries, removed);
      for (const { _id: id } of removed) recent.forget(id);
    },
  };
  return storeOn(options, documents, backend);
}

function shownWhen<S>({ leisurely, mapping }: AggregateStoreOptions<S>): ShownWhen {
  if (typeof leisurely !== 'function') return createShownWhen(leisurely === true);
  return createShownWhen(({ state }) =>
    leisurely(mapping ? mapping.decode(state as Document) : (state as S)),
  );
}

/** What is known, and what a look at the database tells. */
function looks(
  reader: Reader,
  recent: RecentDocuments,
  traced: Traced,
): Pick<Backend, 'read' | 'glance' | 'isNewest' | 'remembered' | 'notFound' | 'forget'> {
  return {
    read: (id) =>
      traced('find', async () => {
        const known = recent.get(id);
        const isKnown = known !== null && known !== 'absent';
        const isNewest = isKnown && (await reader.isNewest(id, known.version));
        return isNewest ? known : await reader.read(id);
      }),
    glance: async (id) => ({
      document: await traced('find', () => reader.shown(id)),
      isNewest: false,
    }),
    isNewest: (id, version) => traced('find', () => reader.isNewest(id, version)),
    remembered: (id) => recent.get(id),
    notFound: (id) => recent.notFound(id),
    forget: (id) => recent.forget(id),
  };
}

async function removeAll(
  documents: Collection<Stored>,
  entries: Collection<Entry>,
  removed: readonly Pick<Stored, '_id' | 'version'>[],
): Promise<void> {
  const names = removed.flatMap(({ _id: id, version }) => entryIdsFrom(id, 1n, version));
  // The entries first: without them the documents are all there is, and a repeat finds those.
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    await entries.deleteMany({ _id: { $in: names.slice(start, start + NAMES_AT_ONCE) } });
  }
  await documents.deleteMany({ _id: { $in: removed.map(({ _id: id }) => id) } });
}
