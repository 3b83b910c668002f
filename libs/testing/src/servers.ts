import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connectMongo } from '@astrolabe/mongo';
import type { MongoConnection } from '@astrolabe/mongo';
import { cleanUpWith } from './clean-up.ts';

declare module 'vitest' {
  interface ProvidedContext {
    mongoUri: string;
    kafkaBrokers: string;
  }
}

/** The addresses of the run's database and broker. */
export function servers(): { mongoUri: string; kafkaBrokers: string } {
  return { mongoUri: inject('mongoUri'), kafkaBrokers: inject('kafkaBrokers') };
}

const unique = (): string => randomBytes(5).toString('hex');

/** A database of this file's own; it is dropped after the file's tests. */
export async function testDatabase(): Promise<MongoConnection & { name: string }> {
  const name = `test_${unique()}`;
  const connection = await connectMongo({
    uri: servers().mongoUri,
    database: name,
    appName: 'test',
  });
  cleanUpWith(async () => {
    await connection.finish();
    await connection.db.dropDatabase();
    await connection.component.stop?.();
  });
  return { ...connection, name };
}

/** A prefix for this file's topics and consumer groups. */
export const testTopicPrefix = (): string => `test.${unique()}.`;
