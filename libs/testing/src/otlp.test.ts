import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { afterAll, expect, test } from 'vitest';
import { startOtlpReceiver } from './otlp.ts';

const receiver = await startOtlpReceiver();
afterAll(() => receiver.stop());

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const LENGTH_DELIMITED = 2;

/** A message with one length-delimited field, the wire type of a nested message. */
const nested = (field: number, bytes: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(field, LENGTH_DELIMITED).bytes(bytes).finish();

const attribute = (key: string, value: string): Uint8Array =>
  new BinaryWriter()
    .tag(1, LENGTH_DELIMITED)
    .string(key)
    .tag(2, LENGTH_DELIMITED)
    .bytes(nested(1, Buffer.from(value)))
    .finish();

const span = new BinaryWriter()
  .tag(1, LENGTH_DELIMITED)
  .bytes(Buffer.from(TRACE_ID, 'hex'))
  .tag(2, LENGTH_DELIMITED)
  .bytes(Buffer.from('b7ad6b7169203331', 'hex'))
  .tag(5, LENGTH_DELIMITED)
  .string('take order')
  .tag(6, 0)
  .int32(2)
  .tag(7, 1)
  .fixed64('1785000000000000001')
  .tag(8, 1)
  .fixed64('1785000000000000009')
  .tag(9, LENGTH_DELIMITED)
  .bytes(attribute('astrolabe.trade', '2004574256073903'))
  .tag(15, LENGTH_DELIMITED)
  .bytes(nested(3, Buffer.from('a field that is not read')))
  .finish();

/** The scope comes before the resource: protobuf leaves the order of fields open. */
const resourceSpans = Buffer.concat([
  nested(2, nested(2, span)),
  nested(1, nested(1, attribute('service.name', 'order-router'))),
]);

const post = (path: string, body: Uint8Array): Promise<Response> =>
  fetch(`${receiver.endpoint}${path}`, { method: 'POST', body: Buffer.from(body) });

test('a span is kept with its service, ids, times and attributes', async () => {
  expect((await post('/v1/traces', nested(1, resourceSpans))).status).toBe(200);
  expect(receiver.spans()).toEqual([
    {
      service: 'order-router',
      name: 'take order',
      traceId: TRACE_ID,
      spanId: 'b7ad6b7169203331',
      parentSpanId: '',
      kind: 2,
      attributes: { 'astrolabe.trade': '2004574256073903' },
      startNs: 1785000000000000001n,
      endNs: 1785000000000000009n,
    },
  ]);
});

test('a body that is no export is refused, and other signals are let go', async () => {
  const before = receiver.spans().length;
  expect((await post('/v1/traces', Buffer.from('not protobuf'))).status).toBe(400);
  expect((await post('/v1/metrics', Buffer.from('anything'))).status).toBe(200);
  expect(receiver.spans()).toHaveLength(before);
});
