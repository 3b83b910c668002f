import { testIdentity } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRaw, serveBatches } from './test-server.ts';

const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
/** NO_ERROR of HTTP/2 (RFC 9113, 7): the answer is whole, what is still to be sent is not wanted. */
const NO_ERROR = 0;
const UNAUTHENTICATED = '16';
const UNIMPLEMENTED = '12';
const RESOURCE_EXHAUSTED = '8';

const operator = (): string => testIdentity('operator').tokenFor(CONTRACT, Date.now());

let served: Awaited<ReturnType<typeof serveBatches>>;
let raw: ReturnType<typeof openRaw>;
beforeAll(async () => {
  served = await serveBatches(async () => ({ outcomes: [] }));
  raw = openRaw(served.address);
});
afterAll(async () => {
  raw.destroy();
  await served.stop();
});

describe('a stream that was answered is over, whether its caller ends it or not', () => {
  test('refused to nobody', async () => {
    const answered = await raw.open(CONTRACT, 'ExecuteStream', null).ended;
    expect(answered).toEqual({ status: UNAUTHENTICATED, code: NO_ERROR });
  });

  test('a message that is longer than may be sent, whose rest never comes', async () => {
    const { stream, ended } = raw.open(CONTRACT, 'ExecuteBatch', operator());
    stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]));
    expect(await ended).toEqual({ status: RESOURCE_EXHAUSTED, code: NO_ERROR });
  });

  test('a method that nobody serves', async () => {
    const answered = await raw.open(CONTRACT, 'Nothing', null).ended;
    expect(answered).toEqual({ status: UNIMPLEMENTED, code: NO_ERROR });
  });

  test('more than a thousand on one connection, one after the other', async () => {
    for (let group = 0; group < 12; group += 1) {
      const streams = Array.from(
        { length: 100 },
        () => raw.open(CONTRACT, 'ExecuteStream', null).ended,
      );
      expect(new Set((await Promise.all(streams)).map(({ status }) => status))).toEqual(
        new Set([UNAUTHENTICATED]),
      );
    }
  });

  test('one that is served is left alone until it is answered', async () => {
    const { stream, ended } = raw.open(CONTRACT, 'ExecuteBatch', operator());
    await served.callAlone({ commands: [] });
    expect(stream.closed).toBe(false);
    stream.end(Buffer.alloc(5));
    expect(await ended).toMatchObject({ code: NO_ERROR });
  });
});
