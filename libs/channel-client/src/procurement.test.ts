import { HttpFailure, HttpTimeout } from '@astrolabe/http';
import type { HttpRequest, HttpResponse } from '@astrolabe/http';
import { err, ok } from '@astrolabe/kernel';
import { confirmOrder, queryOrder, queryRequisition } from '@astrolabe/schemas/procurement';
import { signAop } from '@astrolabe/signing';
import { describe, expect, test } from 'vitest';
import { createPauses } from './pauses.ts';
import { createProcurementClient, procurementForm } from './procurement.ts';
import type { AccessSource } from './procurement.ts';

const ACCESS = {
  gatewayUrl: 'http://gw.example',
  appKey: '1000000',
  secret: 'test123',
  accessToken: 'token-1',
  memberId: 'b2b-1',
  mainUserId: '',
  loginId: '',
  callsPerSecond: 0,
};

type Answer = { status?: number; body?: unknown; headers?: Record<string, string> } | Error;

/** A client whose platform gives these answers in turn, the last one again and again. */
function world(answers: readonly Answer[], source?: AccessSource) {
  const sent: HttpRequest[] = [];
  const refused: string[] = [];
  let now = 1_000;
  const client = createProcurementClient({
    http: {
      close: () => Promise.resolve(),
      request: (input) => {
        const answer = answers[Math.min(sent.length, answers.length - 1)] ?? new Error('none');
        sent.push(input);
        if (answer instanceof Error) return Promise.reject(answer);
        const { status = 200, body = {}, headers = {} } = answer;
        const text = typeof body === 'string' ? body : JSON.stringify(body);
        return Promise.resolve({ status, headers, body: Buffer.from(text) } satisfies HttpResponse);
      },
    },
    clock: () => new Date(1_700_000_000_000),
    ticks: () => now,
    source: source ?? {
      accessOf: (_sellerId, token) => {
        refused.push(token);
        return Promise.resolve(
          ok({ ...ACCESS, accessToken: token === '' ? 'token-1' : 'token-2' }),
        );
      },
    },
  });
  const confirm = () => client.call('1', confirmOrder, { orderId: '5', operatorName: 'us' });
  return { client, confirm, sent, refused, wait: (ms: number) => (now += ms) };
}

const formOf = ({ body = '' }: HttpRequest): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(body.toString()));
const DONE = { success: true, data: { confirmSuccess: true } };
const NEEDS_TOKEN = { error_code: '401', error_message: 'Request need user authorized' };

describe('what we sign', () => {
  const path = (appKey: string) => `param2/1/cn.alibaba.open/x/${appKey}`;
  const form = (fields: Record<string, string>) =>
    procurementForm(ACCESS, { urlPath: path, fields }, new Date(0));

  test('[field G1] [field G2] path and texts joined and sorted; what is empty is sent and signed', () => {
    const body = form({ order: 'x', orderId: '1', memo: '' });
    const { _aop_signature: signature, ...params } = Object.fromEntries(new URLSearchParams(body));
    expect(params).toMatchObject({ memo: '', access_token: 'token-1', _aop_timestamp: '0' });
    expect(body).toContain('memo=&');
    expect(signature).toBe(signAop({ urlPath: path('1000000'), params, secret: 'test123' }));
  });

  test('[field G3] the receiver decodes the text that was signed', () => {
    const memo = 'A+B & 50% = "办公" / \\';
    const fields = Object.fromEntries(new URLSearchParams(form({ memo })));
    expect(fields['memo']).toBe(memo);
  });

  test('[field G4] ids keep their digits, and the signed bytes of an object are the sent ones', async () => {
    const { client, sent } = world([{ body: DONE }]);
    await client.call('1', confirmOrder, { orderId: '4356409609904969811', operatorName: '办公' });
    const [request] = sent;
    expect(request?.url).toBe(
      'http://gw.example/openapi/param2/1/cn.alibaba.open/com.alibaba.procurement.supplierConfirmOrder/1000000',
    );
    const param = request ? formOf(request)['param'] : '';
    expect(param).toBe('{"procurementOrderId":4356409609904969811,"operatorName":"办公"}');
  });
});

describe('what the gateway answers', () => {
  test('an answer, a refusal of the interface, success without what it should hold', async () => {
    expect(await world([{ body: DONE }]).confirm()).toMatchObject({ kind: 'ok' });
    const refusal = { success: false, resultCode: 'ORDER_NOT_FOUND', message: 'none' };
    expect(await world([{ body: refusal }]).confirm()).toEqual({
      kind: 'refused',
      code: 'ORDER_NOT_FOUND',
      message: 'none',
    });
    expect(await world([{ body: { success: true } }]).confirm()).toMatchObject({ kind: 'unknown' });
  });

  test.each([
    ['HTML', { status: 502, body: '<html>' }],
    ['nothing', { body: '' }],
    ['half a JSON', { body: '{"success":tr' }],
    ['a redirect', { status: 302, headers: { location: 'http://else' }, body: '' }],
    ['an answer with an odd status', { status: 500, body: DONE }],
    ['no answer in time', new HttpTimeout('late', 'unknown')],
  ])(
    '[field A4] [field G7] %s after a write proves nothing; there is one write',
    async (_, answer) => {
      const { confirm, sent } = world([answer]);
      expect(await confirm()).toMatchObject({ kind: 'unknown' });
      expect(sent).toHaveLength(1);
    },
  );

  test('what was not sent may be sent again', async () => {
    const { confirm } = world([new HttpFailure('refused', 'not-sent')]);
    expect(await confirm()).toMatchObject({ kind: 'later', code: 'NO_ANSWER', afterMs: null });
  });

  test('[field A2] [field A3] credentials and permission are for a person, without another try', async () => {
    for (const code of ['gw.SignatureInvalid', 'gw.AppKeyMissing', 'gw.APIACLDecline']) {
      const { confirm, sent, refused } = world([{ status: 400, body: { error_code: code } }]);
      expect(await confirm()).toMatchObject({ kind: 'auth', code });
      expect([sent.length, refused]).toEqual([1, ['']]);
    }
  });

  test('[field A5] reasons under other names, success as a text', async () => {
    const { confirm } = world([{ body: { errorCode: 'X', erroMsg: 'why', success: 'false' } }]);
    expect(await confirm()).toMatchObject({ kind: 'refused', code: 'X', message: 'why' });
    const texts = world([{ body: { ...DONE, success: 'true' } }]);
    expect(await texts.confirm()).toMatchObject({ kind: 'ok' });
  });
});

describe('[field A1] too many calls', () => {
  const LIMITED = { status: 400, body: { error_code: 'gw.QosAppFrequencyLimit' } };

  test('every caller of the application waits 10 s, doubled up to 120 s, and nothing is sent', async () => {
    const { client, confirm, sent, wait } = world([LIMITED]);
    expect(await confirm()).toMatchObject({ kind: 'later', afterMs: 10_000 });
    const read = await client.call('2', queryOrder, { orderId: '5' });
    expect(read).toMatchObject({ kind: 'later', code: 'RATE_LIMITED', afterMs: 10_000 });
    expect(sent).toHaveLength(1);
    for (const next of [20_000, 40_000, 80_000, 120_000, 120_000]) {
      wait(120_000);
      expect(await confirm()).toMatchObject({ kind: 'later', afterMs: next });
    }
  });

  test('429 waits as long as it says; an answer makes the next wait short again', async () => {
    const busy = { status: 429, headers: { 'retry-after': '2' }, body: '' };
    const { confirm, wait } = world([busy, { body: DONE }, LIMITED]);
    expect(await confirm()).toMatchObject({ kind: 'later', afterMs: 2_000 });
    wait(2_000);
    expect(await confirm()).toMatchObject({ kind: 'ok' });
    expect(await confirm()).toMatchObject({ kind: 'later', afterMs: 10_000 });
  });

  test('a rate of its own: so many a second, a second ahead at most', () => {
    let now = 0;
    const pauses = createPauses(() => now);
    const taken = () => pauses.waitBefore('k', 5);
    expect([taken(), taken(), taken(), taken(), taken()]).toEqual([0, 0, 0, 0, 0]);
    expect(taken()).toBeGreaterThan(0);
    now += 200;
    expect(taken()).toBe(0);
    expect(pauses.waitBefore('other', 5)).toBe(0);
  });
});

describe('[field K3] a token that is refused', () => {
  test.each([
    ['as a text', { status: 200, body: NEEDS_TOKEN }],
    ['as a number', { status: 401, body: { ...NEEDS_TOKEN, error_code: 401 } }],
    ['in exception', { status: 401, body: { error_code: '401', exception: 'need authorized' } }],
  ])('%s: one new token, one repeat, of a write too', async (_, answer) => {
    const { confirm, sent, refused } = world([answer, { body: DONE }]);
    expect(await confirm()).toMatchObject({ kind: 'ok' });
    expect(sent.map((one) => formOf(one)['access_token'])).toEqual(['token-1', 'token-2']);
    expect(refused).toEqual(['', 'token-1']);
  });

  test('the second refusal is for a person', async () => {
    const { confirm, sent } = world([{ body: NEEDS_TOKEN }]);
    expect(await confirm()).toMatchObject({ kind: 'auth', code: 'REAUTH' });
    expect(sent).toHaveLength(2);
  });

  test('a seller without access: nothing is sent', async () => {
    const source: AccessSource = {
      accessOf: () => Promise.resolve(err({ kind: 'auth', code: 'NOT_CONNECTED', message: '' })),
    };
    const { client, sent } = world([{ body: DONE }], source);
    const read = await client.call('1', queryRequisition, { requisitionId: '1' });
    expect(read).toMatchObject({ kind: 'auth', code: 'NOT_CONNECTED' });
    expect(sent).toEqual([]);
  });
});

describe('waiting messages', () => {
  test('[field Q6] a page since an instant, 20 to 200; confirmed by id', async () => {
    const page = { pushMessagePage: { datas: [{ msgId: 9, type: 'X' }], totalCount: 1 } };
    const { client, sent } = world([{ body: page }, { body: { isSuccess: true } }, { body: {} }]);
    const since = new Date('2026-11-28T16:00:00Z');
    expect(await client.waitingMessages('1', since, 5)).toMatchObject({
      kind: 'ok',
      value: { messages: [{ messageId: '9' }] },
    });
    expect(sent[0] && formOf(sent[0])).toMatchObject({
      createStartTime: '20261129000000000+0800',
      pageSize: '20',
    });
    expect(await client.confirmMessages('1', ['9'])).toMatchObject({ kind: 'ok' });
    expect(await client.confirmMessages('1', ['9'])).toMatchObject({ kind: 'unknown' });
  });
});
