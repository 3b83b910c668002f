import { describe, expect, test } from 'vitest';
import { makeAdmission, mayActFor, onlySellerOf } from './admit.ts';
import type { AppKey } from './ports.ts';

const NOW = new Date('2026-11-22T02:00:00Z');
const key: AppKey = {
  appKey: '123543',
  secrets: ['secret'],
  sellerIds: ['21230'],
  sessionSellerIds: [],
  signMethods: [],
  enabled: true,
  role: 'pos',
  ratePerSecond: 0,
};

/** An admission whose steps tell that they were taken. */
function admission(known: AppKey | null, answers: { current?: boolean; signed?: boolean } = {}) {
  const steps: string[] = [];
  const clock = { ms: 0 };
  const { admit } = makeAdmission({
    appKeys: {
      find: () => {
        steps.push('key');
        return Promise.resolve(known);
      },
      put: () => Promise.resolve(),
      requireSession: () => Promise.resolve(),
    },
    clock: () => NOW,
    ticks: () => clock.ms,
    ratePerSecond: 1,
    isCurrent: () => {
      steps.push('time');
      return answers.current ?? true;
    },
  });
  const verify = () => {
    steps.push('digest');
    return answers.signed ?? true;
  };
  const knock = (from: { peer?: string; bytes?: number } = {}) =>
    admit({ appKey: '123543', timestamp: NOW, peer: '192.0.2.1', bytes: 100, ...from, verify });
  return { knock, steps, clock };
}

describe('admission goes from cheap to dear and stops at the first refusal', () => {
  test.each([
    ['an unknown key', null, {}, 'UNKNOWN_APP_KEY', ['key']],
    ['a disabled key', { ...key, enabled: false }, {}, 'UNKNOWN_APP_KEY', ['key']],
    ['a stale time', key, { current: false }, 'STALE_TIMESTAMP', ['key', 'time']],
    ['a wrong digest', key, { signed: false }, 'BAD_SIGNATURE', ['key', 'time', 'digest']],
  ] as const)('%s', async (_name, known, answers, error, taken) => {
    const { knock, steps } = admission(known, answers);
    expect(await knock()).toEqual({ ok: false, error });
    expect(steps).toEqual(taken);
  });

  test('the rate is charged after the digest', async () => {
    const { knock, steps, clock } = admission(key);
    for (let n = 0; n < 2; n += 1) expect(await knock()).toMatchObject({ ok: true });
    steps.length = 0;
    expect(await knock()).toEqual({ ok: false, error: 'RATE_EXCEEDED' });
    expect(steps).toEqual(['key', 'time', 'digest']);
    clock.ms += 1_000;
    expect(await knock()).toMatchObject({ ok: true });
  });

  test('a key’s own rate goes before the default', async () => {
    const { knock } = admission({ ...key, ratePerSecond: 5 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => knock()));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
  });

  test('a long request takes more of the rate, and one beyond the burst leaves a debt', async () => {
    const { knock, clock } = admission({ ...key, ratePerSecond: 5 });
    expect(await knock({ bytes: 250_000 })).toMatchObject({ ok: true });
    clock.ms += 10_000;
    expect(await knock()).toMatchObject({ error: 'RATE_EXCEEDED' });
    clock.ms += 3_000;
    expect(await knock()).toMatchObject({ ok: true });
  });
});

describe('what a peer fails is charged to its address', () => {
  test('forged requests cost the key nothing', async () => {
    const answers = { signed: false };
    const { knock, clock } = admission(key, answers);
    for (let n = 0; n < 300; n += 1)
      expect(await knock()).toMatchObject({ error: 'BAD_SIGNATURE' });
    answers.signed = true;
    expect(await knock()).toMatchObject({ ok: true });
    expect(await knock({ peer: '192.0.2.2' })).toMatchObject({ ok: true });
    clock.ms += 1_000;
    expect(await knock()).toMatchObject({ ok: true });
  });

  test.each([
    ['forged', key, 'BAD_SIGNATURE'],
    ['under unknown keys', null, 'UNKNOWN_APP_KEY'],
  ] as const)(
    'beyond 200 a second what is %s is not even looked at',
    async (_name, known, error) => {
      const { knock, steps, clock } = admission(known, { signed: false });
      for (let n = 0; n < 398; n += 1) expect(await knock({ bytes: 0 })).toMatchObject({ error });
      for (let n = 0; n < 3; n += 1) await knock({ bytes: 0 });
      steps.length = 0;
      expect(await knock()).toMatchObject({ error: 'RATE_EXCEEDED' });
      expect(steps).toEqual([]);
      expect(await knock({ peer: '192.0.2.2' })).toMatchObject({ error });
      clock.ms += 1_000;
      expect(await knock()).toMatchObject({ error });
    },
  );

  test('a long forged body counts for more', async () => {
    const { knock } = admission(key, { signed: false });
    const answers: unknown[] = [];
    for (let n = 0; n < 40; n += 1) answers.push(await knock({ bytes: 262_144 }));
    const looked = answers.filter(
      (answer) => (answer as { error: string }).error === 'BAD_SIGNATURE',
    );
    expect(looked.length).toBeLessThan(30);
  });
});

test('only Tmall pushes, and Tmall only pushes', () => {
  const tmall = { ...key, role: 'tmall' };
  expect(mayActFor(tmall, '21230', 'tmall')).toBe(true);
  expect(mayActFor(tmall, '21230', 'caller')).toBe(false);
  expect(mayActFor(key, '21230', 'tmall')).toBe(false);
  expect(mayActFor(key, '21230', 'caller')).toBe(true);
  expect(mayActFor(key, '99999', 'caller')).toBe(false);
  expect(mayActFor(key, '', 'caller')).toBe(false);
});

test('a key of several sellers does not choose one', () => {
  expect(onlySellerOf(key)).toBe('21230');
  expect(onlySellerOf({ ...key, sellerIds: ['1', '2'] })).toBeUndefined();
  expect(onlySellerOf({ ...key, sellerIds: [] })).toBeUndefined();
});
