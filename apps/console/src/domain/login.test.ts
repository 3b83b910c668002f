import { expect, test } from 'vitest';
import { TRIES_MAX, countsOf, isWithin, refusalOf } from './login.ts';

const CLAIM = { login: 'xiaoli', address: '203.0.113.7', knownDevice: null };

test('a known device counts for itself, everything else against address, login and all', () => {
  expect(countsOf(CLAIM).map(({ scope }) => scope)).toEqual(['address', 'login', 'all']);
  const known = countsOf({ ...CLAIM, knownDevice: 'token' });
  expect(known).toEqual([{ scope: 'device', key: 'token xiaoli' }]);
});

test('a device is known for one clerk: another one on it has a counter of its own', () => {
  const [one] = countsOf({ ...CLAIM, knownDevice: 'token' });
  const [other] = countsOf({ ...CLAIM, login: 'xiaowang', knownDevice: 'token' });
  expect(one?.key).not.toBe(other?.key);
});

test('the limit is the last try that is looked at', () => {
  for (const scope of ['device', 'login', 'address', 'all'] as const) {
    expect(isWithin(scope, TRIES_MAX[scope])).toBe(true);
    expect(isWithin(scope, TRIES_MAX[scope] + 1)).toBe(false);
  }
  expect(refusalOf('all')).toBe('BUSY');
  expect(refusalOf('address')).toBe('TOO_MANY_TRIES');
});
