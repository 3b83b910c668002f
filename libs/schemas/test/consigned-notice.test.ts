import { expect, test } from 'vitest';
import { notifyConsigned } from '../src/omni/index.ts';

const read = (json: string) => notifyConsigned.decodeRequest(Buffer.from(json, 'utf8'));

test('trap 30: the notice of a shipment needs no more than its trade; stray fields are let pass', () => {
  const bare = { tradeId: '41171611600046273', sellerId: '21230' };
  expect(read('{"tid":41171611600046273,"seller_id":21230}')).toMatchObject({
    ok: true,
    value: bare,
  });
  const stray =
    '{"tid":41171611600046273,"seller_id":21230,"operator":"小王",' +
    '"sub_order_list":[{"sub_oid":41171611600046274,"status":"STATUS_PAID"}],"flag":"x"}';
  expect(read(stray)).toMatchObject({ ok: true, value: bare });
  expect(read('{"seller_id":21230}').ok).toBe(false);
});
