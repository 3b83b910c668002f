import { createHttpServer } from '@astrolabe/http';
import { err, ok } from '@astrolabe/kernel';
import { createLogger } from '@astrolabe/service';
import { afterEach, expect, test } from 'vitest';
import { NotNow, TRY_AGAIN, bodyOf, channelErrors, channelOf } from './index.ts';
import type { Answered, Kept, Prepared, Protocol } from './index.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const said = (verdict: string, body: string) => ({ verdict, type: 'text/plain', body });

/** A channel that echoes, and says no before each step when the body asks for it. */
const echo = (path: string, prepared: Partial<Prepared> = {}): Protocol<string, string> => ({
  channel: path,
  verdicts: ['UNREAD', 'NOT_LET_IN', 'NOT_UNDERSTOOD'],
  paths: [path],
  methods: ['POST'],
  read: (request) => {
    const body = bodyOf(request).toString();
    return body === 'unread' ? err(said('UNREAD', 'cannot be read')) : ok(body);
  },
  admit: (call) => (call === 'stranger' ? err(said('NOT_LET_IN', 'who?')) : ok('caller')),
  prepare: (call) =>
    call === 'riddle'
      ? err(said('NOT_UNDERSTOOD', 'what?'))
      : ok({
          name: 'echo',
          order: null,
          kept: { id: call, sellerId: '1', rawBody: Buffer.from(call) },
          run: async () => ({ body: `echo of ${call}`, isDone: true }),
          refuse: ({ code }) => `no: ${code}`,
          ...prepared,
        }),
  say: (call, verdict, body) => said(verdict, `${call}> ${body}`),
  refuse: (_request, { code }) => ({ type: 'text/plain', body: `${path} refuses: ${code}` }),
});

type Log = (Kept & { method: string })[];

async function serving(...protocols: Protocol<string, string>[]) {
  const channels = protocols.map((protocol) => channelOf(protocol));
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 100,
    errorResponder: channelErrors(channels),
  });
  const kept: Log = [];
  const answerOnce = async (request: Log[number], run: () => Promise<Answered>) => {
    kept.push(request);
    return (await run()).body;
  };
  const seen: object[] = [];
  const tell = (what: object): void => void seen.push(what);
  for (const channel of channels) {
    channel.serve(http.app, { now: Date.now, answerOnce, seen: tell });
  }
  await http.component.start();
  closers.push(() => http.component.stop());
  const post = async (path: string, body: string, method = 'POST') => {
    const init = method === 'POST' ? { method, body } : { method };
    const answer = await fetch(`${http.address()}${path}`, init);
    return { status: answer.status, text: await answer.text() };
  };
  return { post, kept, seen };
}

test('each step may end a request; what passes them all is kept, run and answered in its form', async () => {
  const { post, kept } = await serving(echo('/a'));
  expect(await post('/a', 'unread')).toEqual({ status: 200, text: 'cannot be read' });
  expect(await post('/a', 'stranger')).toEqual({ status: 200, text: 'who?' });
  expect(await post('/a', 'riddle')).toEqual({ status: 200, text: 'what?' });
  expect(kept).toEqual([]);
  expect(await post('/a/', 'hello')).toEqual({ status: 200, text: 'hello> echo of hello' });
  expect(kept).toMatchObject([{ id: 'hello', sellerId: '1', method: 'echo' }]);
});

test('what was understood is told with its seller and what became of it; what was not is of nobody', async () => {
  const run = () => Promise.reject(new NotNow(TRY_AGAIN));
  const { post, seen } = await serving(echo('/a'), echo('/later', { run }));
  for (const body of ['unread', 'stranger', 'riddle']) await post('/a', body);
  expect(seen).toEqual([]);
  await post('/a', 'hello');
  await post('/later', 'x');
  expect(seen).toEqual([
    { channel: '/a', sellerId: '1', verdict: 'ANSWERED' },
    { channel: '/later', sellerId: '1', verdict: 'NOT_NOW' },
  ]);
});

test('what changes nothing is not kept', async () => {
  const { post, kept } = await serving(echo('/a', { kept: null }));
  expect((await post('/a', 'hello')).text).toBe('hello> echo of hello');
  expect(kept).toEqual([]);
});

test('[field M8] what cannot be answered now is refused in the form of its method; a bug in that of the channel, never with 200', async () => {
  const fails = (error: Error): Partial<Prepared> => ({
    run: () => Promise.reject(error),
  });
  const { post } = await serving(
    echo('/later', fails(new NotNow(TRY_AGAIN))),
    echo('/bug', fails(new TypeError('secret'))),
  );
  expect(await post('/later', 'x')).toEqual({
    status: 200,
    text: 'x> no: isp.service-unavailable',
  });
  expect(await post('/bug', 'x')).toEqual({ status: 500, text: '/bug refuses: isp.internal' });
});

test('a channel whose callers act at once on what they read says 503 instead', async () => {
  const run = () => Promise.reject(new NotNow(TRY_AGAIN));
  const { post } = await serving({ ...echo('/later', { run }), notNowStatus: 503 });
  expect((await post('/later', 'x')).status).toBe(503);
});

test('a channel whose callers read statuses has its own', async () => {
  const { post } = await serving({ ...echo('/a'), statuses: { NOT_LET_IN: 401 } });
  expect((await post('/a', 'stranger')).status).toBe(401);
  expect((await post('/a', 'x')).status).toBe(200);
});

test('what no route answers has the form of the channel whose path was called', async () => {
  const { post } = await serving(echo('/a'), echo('/b'));
  expect(await post('/b', '', 'GET')).toEqual({
    status: 405,
    text: '/b refuses: isv.method-not-allowed',
  });
  expect(await post('/b', 'x'.repeat(101))).toEqual({
    status: 413,
    text: '/b refuses: isv.body-too-large',
  });
  const nowhere = await post('/nowhere', '');
  expect(nowhere.status).toBe(404);
  expect(JSON.parse(nowhere.text)).toMatchObject({ code: 'isv.not-found' });
});

test('where there is one channel, unknown paths are told in its form', async () => {
  const { post } = await serving(echo('/a'));
  expect(await post('/nowhere', '')).toEqual({ status: 404, text: '/a refuses: isv.not-found' });
});
