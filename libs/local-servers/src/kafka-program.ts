import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, installFolder, withCacheLock } from './cache.ts';
import type { Progress } from './cache.ts';
import { guarded } from './child.ts';
import { isOnPath, need } from './prerequisites.ts';
import { lastLines } from './words.ts';

const KAFKA_VERSION = '4.2.0';
/** The broker brings log4j but not the piece that connects it; without it every error is silent. */
const LOG4J_VERSION = '2.25.3';
const MONGO_CRATE = 'secantus-mdb';
const MONGO_VERSION = '0.5.3-beta.196';
const MONGO_BINARY = 'secantusd-rs';
const KAFKA_TIMEOUT_MS = 10 * 60_000;
const MONGO_TIMEOUT_MS = 40 * 60_000;
const PROGRESS_EVERY_MS = 15_000;

/** Brings the broker's jars into the cache, once. Returns the folder of the jars. */
export async function ensureKafka(log: Progress): Promise<string> {
  const target = join(cacheDir(), `kafka-${KAFKA_VERSION}-log4j-${LOG4J_VERSION}`);
  if (!existsSync(target)) {
    need('java', 'mvn');
    await withCacheLock('kafka', log, async (tell) => {
      if (!existsSync(target)) await installFolder(target, (work) => installKafka(work, tell));
    });
  }
  need('java');
  return target;
}

async function installKafka(work: string, log: Progress): Promise<string> {
  const jars = join(work, 'libs');
  writeFileSync(
    join(work, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>astrolabe</groupId><artifactId>kafka-broker</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>${LOG4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`,
  );
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
  await runLogged({
    what: `Kafka ${KAFKA_VERSION} through Maven`,
    command: 'mvn',
    args: ['-B', '-q', goal, '-DincludeScope=runtime', `-DoutputDirectory=${jars}`],
    cwd: work,
    env: {},
    logFile: join(cacheDir(), 'kafka-install.log'),
    timeoutMs: KAFKA_TIMEOUT_MS,
    log,
  });
  return jars;
}

/** How to start the database: a mongod of the machine, or the server that we build. */
export type MongoProgram = { kind: 'mongod' | 'secantus'; binary: string };

/** Finds a mongod on PATH, or builds the MongoDB-compatible server into the cache, once. */
export async function ensureMongo(log: Progress): Promise<MongoProgram> {
  if (isOnPath('mongod')) return { kind: 'mongod', binary: 'mongod' };
  const target = join(cacheDir(), `mongodb-secantus-${MONGO_VERSION}`);
  const binary = join(target, 'bin', MONGO_BINARY);
  if (!existsSync(binary)) {
    need('cargo', 'cc', 'cmake');
    await withCacheLock('mongodb', log, async (tell) => {
      if (!existsSync(binary)) await installFolder(target, (work) => installMongo(work, tell));
    });
  }
  return { kind: 'secantus', binary };
}

async function installMongo(work: string, log: Progress): Promise<string> {
  const version = ['--version', MONGO_VERSION, MONGO_CRATE];
  await runLogged({
    what: `${MONGO_CRATE} ${MONGO_VERSION} through cargo (about 4 minutes on 2 cores)`,
    command: 'cargo',
    args: ['install', '--locked', '--ignore-rust-version', '--root', work, ...version],
    cwd: cacheDir(),
    // Without link-time optimisation the build takes minutes instead of a quarter of an hour.
    env: { CARGO_PROFILE_RELEASE_LTO: 'off', CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16' },
    logFile: join(cacheDir(), 'mongodb-install.log'),
    timeoutMs: MONGO_TIMEOUT_MS,
    log,
  });
  return work;
}

/** A set-up command failed; the message names it and ends with the end of its log. */
export class SetupFailure extends Error {
  override readonly name = 'SetupFailure';
}

type LoggedRun = {
  what: string;
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  logFile: string;
  timeoutMs: number;
  log: Progress;
};

/** Runs a set-up command with its output in a file; tells every 15 s that it still runs. */
export async function runLogged(run: LoggedRun): Promise<void> {
  const startedAt = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
  run.log(`${run.what}: started`);
  const output = createWriteStream(run.logFile);
  const child = spawn(...guarded(run.command, run.args), {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: run.timeoutMs,
  });
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  const ticking = setInterval(
    () => run.log(`${run.what}: ${elapsed()}, ${lastLines(run.logFile, 1).trim().slice(0, 80)}`),
    PROGRESS_EVERY_MS,
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await new Promise<void>((done) => output.end(done));
    if (code !== 0) {
      throw new SetupFailure(
        `${run.what} failed after ${elapsed()}; log ${run.logFile} ends with:\n${lastLines(run.logFile, 15)}`,
      );
    }
    run.log(`${run.what}: done in ${elapsed()}`);
  } finally {
    clearInterval(ticking);
  }
}
