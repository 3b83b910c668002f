import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import type { Shape } from '@astrolabe/schemas/wire';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW, PRE_ORDER, post, signedAt, startMall } from './mall.ts';
import type { Reply } from './mall.ts';

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
  ['1', {}],
  [[[{ sku: { sku: [] } }]]],
  { $gt: '' },
];

type Path = readonly string[];

/** Every field of a request, those inside lists and structures included; the item of a list is called `0`. */
function fieldsOf(shape: Shape): Path[] {
  if (shape.kind === 'leaf') return [];
  const inner: (readonly [string, Shape])[] =
    shape.kind === 'list'
      ? [['0', shape.item]]
      : shape.members.map((member) => [member.name, member.shape]);
  return inner.flatMap(([name, own]) => [[name], ...fieldsOf(own).map((path) => [name, ...path])]);
}

/** `request` with a value at a path. */
function withValue(request: unknown, [name, ...rest]: Path, value: unknown): unknown {
  if (name === undefined) return value;
  if (name === '0') {
    const [first, ...others] = Array.isArray(request) ? (request as unknown[]) : [{}];
    return [withValue(first, rest, value), ...others];
  }
  const object = typeof request === 'object' ? request : {};
  return {
    ...object,
    [name]: withValue((object as Record<string, unknown>)[name], rest, value),
  };
}

const LINE = { sku: '12345', num: 3, price: 1000 };

/** What an example has in every field that is asked for, under its first name. */
const usual = (): Record<string, unknown> => ({
  ...PRE_ORDER,
  access_token: token,
  sku: '12345',
  order_id: '1',
  area: '1000000',
  id: '1',
  catalog_id: 'A0101',
  bdate: '2026-11-01',
  edate: '2026-11-02',
  transfer_no: 'B-1',
  amount: '1.00',
  type: '4',
});

/** Words that are no English: forms of values, and a reason that a service behind the door has by its code. */
const FORMS = /yyyy-MM-dd|yyyyMMdd|HH:mm:ss|JSON|UTF-8|GBK|（[A-Z_]+）|access_token invalid/g;

/** The Latin words of a description that are neither a field nor what was sent. */
function englishIn(desc: string, sent: unknown, fields: readonly string[]): readonly string[] {
  const value = typeof sent === 'string' || typeof sent === 'number' ? String(sent) : '';
  const left = [...FIELD_WORDS, ...fields]
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, ' '), desc.replaceAll(FORMS, ' '))
    .replaceAll(value.slice(0, 20) || ' ', ' ')
    .replaceAll(/\b(?:x+|true|gt)\b/g, ' ');
  return left.match(/[A-Za-z]{2,}/g) ?? [];
}

/** Under their first names fields are told, whichever they were sent by. */
const FIELD_WORDS = [
  ...new Set(GOV_INTERFACES.flatMap(({ requestShape }) => fieldsOf(requestShape).flat())),
].filter((word) => word !== '0');

test.each(
  GOV_INTERFACES.map(({ name, path, requestShape }) => [name, path, requestShape] as const),
)(
  'hostile values in any field of %s are answered in the mall’s form, and in its language',
  async (_name, path, shape) => {
    for (const field of fieldsOf(shape)) {
      const lines = field[0] === 'sku' && field.length > 1 ? { sku: [LINE] } : {};
      const answers = await Promise.all(
        HOSTILE.map(async (value) => {
          const body = withValue({ ...usual(), ...lines }, field, value);
          return { value, ...(await post(mall.url + path, JSON.stringify(body))) };
        }),
      );
      for (const { value, status, reply, text } of answers) {
        const about = `${field.join('.')}: ${text}`;
        expect(status, about).toBe(200);
        expect(typeof reply.success, about).toBe('boolean');
        if (reply.success === true) continue;
        if (reply.desc !== 'token_expired')
          expect(reply.desc, about).toMatch(/\p{Script=Han}|token_expired/u);
        expect(englishIn(reply.desc.replace('token_expired', ''), value, field), about).toEqual([]);
      }
    }
  },
  60_000,
);

/** Requests that are none, and what is told of each. */
const NO_REQUESTS: readonly (readonly [string, string | Uint8Array<ArrayBuffer>, RegExp])[] = [
  ['JSON that ends early', '{"sku":"1"', /JSON/],
  ['JSON with a comma too many', '{"sku":"1",}', /JSON，第 \d+ 个字符处/],
  ['a number', '[1', /JSON/],
  ['a key twice', '{"sku":"1","sku":"2"}', /JSON/],
  ['a field twice', 'sku=1&sku=2', /重复/],
  ['a broken escape', 'sku=%4', /表单/],
  ['too many fields', Array.from({ length: 2_000 }, (_, at) => `f${at}=1`).join('&'), /过多/],
  ['no text', new Uint8Array([0x61, 0x3d, 0xff, 0xfe, 0x80]), /编码/],
  ['nested too deeply', '['.repeat(50) + ']'.repeat(50), /嵌套/],
  ['parts without an end', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', /表单/],
  ['a body too large', `sku=${'1'.repeat(300_000)}`, /过大/],
];

test.each(NO_REQUESTS)('what is no request says so in Chinese: %s', async (_name, body, words) => {
  const { reply } = await post(`${mall.url}/api/product/prices`, body);
  expect(reply).toMatchObject({ success: false, desc: expect.stringMatching(words) as string });
  expect(englishIn(reply.desc, '', [])).toEqual([]);
});

test('an unknown address, a wrong method and a packed body that is none say so in Chinese', async () => {
  const unknown = await post(`${mall.url}/api/nothing`, 'sku=1');
  expect([unknown.status, unknown.reply.desc]).toEqual([404, '接口地址不存在']);
  const wrong = await fetch(`${mall.url}/api/product/prices`);
  expect([wrong.status, ((await wrong.json()) as Reply).desc]).toEqual([405, '只支持 POST 请求']);
  const packed = await post(`${mall.url}/api/product/prices`, 'sku=1', {
    'content-encoding': 'gzip',
  });
  expect([packed.status, packed.reply.desc]).toEqual([400, '请求格式不正确']);
  const other = await post(`${mall.url}/api/product/prices`, 'sku=1', { 'content-encoding': 'br' });
  expect([other.status, other.reply.desc]).toEqual([415, '请求体的压缩方式不支持，只支持 gzip']);
});
