import { describe, expect, test } from 'vitest';
import { deed, deedOfCall, toldJson, withoutEffect } from './audit.ts';

const who = { login: 'li', name: '小李', address: '127.0.0.1', sellerId: '21230' };

describe('a call that changes something', () => {
  test('is told by the words of its path, its target, its reason and what is to be', () => {
    const path = '/api/sellers/:seller/orders/:channel/:number/clear';
    const params = { seller: '21230', channel: 'tmall', number: '7' };
    const body = { flag: 'STOCK_REFUSED', note: '已补货' };
    expect(deedOfCall({ path, params, body }, who)).toEqual({
      ...who,
      action: 'sellers.orders.clear',
      target: 'tmall/7',
      reason: '已补货',
      before: '',
      after: '{"flag":"STOCK_REFUSED"}',
      outcome: '',
      about: 0n,
    });
  });

  test('of a clerk is told by the action of its body', () => {
    const path = '/api/orders/:channel/:number';
    const params = { channel: 'tmall', number: '7' };
    const body = { action: 'refuse', reason: 'NO_STOCK', allocation: 1 };
    expect(deedOfCall({ path, params, body }, who)).toMatchObject({
      action: 'orders.refuse',
      reason: 'NO_STOCK',
      after: '{"allocation":1}',
    });
  });

  test('that replaces a value has it beside what is to be, without its secrets', () => {
    const path = '/api/sellers/:seller/mall/settings';
    const params = { seller: '21230' };
    const body = { holdMinutes: 30 };
    const replaced = { holdMinutes: 10, clientSecret: 's' };
    expect(deedOfCall({ path, params, body, replaced }, who)).toMatchObject({
      before: '{"holdMinutes":10,"clientSecret":"***"}',
      after: '{"holdMinutes":30}',
    });
    for (const none of [null, undefined]) {
      expect(deedOfCall({ path, params, body, replaced: none }, who).before).toBe('');
    }
  });

  test('whose body is none says nothing of it', () => {
    for (const body of [null, 'text', [1], 7]) {
      const told = deedOfCall({ path: '/api/logout', params: {}, body }, who);
      expect(told).toMatchObject({ action: 'logout', target: '', reason: '', after: '' });
    }
  });
});

test('secrets, codes and personal data are hidden at any depth, and a long value is cut', () => {
  const told = toldJson({
    code: '123456789012',
    to: { receiverName: '张三', mobile: '13800000000', city: '杭州' },
    appSecret: 's',
  });
  expect(told).toBe(
    '{"code":"***","to":{"receiverName":"***","mobile":"***","city":"杭州"},"appSecret":"***"}',
  );
  expect(toldJson({ text: 'x'.repeat(5_000) })).toHaveLength(3_001);
});

test('why something had no effect is an entry of its own, that names the first', () => {
  const asked = deed({ ...who, action: 'orders.accept', target: 'tmall/7', reason: 'r' });
  expect(withoutEffect(asked, 12n, 'MOVED')).toEqual({
    ...asked,
    reason: '',
    outcome: 'MOVED',
    about: 12n,
  });
});
