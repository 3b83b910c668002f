import { expect, test } from 'vitest';
import { fromMessage, originOf, toHeaders } from './envelope.ts';
import type { OutgoingEvent } from './envelope.ts';

const event: OutgoingEvent = {
  id: 'order-router/s/10309483976732423/3',
  type: 'astrolabe.order.v1.OrderAccepted',
  source: 'order-router',
  subject: 's/10309483976732423',
  sequence: 3n,
  key: 's/10309483976732423',
  time: new Date('2026-11-22T08:00:00.123Z'),
  payload: new Uint8Array([8, 1]),
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};
const origin = { topic: 't', partition: 2, offset: 41n };
const message = (headers: Record<string, string>) => ({
  ...origin,
  key: event.key,
  value: event.payload,
  headers,
});

test('an event survives the wire, every digit of it', () => {
  const read = fromMessage(message(toHeaders(event)), origin);
  expect(read).toEqual({ kind: 'event', event: { ...event, ...origin } });
});

test('the origin names the aggregate, because sequences count per aggregate', () => {
  const read = fromMessage(message(toHeaders(event)), origin);
  if (read.kind !== 'event') throw new Error(read.reason);
  expect(originOf(read.event)).toEqual({
    source: 'order-router/s/10309483976732423',
    sequence: 3n,
  });
});

test.each(['ce_id', 'ce_type', 'ce_source', 'ce_subject', 'ce_sequence', 'ce_time'])(
  'a message without %s is malformed',
  (name) => {
    const { [name]: _, ...headers } = toHeaders(event);
    expect(fromMessage(message(headers), origin).kind).toBe('malformed');
  },
);

test('a sequence that is no number is malformed', () => {
  const headers = { ...toHeaders(event), ce_sequence: '-1' };
  expect(fromMessage(message(headers), origin).kind).toBe('malformed');
});
