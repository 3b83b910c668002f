import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bandingXml, queryXml, report, stockXml, storeXml } from './requests.ts';
import { startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, qimen, top } from './wire.ts';
import type { How } from './wire.ts';

const POD_NETWORKS = '10.0.0.0/8,100.64.0.0/10,172.16.0.0/12,192.168.0.0/16,fc00::/7';

let gateway: Gateway;
beforeAll(async () => {
  // Allowances do not fill again while a test runs, however slow the machine is.
  gateway = await startGateway({
    topicPrefix: testTopicPrefix(),
    // As deploy/k8s/base/config.yaml has it, and the test.
    trustedProxies: `${POD_NETWORKS},127.0.0.1`,
    ticks: () => 0,
  });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

let calls = 0;
async function accept(how: How): Promise<string> {
  calls += 1;
  const business = report({ operator: `l${calls}` });
  const { text } = await top(gateway.url, 'taobao.omniorder.store.accpeted', business, how)();
  const read = JSON.parse(text) as { error_response?: { code: number } };
  return read.error_response ? String(read.error_response.code) : 'served';
}
const times = async (count: number, how: How) => {
  const answers = await Promise.all(Array.from({ length: count }, () => accept(how)));
  return Object.fromEntries(
    Object.entries(Object.groupBy(answers, (answer) => answer)).map(([answer, all]) => [
      answer,
      all?.length ?? 0,
    ]),
  );
};

describe('whose allowance is used up', () => {
  test('forged requests leave a key its own', async () => {
    const key = { appKey: 'robbed', secret: 'secret' };
    await gateway.putKey({ appKey: key.appKey, ratePerSecond: 14 });
    const from = '203.0.113.1';
    expect(await times(60, { key, from, sign: 'A'.repeat(64) })).toEqual({ 25: 60 });
    expect(await times(27, { key, from: '203.0.113.2' })).toEqual({ served: 27 });
    // Nor where both come from one address.
    await gateway.putKey({ appKey: 'robbed-2', ratePerSecond: 14 });
    const second = { appKey: 'robbed-2', secret: 'secret' };
    expect(await times(27, { key: second, from })).toEqual({ served: 27 });
  });

  test('whoever forges without end is not looked at any more, whoever else is', async () => {
    const forged = { sign: 'A'.repeat(64), from: '203.0.113.3' };
    const { 25: looked = 0, 7: ignored = 0 } = await times(500, forged);
    expect(looked).toBeGreaterThanOrEqual(300);
    expect(ignored).toBeGreaterThan(0);
    expect(looked + ignored).toBe(500);
    expect(await accept({ from: '203.0.113.4' })).toBe('served');
  });

  test('callers behind one ingress are told apart, also those of a private network', async () => {
    const forged = { sign: 'A'.repeat(64), from: '10.20.0.1' };
    expect((await times(500, forged))[7]).toBeGreaterThan(0);
    expect(await accept({ from: '10.20.0.2' })).toBe('served');
    // The ingress itself, for what has no header.
    expect(await accept({})).toBe('served');
  });

  test('a long body takes more of the rate, and a slow key may still send it', async () => {
    const key = { appKey: 'uploads', secret: 'secret' };
    await gateway.putKey({ appKey: key.appKey, ratePerSecond: 1 });
    const upload = async (billNum: string) => {
      const pad = `<remark>${' '.repeat(100_000)}</remark></request>`;
      const xml = stockXml([{ billNum }]).replace('</request>', pad);
      const method = 'taobao.qimen.storeinventory.iteminitial';
      return element((await qimen(gateway.url, method, xml, { key })()).text, 'code');
    };
    expect(await upload('L1')).toBe('0');
    expect(await upload('L2')).toBe('isv.app-call-limited');
  });
});

describe('a body is no longer than its method can fill', () => {
  const pad = (bytes: number) => `<remark>${' '.repeat(bytes)}</remark></request>`;
  const code = async (method: string, xml: string) => {
    const answer = await qimen(gateway.url, method, xml)();
    return [answer.status, element(answer.text, 'flag'), element(answer.text, 'code')];
  };
  test.each([
    ['taobao.qimen.store.create', storeXml(), 33_000],
    ['taobao.qimen.itemstore.banding', bandingXml(['1342']), 33_000],
    ['taobao.qimen.store.query', '<request><storeId>1342</storeId></request>', 17_000],
    ['taobao.qimen.orderStatus.update', '<request></request>', 66_000],
  ])('%s', async (method, xml, bytes) => {
    const long = xml.replace('</request>', pad(bytes));
    expect(await code(method, long)).toEqual([200, 'failure', 'isv.body-too-large']);
  });

  test('a question for stock may be as long as the door reads', async () => {
    const xml = queryXml([{ place: '1342', skuId: '70001' }]).replace('</request>', pad(200_000));
    const [, flag] = await code('taobao.qimen.storeinventory.itemquery', xml);
    expect(flag).toBe('success');
  });

  test('TOP', async () => {
    const business = report({ operator: 'o', x: ' '.repeat(66_000) });
    const answer = await top(gateway.url, 'taobao.omniorder.store.accpeted', business)();
    expect(JSON.parse(answer.text)).toMatchObject({
      error_response: { code: 41, sub_code: 'isv.body-too-large' },
    });
  });
});
