import { spawnSync } from 'node:child_process';

/** A program that the machine has to bring is missing or too old. */
export class MissingPrerequisite extends Error {
  override readonly name = 'MissingPrerequisite';

  constructor(what: string, why: string, how: string) {
    super(`${what} is missing: ${why}. How to get it: ${how}`);
  }
}

/** What we ask a machine for, and how it gets it. */
const PROGRAMS = {
  java: {
    args: ['-version'],
    why: 'the local Kafka broker runs on Java 17 or newer',
    how: 'apt-get install openjdk-17-jre-headless (or set KAFKA_BROKERS to a running broker)',
  },
  mvn: {
    args: ['--version'],
    why: "the local Kafka broker's jars come through Maven",
    how: 'apt-get install maven (or set KAFKA_BROKERS to a running broker)',
  },
  python3: {
    args: ['-m', 'pip', '--version'],
    why: 'public clients in Python come through pip and run in it',
    how: 'apt-get install python3-pip',
  },
  cargo: {
    args: ['--version'],
    why: 'where no mongod can be fetched, a MongoDB-compatible server is built with Rust',
    how:
      'install Rust with rustup, or a mongod on PATH, or set MONGODB_URI to a running server, or ' +
      'MONGOMS_DOWNLOAD_MIRROR to a place that has mongod',
  },
  cc: {
    args: ['--version'],
    why: 'the local MongoDB-compatible server has a storage engine in C',
    how: 'apt-get install build-essential',
  },
  cmake: {
    args: ['--version'],
    why: 'the storage engine of the local MongoDB-compatible server is configured with cmake',
    how: 'apt-get install cmake',
  },
} as const;

export type Program = keyof typeof PROGRAMS;

const JAVA_MIN = 17;

/** Throws MissingPrerequisite for the first program that is absent (or a Java older than 17). */
export function need(...programs: readonly Program[]): void {
  for (const name of programs) {
    const { args, why, how } = PROGRAMS[name];
    const run = spawnSync(name, args, { encoding: 'utf8' });
    if (run.error || run.status !== 0) throw new MissingPrerequisite(name, why, how);
    if (name === 'java') {
      const version = /version "(\d+)/.exec(run.stderr + run.stdout)?.[1];
      if (Number(version) < JAVA_MIN) {
        throw new MissingPrerequisite(
          `java ${JAVA_MIN}`,
          `${why}, found ${version ?? 'none'}`,
          how,
        );
      }
    }
  }
}

/** Whether a program can be started at all. */
export const isOnPath = (name: string): boolean =>
  spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
