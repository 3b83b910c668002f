import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKafka, ensureMongo, startKafka, startMongo } from '@astrolabe/local-servers';
import type { TestProject } from 'vitest/node';

/** One broker and one database for the whole run; every file gets names of its own on them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  await ensureKafka(log);
  await ensureMongo(log);
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-test-'));
  const [kafka, mongo] = await Promise.all([
    startKafka({ dataDir: join(folder, 'kafka') }),
    startMongo({ dataDir: join(folder, 'mongo') }),
  ]);
  project.provide('kafkaBrokers', kafka.brokers);
  project.provide('mongoUri', mongo.uri);
  return async () => {
    await Promise.all([kafka.stop(), mongo.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
}
