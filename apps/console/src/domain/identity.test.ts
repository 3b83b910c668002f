import { describe, expect, test } from 'vitest';
import { claimed, groupGrantsOf, returnAddress } from './identity.ts';

const rules = { loginClaim: 'preferred_username', groupsClaim: '', groupGrants: new Map() };

describe('the claims of a provider', () => {
  test('name an account; without groups its grants are its own', () => {
    expect(claimed({ sub: '1', preferred_username: ' li ', name: '小李' }, rules)).toEqual({
      ok: true,
      value: { login: 'li', name: '小李', grants: null },
    });
    expect(claimed({ preferred_username: 'li' }, rules)).toMatchObject({ value: { name: 'li' } });
  });

  test('without a login name nobody', () => {
    for (const said of [undefined, '', '  ', 7, ['li'], 'x'.repeat(101)]) {
      const result = claimed({ sub: '1', preferred_username: said }, rules);
      expect(result).toEqual({ ok: false, error: 'NO_LOGIN_CLAIM' });
    }
  });

  test('with an e-mail address name an account only if it is verified', () => {
    const byMail = { ...rules, loginClaim: 'email' };
    const refused = { ok: false, error: 'EMAIL_NOT_VERIFIED' };
    expect(claimed({ email: 'li@example.com' }, byMail)).toEqual(refused);
    expect(claimed({ email: 'li@example.com', email_verified: 'true' }, byMail)).toEqual(refused);
    expect(claimed({ email: 'li@example.com', email_verified: true }, byMail).ok).toBe(true);
  });

  test('with groups give what the groups give, each once, and nothing for others', () => {
    const groupGrants = groupGrantsOf('ops=operator@all; shop = clerk@21230/1342,reader@21230');
    const byGroups = { ...rules, groupsClaim: 'groups', groupGrants };
    const grantsOf = (groups: unknown) => {
      const result = claimed({ preferred_username: 'li', groups }, byGroups);
      return result.ok ? result.value.grants : null;
    };
    expect(grantsOf(['ops', 'ops', 'unknown'])).toEqual([{ role: 'OPERATOR', sellerId: null }]);
    expect(grantsOf('shop')).toEqual([
      { role: 'CLERK', sellerId: '21230', storeId: '1342' },
      { role: 'READER', sellerId: '21230' },
    ]);
    for (const none of [undefined, [], [7], { ops: true }]) expect(grantsOf(none)).toEqual([]);
  });
});

test('a configuration of groups that is none is named', () => {
  expect(groupGrantsOf('').size).toBe(0);
  for (const wrong of ['ops', 'ops=', 'ops=clerk@21230', 'ops=clerk@all/1', 'ops=king@1']) {
    expect(() => groupGrantsOf(wrong), wrong).toThrow(TypeError);
  }
});

test('one comes back to pages of ours alone', () => {
  const order = '#/sellers/21230/orders/tmall/2004?state=ALLOCATED&token=a%3D';
  expect(returnAddress(order)).toBe(order);
  for (const foreign of [
    'https://evil.example',
    '//evil.example',
    '#//\n',
    'javascript:1',
    '#/<b>',
  ]) {
    expect(returnAddress(foreign)).toBe('');
  }
});
