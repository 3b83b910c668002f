import { describe, expect, test } from 'vitest';
import { decodeTokenReply, encodeTokenRefresh, tokenPath } from '../src/procurement/index.ts';

const NOW = new Date('2026-11-30T00:00:00Z');
const read = (body: object | string) =>
  decodeTokenReply(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), NOW);

describe('a token', () => {
  test('is asked for by a plain form', () => {
    expect(tokenPath('1000000')).toBe('http/1/system.oauth2/getToken/1000000');
    expect(encodeTokenRefresh({ appKey: '1', secret: 's', refreshToken: 'r' })).toEqual({
      grant_type: 'refresh_token',
      client_id: '1',
      client_secret: 's',
      refresh_token: 'r',
    });
  });

  test.each([['36000'], [36_000], [undefined]])('[field K1] expires_in %j: ten hours', (given) => {
    expect(read({ access_token: 'a', expires_in: given })).toEqual({
      kind: 'granted',
      accessToken: 'a',
      endsAt: new Date('2026-11-30T10:00:00Z'),
      refreshToken: null,
      refreshEndsAt: null,
    });
  });

  test('[field K2] the end of the refresh token', () => {
    const end = '20261014200339000+0800';
    expect(read({ access_token: 'a', refresh_token: 'r', refresh_token_timeout: end })).toEqual(
      expect.objectContaining({
        refreshToken: 'r',
        refreshEndsAt: new Date('2026-10-14T12:03:39Z'),
      }),
    );
  });

  test('[field K5] a refusal, and what says nothing', () => {
    expect(read({ error: 'invalid_grant' })).toMatchObject({
      kind: 'refused',
      code: 'invalid_grant',
    });
    expect(read('<html>')).toMatchObject({ kind: 'unclear' });
    expect(read({})).toMatchObject({ kind: 'unclear' });
  });
});
