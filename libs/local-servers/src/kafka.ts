import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { accepts, pickPort, startChild, untilReady } from './child.ts';
import type { Child } from './child.ts';
import { ensureKafka } from './install.ts';

export type KafkaServer = Child & { brokers: string };

const execute = promisify(execFile);
const START_TIMEOUT_MS = 60_000;
const HEAP = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC'];

/**
 * Starts one KRaft broker that is its own controller. It creates no topic by itself. The data folder
 * is formatted on first use and kept afterwards.
 */
export async function startKafka(options: {
  dataDir: string;
  port?: number;
}): Promise<KafkaServer> {
  const jars = await ensureKafka(() => {});
  const port = await pickPort(options.port, 'Kafka');
  const controllerPort = await pickPort(undefined, "Kafka's controller");
  mkdirSync(options.dataDir, { recursive: true });
  const settings = join(options.dataDir, 'server.properties');
  writeFileSync(settings, properties(options.dataDir, port, controllerPort));
  const logging = join(options.dataDir, 'log4j2.yaml');
  writeFileSync(logging, LOGGING);
  const java = ['-cp', join(jars, '*'), `-Dlog4j2.configurationFile=${logging}`];
  if (!existsSync(join(options.dataDir, 'log/meta.properties'))) {
    // A leading dash would be read as an option.
    const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
    const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', settings];
    await execute('java', ['-Xmx128m', ...java, ...format, '--standalone'], {
      timeout: START_TIMEOUT_MS,
    });
  }
  const child = startChild({
    name: 'Kafka',
    command: 'java',
    args: [...HEAP, ...java, 'kafka.Kafka', settings],
    logFile: join(options.dataDir, 'kafka.log'),
  });
  await untilReady(child, START_TIMEOUT_MS, () => accepts(port));
  return { ...child, brokers: `127.0.0.1:${port}` };
}

const properties = (dataDir: string, port: number, controllerPort: number): string =>
  Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
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
