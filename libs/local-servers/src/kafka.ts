import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installFolder, withCacheLock } from './cache.ts';
import type { Progress } from './cache.ts';
import { pickPort, startChild } from './child.ts';
import type { Child } from './child.ts';
import { ensureKafka } from './kafka-program.ts';
import { untilListening } from './ready.ts';
import type { StartOptions } from './ready.ts';

export type KafkaServer = Child & { brokers: string };

const execute = promisify(execFile);
const FORMAT_TIMEOUT_MS = 5 * 60_000;
/**
 * A small heap, and the quick compiler alone: a broker of a local run is young, and the slow one takes half of
 * its processor time for code that does not run long enough to pay for it.
 */
const MACHINE = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * Starts one KRaft broker that is its own controller. It creates no topic by itself. The data folder
 * is made on first use and kept afterwards.
 */
export async function startKafka(
  options: StartOptions & { dataDir: string; port?: number },
): Promise<KafkaServer> {
  const { log: tell = () => {} } = options;
  const jars = await ensureKafka(tell);
  const prepared = await ensurePrepared(jars, tell);
  const port = await pickPort(options.port, 'Kafka');
  mkdirSync(options.dataDir, { recursive: true });
  const log = join(options.dataDir, 'log');
  if (!existsSync(join(log, 'meta.properties'))) {
    cpSync(join(prepared, 'log'), log, { recursive: true });
  }
  const machine = [`-XX:SharedArchiveFile=${join(prepared, ARCHIVE)}`];
  return await startBroker(options.dataDir, jars, port, machine, options);
}

const ARCHIVE = 'classes.jsa';
const ARCHIVE_TIMEOUT_MS = 60_000;

/**
 * What every broker of this user starts from: a formatted data folder, and the broker's classes as
 * the Java machine has them in memory. Together they halve the time of a start.
 */
async function ensurePrepared(jars: string, log: Progress): Promise<string> {
  const target = `${jars}-prepared`;
  if (existsSync(target)) return target;
  await withCacheLock('kafka-prepared', log, async () => {
    if (!existsSync(target)) await installFolder(target, (work) => prepare(work, jars));
  });
  return target;
}

async function prepare(work: string, jars: string): Promise<string> {
  const kept = join(work, 'kept');
  mkdirSync(kept);
  const port = await pickPort(undefined, 'Kafka');
  const settings = writeSettings(work, port, await pickPort(undefined, "Kafka's controller"));
  // A leading dash would be read as an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings.file];
  await execute('java', ['-Xmx128m', ...classesOf(jars), ...format], {
    timeout: FORMAT_TIMEOUT_MS,
  });
  cpSync(join(work, 'log'), join(kept, 'log'), { recursive: true });
  // A Java machine that does not write the archive does not stop the set-up: the next one does without.
  const dump = `-XX:ArchiveClassesAtExit=${join(kept, ARCHIVE)}`;
  const broker = await startBroker(work, jars, port, [dump]);
  await broker.stop(ARCHIVE_TIMEOUT_MS);
  return kept;
}

async function startBroker(
  dataDir: string,
  jars: string,
  port: number,
  machine: readonly string[],
  start: StartOptions = {},
): Promise<KafkaServer> {
  const settings = writeSettings(dataDir, port, await pickPort(undefined, "Kafka's controller"));
  const child = startChild({
    name: 'Kafka',
    command: 'java',
    args: [
      ...MACHINE,
      ...machine,
      ...classesOf(jars),
      settings.logging,
      'kafka.Kafka',
      settings.file,
    ],
    logFile: join(dataDir, 'kafka.log'),
  });
  await untilListening(child, port, start);
  return { ...child, brokers: `127.0.0.1:${port}` };
}

const classesOf = (jars: string): string[] => ['-cp', join(jars, '*')];

function writeSettings(
  dataDir: string,
  port: number,
  controllerPort: number,
): { file: string; logging: string } {
  const file = join(dataDir, 'server.properties');
  writeFileSync(file, properties(dataDir, port, controllerPort));
  const logging = join(dataDir, 'log4j2.yaml');
  writeFileSync(logging, LOGGING);
  return { file, logging: `-Dlog4j2.configurationFile=${logging}` };
}

const properties = (dataDir: string, port: number, controllerPort: number): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'log.dirs': join(dataDir, 'log'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 5,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    // A broker that was killed may come back under its id only when its session has ended.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 4_000,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const LOGGING = `Configuration:
  Appenders:
    Console:
      name: out
      PatternLayout: {pattern: "%d{ISO8601} %p %c: %m%n"}
  Loggers:
    Root: {level: warn, AppenderRef: {ref: out}}
`;
