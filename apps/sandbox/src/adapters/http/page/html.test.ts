import { expect, test } from 'vitest';
import { ExchangeLog } from '../../../domain/exchanges.ts';
import { html } from './html.ts';
import { pageOf } from './view.ts';

test('texts are escaped, and HTML is not escaped again', () => {
  const item = html`<li>${'<script>"&\''}</li>`;
  const list = html`<ul>
    ${[item, item]}
  </ul>`.html.replaceAll(/\s+/g, '');
  expect(list).toBe(`<ul>${'<li>&lt;script&gt;&quot;&amp;&#39;</li>'.repeat(2)}</ul>`);
});

test('an exchange stands on the page as it was on the wire, with the text that was signed', () => {
  const log = new ExchangeLog();
  log.add({
    at: '2026-11-30T10:00:00.000Z',
    party: 'tmall',
    direction: 'to-platform',
    method: 'taobao_trade_TradeBuyerPay',
    request: 'POST /tmall/push\n{"tid":1,"name":"<b>"}',
    response: '{"code":"0"}',
    signed: 'app_key89765',
    rule: 'MD5',
    tookMs: 3,
  });
  const none = { sellers: [], seller: undefined, trades: [], note: null };
  const page = pageOf({ ...none, exchanges: log.latest(10) });
  expect(page).toContain('{&quot;tid&quot;:1,&quot;name&quot;:&quot;&lt;b&gt;&quot;}');
  expect(page).toContain('app_key89765');
  expect(page).not.toContain('<b>');
  expect(pageOf({ ...none, exchanges: [] })).toContain('Nothing yet');
});
