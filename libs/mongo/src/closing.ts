import type { Db, MongoClient } from 'mongodb';

type Task = () => Promise<void>;

const tasks = new WeakMap<MongoClient, Task[]>();

/** Runs the task before the connection of the database is closed. */
export function beforeClosing({ client }: Db, task: Task): void {
  const known = tasks.get(client);
  if (known) known.push(task);
  else tasks.set(client, [task]);
}

/** Runs what stores have still to do; afterwards they must not be written to. */
export async function finishStores(client: MongoClient): Promise<void> {
  const known = tasks.get(client) ?? [];
  tasks.delete(client);
  await Promise.all(known.map((task) => task()));
}
