import { AsyncResource, createHook } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { Http2Stream } from 'node:http2';
import { setFlagsFromString } from 'node:v8';
import { expect, test } from 'vitest';
import { collectGarbage } from './test-garbage.ts';
import { serveBatches } from './test-server.ts';

const CALLS = 400;
/** Streams that may be open, or open too long to be young, when the young are collected; a leak keeps all. */
const CLOSING = 100;

setFlagsFromString('--no-allocation-site-pretenuring');
/** Tells when what it was attached to was collected. */
class Mark extends AsyncResource {}

test.each(['server', 'client'])(
  'what listens to a closed stream of the %s is collected young',
  async (side) => {
    const marks = new Set<number>();
    let collected = 0;
    const hook = createHook({
      destroy: (id) => {
        if (marks.has(id)) collected += 1;
      },
    }).enable();
    const { callAlone, stop } = await serveBatches(async () => ({ outcomes: [] }));
    subscribe(`http2.${side}.stream.created`, (opened) => {
      const mark = new Mark('mark');
      marks.add(mark.asyncId());
      (opened as { stream: Http2Stream }).stream.on('close', () => mark);
    });
    for (let nth = 0; nth < CALLS; nth += 1) await callAlone({ commands: [] });
    collectGarbage('minor');
    collectGarbage('minor');
    await expect.poll(() => collected).toBeGreaterThan(CALLS - CLOSING);
    hook.disable();
    await stop();
  },
);

test('a stream that fails after it was closed ends nobody', async () => {
  const streams: Http2Stream[] = [];
  const { callAlone, stop } = await serveBatches(async () => ({ outcomes: [] }));
  subscribe('http2.client.stream.created', (opened) => {
    streams.push((opened as { stream: Http2Stream }).stream);
  });
  await callAlone({ commands: [] });
  await expect.poll(() => streams[0]?.listenerCount('close')).toBe(0);
  expect(() => streams[0]?.emit('error', new Error('late'))).not.toThrow();
  await stop();
});
