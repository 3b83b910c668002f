import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, PRE_ORDER, post, signedAt, startMall } from './mall.ts';

const BEHIND_TOKEN = GOV_INTERFACES.filter(({ number }) => number !== '2.2');

let mall: Awaited<ReturnType<typeof startMall>>;
let token = '';

beforeAll(async () => {
  mall = await startMall();
  const granted = await post(
    `${mall.url}/api/auth2/access_token`,
    new URLSearchParams(signedAt(NOW)),
  );
  token = granted.reply.access_token ?? '';
});
afterAll(() => mall.stop());

/** Values that a field may be sent with, whatever it is. */
const HOSTILE: readonly unknown[] = [
  '',
  ' ',
  null,
  true,
  -1,
  1e308,
  '0x10',
  'x'.repeat(200_000),
  '\u0000\u202e\ud800',
  '$where',
  '../../etc/passwd',
  [],
  {},
  [[[{ sku: { sku: [] } }]]],
  { $gt: '' },
];

test.each(BEHIND_TOKEN.map(({ name, path, requestShape }) => [name, path, requestShape] as const))(
  'hostile values in any field of %s are answered in the mall’s form',
  async (_name, path, shape) => {
    const names = shape.kind === 'object' ? shape.members.map((member) => member.name) : [];
    const usual = { ...PRE_ORDER, access_token: token, order_id: '1', area: '1000000', id: '1' };
    for (const name of names) {
      const answers = await Promise.all(
        HOSTILE.map((value) =>
          post(mall.url + path, JSON.stringify({ ...usual, sku: '12345', [name]: value })),
        ),
      );
      for (const { status, reply, text } of answers) {
        expect(status, `${name}: ${text}`).toBe(200);
        expect(typeof reply.success).toBe('boolean');
      }
    }
  },
  60_000,
);
