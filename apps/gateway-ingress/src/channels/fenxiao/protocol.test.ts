import { ok } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { fenxiaoProtocol } from './protocol.ts';
import type { FenxiaoDeps } from './protocol.ts';

const AT = new Date('2026-11-30T02:00:00Z');

/** A gateway whose only key has one seller, with the name that the catalogue has for it. */
function world() {
  const state = { nick: 'b2b-1624961122', ms: 1_000, asked: 0 };
  const call = () => {
    state.asked += 1;
    return Promise.resolve({ seller: { nick: state.nick } });
  };
  const protocol = fenxiaoProtocol({
    admission: { admit: () => Promise.resolve(ok({ role: 'erp', sellerIds: ['21230'] })) },
    peers: { catalog: { call } },
    clock: () => AT,
    ticks: () => state.ms,
    windowMs: 300_000,
  } as unknown as FenxiaoDeps);
  const admit = async (sellerNick: string) => {
    const params = new Map([['seller_nick', sellerNick]]);
    const left = () => ({ deadlineMs: 1_000 });
    const signed = { params, appId: '1', sellerNick, requestData: '{}', timestamp: AT, left };
    const request = { ip: '127.0.0.1', url: '/', body: Buffer.alloc(0) };
    const caller = await protocol.admit(signed, request as never);
    return caller.ok ? caller.value.sellerId : caller.error.verdict;
  };
  return { state, admit };
}

test('the name of a seller is asked for once in five seconds, its number never', async () => {
  const { state, admit } = world();
  for (let order = 0; order < 3; order += 1) expect(await admit('b2b-1624961122')).toBe('21230');
  expect(await admit('21230')).toBe('21230');
  expect(await admit('b2b-another')).toBe('SELLER_NOT_ALLOWED');
  expect(state.asked).toBe(1);
  state.nick = 'b2b-another';
  state.ms += 5_001;
  expect(await admit('b2b-another')).toBe('21230');
  expect(await admit('b2b-1624961122')).toBe('SELLER_NOT_ALLOWED');
  expect(state.asked).toBe(2);
});
