import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compiledDir,
  ensureKafka,
  ensureMongo,
  isAlive,
  startKafka,
  startMongo,
} from '@astrolabe/local-servers';
import type { TestProject } from 'vitest/node';

/** A folder for this run's data. What an interrupted run left behind goes first. */
function dataFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^astrolabe-test-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `astrolabe-test-${process.pid}-`));
}

/** One broker and one database for the whole run; every file gets names of its own on them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  await ensureKafka(log);
  await ensureMongo(log);
  // For the workers, and for the command line, which tests run many times.
  process.env['NODE_COMPILE_CACHE'] ??= compiledDir();
  const folder = dataFolder();
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
