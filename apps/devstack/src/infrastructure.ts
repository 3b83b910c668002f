import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  StartAbandoned,
  ensureKafka,
  ensureMongo,
  exitInWords,
  kindOfData,
  startKafka,
  startMongo,
} from '@astrolabe/local-servers';
import type { Child } from '@astrolabe/local-servers';
import type { Options } from './options.ts';
import { KAFKA_PORT, MONGO_PORT } from './server-ports.ts';

/** The broker and the database, ours or somebody else's. */
export type Infrastructure = {
  kafkaBrokers: string;
  mongoUri: string;
  /** Process ids of the servers that we started, for measurements. */
  pids: Record<string, number>;
  stop(): Promise<void>;
};

const BLOCK_BYTES = 512;

export type InfrastructureDeps = {
  stateDir: string;
  log: (line: string) => void;
  /** Breaks the start off. */
  signal: AbortSignal;
  /** Called when one of our servers ends unasked; `how` is in words. */
  onCrash: (what: string, how: string, logFile: string) => void;
};

/**
 * Starts a broker and a database, each only where no address was given. Their programs are there
 * before the data of the last start is deleted, so that a set-up that fails costs nothing.
 */
export async function startInfrastructure(
  options: Options,
  { stateDir, log, signal, onCrash }: InfrastructureDeps,
): Promise<Infrastructure> {
  if (!options.kafkaBrokers) await unlessBrokenOff(signal, ensureKafka(log));
  const dataDirs = {
    kafka: join(stateDir, 'data/kafka'),
    mongo: join(stateDir, 'data/mongo'),
  };
  if (!options.mongoUri) {
    const kind = options.keep ? kindOfData(dataDirs.mongo) : undefined;
    await unlessBrokenOff(signal, ensureMongo(log, kind));
  }
  clearData(
    options,
    [options.kafkaBrokers ? [] : dataDirs.kafka, options.mongoUri ? [] : dataDirs.mongo].flat(),
    log,
  );
  let stopping = false;
  const pids: Record<string, number> = {};
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    stopping = true;
    await Promise.all(stops.map((end) => end()));
  };
  const watch = <S extends Child>(name: string, server: S): S => {
    pids[name] = server.pid;
    stops.push(() => server.stop());
    void server.exited.then((how) => {
      if (!stopping) onCrash(name, exitInWords(how), server.logFile);
    });
    return server;
  };
  const [kafka, mongo] = await Promise.allSettled([
    options.kafkaBrokers
      ? { brokers: options.kafkaBrokers }
      : startKafka({
          dataDir: dataDirs.kafka,
          log,
          signal,
          port: KAFKA_PORT + options.portOffset,
        }).then((server) => watch('kafka', server)),
    options.mongoUri
      ? { uri: options.mongoUri }
      : startMongo({
          dataDir: dataDirs.mongo,
          log,
          signal,
          port: MONGO_PORT + options.portOffset,
        }).then((server) => watch('mongodb', server)),
  ]);
  if (kafka.status === 'rejected' || mongo.status === 'rejected') {
    await stop();
    throw kafka.status === 'rejected' ? kafka.reason : (mongo as PromiseRejectedResult).reason;
  }
  return { kafkaBrokers: kafka.value.brokers, mongoUri: mongo.value.uri, pids, stop };
}

/**
 * A set-up fetches and builds for minutes, in processes that end with this one: who breaks the start off does not wait for it.
 * @throws StartAbandoned when `signal` says so.
 */
export async function unlessBrokenOff(signal: AbortSignal, setUp: Promise<unknown>): Promise<void> {
  const { promise: brokenOff, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(new StartAbandoned('the set-up was broken off'));
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  try {
    await Promise.race([setUp, brokenOff]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Deletes the data of the last start unless it is to be kept, and says which of the two it does. */
export function clearData(
  options: Pick<Options, 'keep'>,
  folders: readonly string[],
  log: (line: string) => void,
): void {
  const there = folders.filter((folder) => existsSync(folder));
  if (there.length === 0) return;
  const names = there.join(' and ');
  if (options.keep) {
    log(`keeping the data of the last start in ${names}`);
    return;
  }
  const size = there.reduce((sum, folder) => sum + sizeOf(folder), 0);
  const amount = `${Math.ceil(size / 1024 ** 2)} MB in ${names}`;
  log(`deleting the data of the last start: ${amount} (npm start -- --keep keeps it)`);
  for (const folder of there) rmSync(folder, { recursive: true, force: true });
}

/** Bytes that the files below a folder take on the disk; logs of the broker have holes. */
const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
    .reduce((sum, file) => sum + (file?.isFile() ? file.blocks * BLOCK_BYTES : 0), 0);
