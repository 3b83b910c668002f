import { eventually } from '@astrolabe/testing';
import { describe, expect, test } from 'vitest';
import {
  admin,
  becomes,
  bodiesOf,
  connect,
  eventsOf,
  instances,
  newOrder,
  passes,
  submit,
  upstream,
  upstreamAt,
} from '../test/distribution-world.ts';
import { CREATED, drops, keepsSilent, says } from '../test/fake-upstream.ts';
import { SELLER } from '../test/world.ts';

describe('what may have been made', () => {
  test('[F-A13] the answer is late: looked up and found, one request', async () => {
    upstream.script = [keepsSilent];
    const order = newOrder();
    await submit(order);
    await becomes(order, 'UNKNOWN');
    await passes(order, 'UNKNOWN');
    const [dispatch] = await becomes(order, 'CREATED');
    expect(dispatch).toMatchObject({ totalFen: 9_800n, postFeeFen: 9_200n, sends: 1 });
    expect(bodiesOf(order)).toHaveLength(1);
    await eventually(() =>
      expect(eventsOf(order)).toEqual(['OrderDispatchUnknown', 'OrderDispatched']),
    );
  });

  test('[F-A14] dropped before it was taken: three empty looks, then the same bytes once more', async () => {
    upstream.script = [drops(false), says(CREATED)];
    const order = newOrder();
    await submit(order);
    await becomes(order, 'UNKNOWN');
    await passes(order, 'UNKNOWN');
    const [dispatch] = await becomes(order, 'CREATED');
    expect(dispatch?.sends).toBe(2);
    const [one, two, ...more] = upstream.posts.map(({ form }) => form);
    expect(more).toEqual([]);
    expect(two?.['request_data']).toBe(one?.['request_data']);
    expect(two?.['timestamp']).not.toBe(one?.['timestamp']);
    expect(upstream.lookups.length).toBeGreaterThanOrEqual(3);
  });

  test('[F-A12] [F-A26] success without an order, and HTML, are looked up', async () => {
    const empty = { code: 0, message: 'ok', data: { success: true, orderId: '', mutilOrders: [] } };
    for (const answer of [says(empty), says(`<html>${'x'.repeat(9_000)}</html>`, 502)]) {
      upstream.script = [answer];
      const order = newOrder();
      await submit(order);
      const [dispatch] = await becomes(order, 'UNKNOWN');
      expect(dispatch?.message.length).toBeLessThanOrEqual(200);
      await passes(order, 'UNKNOWN');
      await becomes(order, 'CREATED');
    }
  });

  test('[field U2] a new connection, another instance and the same order again leave it in doubt', async () => {
    upstream.script = [drops(false)];
    const order = newOrder();
    const answer = await submit(order);
    await becomes(order, 'UNKNOWN');
    await connect('/lookup');
    for (const running of instances) expect(await submit(order, running)).toEqual(answer);
    const [dispatch] = await becomes(order, 'UNKNOWN');
    expect(dispatch?.sends).toBe(1);
    expect(bodiesOf(order)).toHaveLength(1);
  });

  test('[field G7] a redirection is not followed', async () => {
    upstream.script = [
      ({ response }) => {
        response.writeHead(302, { location: `${upstreamAt.url}/elsewhere` }).end();
      },
    ];
    const order = newOrder();
    await submit(order);
    await becomes(order, 'UNKNOWN');
    expect(upstream.posts.map(({ path }) => path)).toEqual(['/gateway/1688/fenxiao/trade/crate']);
  });

  test('[F-G7] without a list to look at it waits for a person, who knows the order', async () => {
    await connect('');
    upstream.script = [drops(true)];
    const order = newOrder();
    await submit(order);
    const [dispatch] = await becomes(order, 'MANUAL');
    const page = { size: 10, token: '' };
    const listed = await admin().call('listDistributions', {
      sellerId: SELLER,
      state: 'MANUAL',
      page,
    });
    expect(listed.distributions.map(({ orderRef }) => orderRef)).toContainEqual(order.orderRef);
    await admin().call('decideDispatch', {
      orderRef: order.orderRef,
      outOrderId: dispatch?.outOrderId ?? '',
      decision: 'CREATED',
      order: { orderId: '4356409609904969811', amountFen: 9_800n, postFeeFen: 9_200n },
      message: '',
      actor: '小王',
    });
    await becomes(order, 'CREATED');
    await eventually(() =>
      expect(eventsOf(order)).toEqual(['OrderDispatchUnknown', 'OrderDispatched']),
    );
    await connect('/lookup');
  });
});
