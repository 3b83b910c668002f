import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { testIdentity } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveBatches } from './test-server.ts';

const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
/** NO_ERROR of HTTP/2 (RFC 9113, 7): the answer is whole, what is still to be sent is not wanted. */
const NO_ERROR = 0;
const UNAUTHENTICATED = '16';
const UNIMPLEMENTED = '12';
const RESOURCE_EXHAUSTED = '8';

let served: Awaited<ReturnType<typeof serveBatches>>;
let session: ClientHttp2Session;
beforeAll(async () => {
  served = await serveBatches(async () => ({ outcomes: [] }));
  session = connect(`http://${served.address}`);
});
afterAll(async () => {
  session.destroy();
  await served.stop();
});

/** A stream that its caller never ends. */
function open(method: string, token: string | null): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${CONTRACT}/${method}`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(token !== null && { 'astrolabe-identity': token }),
  });
  stream.resume();
  return stream;
}

/** The status that was answered, and the code that the stream was ended with. */
async function ended(stream: ClientHttp2Stream): Promise<{ status: unknown; code: unknown }> {
  let status: unknown = null;
  const read = (headers: Record<string, unknown>): void => {
    status = headers['grpc-status'] ?? status;
  };
  stream.on('response', read);
  stream.on('trailers', read);
  return await new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', () => resolve({ status, code: stream.rstCode }));
  });
}

describe('a stream that was answered is over, whether its caller ends it or not', () => {
  test('refused to nobody', async () => {
    const answered = await ended(open('ExecuteStream', null));
    expect(answered).toEqual({ status: UNAUTHENTICATED, code: NO_ERROR });
  });

  test('a message that is longer than may be sent, whose rest never comes', async () => {
    const stream = open('ExecuteBatch', null);
    stream.write(Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]));
    expect(await ended(stream)).toEqual({ status: RESOURCE_EXHAUSTED, code: NO_ERROR });
  });

  test('a method that nobody serves', async () => {
    expect(await ended(open('Nothing', null))).toEqual({ status: UNIMPLEMENTED, code: NO_ERROR });
  });

  test('more than a thousand on one connection, one after the other', async () => {
    for (let group = 0; group < 12; group += 1) {
      const streams = Array.from({ length: 100 }, () => ended(open('ExecuteStream', null)));
      expect(new Set((await Promise.all(streams)).map(({ status }) => status))).toEqual(
        new Set([UNAUTHENTICATED]),
      );
    }
  });

  test('one that is served is left alone until it is answered', async () => {
    const token = testIdentity('operator').tokenFor(CONTRACT, Date.now());
    const stream = open('ExecuteBatch', token);
    const closed = ended(stream);
    await served.callAlone({ commands: [] });
    expect(stream.closed).toBe(false);
    stream.end(Buffer.alloc(5));
    expect(await closed).toMatchObject({ code: NO_ERROR });
  });
});
