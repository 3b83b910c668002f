import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, installFolder, withCacheLock } from './cache.ts';
import type { Progress } from './cache.ts';
import { need } from './prerequisites.ts';
import { runLogged } from './run-logged.ts';

const KAFKA_VERSION = '4.2.0';
/** The broker brings log4j but not the piece that connects it; without it every error is silent. */
const LOG4J_VERSION = '2.25.3';
const KAFKA_TIMEOUT_MS = 10 * 60_000;

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
