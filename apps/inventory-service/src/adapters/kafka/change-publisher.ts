import { Worker } from 'node:worker_threads';
import type { Component } from '@astrolabe/service';
import type { JournalRecord } from '../../application/journal/record.ts';
import type { ChangePublisher } from '../../application/ports.ts';
import type { PublishedRecord } from './change-events.ts';

export type PublisherSettings = {
  readonly brokers: string[];
  readonly clientId: string;
  readonly topicPrefix: string;
  readonly logLevel: string;
};

/** Messages between the threads. */
export type PublishRequest = { readonly id: number; readonly records: readonly PublishedRecord[] };

export type PublishAnswer = { readonly id: number; readonly failure?: string };

type Waiting = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

/**
 * Publishes StockRecorded for every record, in their order, under the partition's key, in a thread of
 * its own. Rejects when the broker did not take all of them; the same records may
 * then be published again. `fatal` is called when the thread ends by itself.
 */
export function createChangePublisher(
  settings: PublisherSettings,
  fatal: (error: unknown) => void,
): { publisher: ChangePublisher; component: Component } {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let asked = 0;

  const hear = ({ id, failure }: PublishAnswer): void => {
    const waits = waiting.get(id);
    waiting.delete(id);
    if (failure === undefined) waits?.resolve();
    else waits?.reject(new Error(failure));
  };
  return {
    publisher: {
      publish: (records) =>
        new Promise((resolve, reject) => {
          if (!worker) return reject(new Error('the publisher does not run'));
          asked += 1;
          waiting.set(asked, { resolve, reject });
          const sent = records.map(sentFrom);
          worker.postMessage(
            { id: asked, records: sent } satisfies PublishRequest,
            sent.map(({ body }) => body.buffer),
          );
        }),
    },
    component: {
      name: 'change publisher',
      start: async () => {
        worker = new Worker(new URL('publisher.worker.ts', import.meta.url), {
          name: 'change publisher',
          workerData: settings,
        });
        worker.on('message', hear);
        worker.on('error', fatal);
      },
      stop: async () => {
        const ended = worker;
        worker = null;
        for (const { reject } of waiting.values()) reject(new Error('stopped'));
        waiting.clear();
        await ended?.terminate();
      },
    },
  };
}

/** With a copy of its body, which moves to the other thread. */
const sentFrom = ({ partition, sequence, timeMs, body }: JournalRecord) => ({
  partition,
  sequence,
  timeMs,
  body: new Uint8Array(body),
});
