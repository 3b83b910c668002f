import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureKafka, ensureMongo, startKafka, startMongo } from '@astrolabe/local-servers';
import type { Options } from './options.ts';

/** The broker and the database, ours or somebody else's. */
export type Infrastructure = {
  kafkaBrokers: string;
  mongoUri: string;
  /** Process ids of the servers that we started, for measurements. */
  pids: Record<string, number>;
  stop(): Promise<void>;
};

const KAFKA_PORT = 9092;
const MONGO_PORT = 27017;

/**
 * Starts a broker and a database, each only where no address was given. `onCrash` is told when one
 * of them ends unasked.
 */
export async function startInfrastructure(
  options: Options,
  stateDir: string,
  log: (line: string) => void,
  onCrash: (what: string, how: string) => void,
): Promise<Infrastructure> {
  if (!options.keep) rmSync(join(stateDir, 'data'), { recursive: true, force: true });
  if (!options.kafkaBrokers) await ensureKafka(log);
  if (!options.mongoUri) await ensureMongo(log);
  let stopping = false;
  const pids: Record<string, number> = {};
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    stopping = true;
    await Promise.all(stops.map((end) => end()));
  };
  type Server = { pid: number; exited: Promise<unknown>; stop(): Promise<void> };
  const watch = <S extends Server>(name: string, server: S): S => {
    pids[name] = server.pid;
    stops.push(() => server.stop());
    void server.exited.then((how) => {
      if (!stopping) onCrash(name, JSON.stringify(how));
    });
    return server;
  };
  const [kafka, mongo] = await Promise.allSettled([
    options.kafkaBrokers
      ? { brokers: options.kafkaBrokers }
      : startKafka({
          dataDir: join(stateDir, 'data/kafka'),
          port: KAFKA_PORT + options.portOffset,
        }).then((server) => watch('kafka', server)),
    options.mongoUri
      ? { uri: options.mongoUri }
      : startMongo({
          dataDir: join(stateDir, 'data/mongo'),
          port: MONGO_PORT + options.portOffset,
        }).then((server) => watch('mongodb', server)),
  ]);
  if (kafka.status === 'rejected' || mongo.status === 'rejected') {
    await stop();
    throw kafka.status === 'rejected' ? kafka.reason : (mongo as PromiseRejectedResult).reason;
  }
  return { kafkaBrokers: kafka.value.brokers, mongoUri: mongo.value.uri, pids, stop };
}
