import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { TOP_SIGN_METHODS, signFw199, signTop, topBaseString } from '../src/index.ts';

const DOCUMENT = readFileSync(resolve(import.meta.dirname, '../../../docs/integrators.md'), 'utf8');

test('the signatures that integrators are shown are the ones that we accept', () => {
  const params = { foo: '1', bar: '2', foo_bar: '3', foobar: '4' };
  expect(DOCUMENT).toContain(`\`${topBaseString(params)}\``);
  for (const method of TOP_SIGN_METHODS) {
    const sign = signTop({ params, secret: 'helloworld', method });
    expect(DOCUMENT).toMatch(new RegExp(`\\| \`${method}\` +\\| .* \`${sign}\``));
  }
  const [, text = '', sign = ''] =
    /```\ntopsecret(.*)topsecret\n```\n\ngives `(\w+)`/.exec(DOCUMENT) ?? [];
  const [, appid = '', request_data = '', seller_nick = '', timestamp = ''] =
    /^appid(\d+)request_data(\{.*\})seller_nick(.*)timestamp(\d+)$/.exec(text) ?? [];
  const order = { appid, request_data, seller_nick, timestamp };
  expect(signFw199({ params: order, secret: 'topsecret' })).toBe(sign);
});
