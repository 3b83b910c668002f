import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS } from '@astrolabe/contracts';
import {
  ensureKafka,
  ensureMongo,
  spawnService,
  startKafka,
  startMongo,
} from '@astrolabe/local-servers';
import type { RunningProcess } from '@astrolabe/local-servers';
import { createTopics } from '@astrolabe/messaging';
import { identityEnv } from '@astrolabe/testing';

const ENTRY = join(import.meta.dirname, '../src/main.ts');
const TOPIC_ATTEMPTS = 20;

/** A database in its durable mode, a broker, a collector that takes spans, and the service. */
export async function startStack() {
  await ensureKafka(console.log);
  await ensureMongo(console.log);
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-'));
  const [kafka, mongo] = await Promise.all([
    startKafka({ dataDir: join(folder, 'kafka') }),
    startMongo({ dataDir: join(folder, 'mongo') }),
  ]);
  await topicsReady(kafka.brokers);
  const collector = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const startService = (more: Record<string, string> = {}): Promise<RunningProcess> =>
    spawnService({
      entry: ENTRY,
      name: 'inventory-service',
      logFile: join(folder, 'inventory-service.log'),
      env: {
        ...identityEnv('inventory-service'),
        MONGODB_URI: mongo.uri,
        KAFKA_BROKERS: kafka.brokers,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        TRACE_SAMPLE_RATIO: '0.01',
        LOG_LEVEL: 'info',
        ...more,
      },
    });
  return {
    folder,
    mongo,
    kafka,
    startService,
    stop: async () => {
      await Promise.all([kafka.stop(), mongo.stop()]);
      collector.closeAllConnections();
      collector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A topic just made may have no leader yet. */
async function topicsReady(brokers: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await createTopics({
        brokers: [brokers],
        topicPrefix: '',
        topics: [TOPICS.inventoryEvents],
        replicationFactor: 1,
      });
      return;
    } catch (error) {
      if (attempt === TOPIC_ATTEMPTS) throw error;
      await delay(250);
    }
  }
}
