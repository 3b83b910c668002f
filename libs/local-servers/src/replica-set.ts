import { MongoClient } from 'mongodb';
import type { Db, Document } from 'mongodb';

/** Name of the set of one that a local mongod is. */
export const REPLICA_SET = 'rs0';

const NOT_YET_INITIATED = 94;
const ALREADY_INITIATED = 23;
const TIMEOUT_MS = 30_000;

/** The part of a set's configuration that we read; the rest is kept as it is. */
export type SetConfig = Document & { version: number; members: readonly Document[] };

/**
 * Makes a mongod a replica set of one, as production has it: majority writes mean the same, and the
 * data of an earlier start may have been written under another port. Repeat until it returns true.
 */
export async function becomePrimary(uri: string, host: string): Promise<boolean> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
  try {
    const admin = client.db('admin');
    await configure(admin, host);
    const hello = await admin.command({ hello: 1 });
    return hello['isWritablePrimary'] === true;
  } finally {
    await client.close();
  }
}

async function configure(admin: Db, host: string): Promise<void> {
  const config = await configOf(admin);
  if (config === null) {
    const members = [{ _id: 0, host }];
    await admin
      .command({ replSetInitiate: { _id: REPLICA_SET, members } })
      .catch(unless(ALREADY_INITIATED));
    return;
  }
  const moved = movedTo(config, host);
  if (moved) await admin.command({ replSetReconfig: moved, force: true });
}

async function configOf(admin: Db): Promise<SetConfig | null> {
  const answer = await admin.command({ replSetGetConfig: 1 }).catch(unless(NOT_YET_INITIATED));
  return answer ? (answer['config'] as SetConfig) : null;
}

/** Passes over one error of the server, which says that there is nothing to do. */
const unless =
  (code: number) =>
  (error: unknown): null => {
    if (error instanceof Error && 'code' in error && error.code === code) return null;
    throw error;
  };

/** The configuration for the only member's new address; null when it has that address already. */
export function movedTo(config: SetConfig, host: string): SetConfig | null {
  const [member] = config.members;
  if (member?.['host'] === host) return null;
  return { ...config, version: config.version + 1, members: [{ _id: 0, ...member, host }] };
}
