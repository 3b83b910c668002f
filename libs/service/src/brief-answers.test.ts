import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBriefAnswers } from './brief-answers.ts';

const FRESH_MS = 5_000;

type Read = {
  readonly asked: string;
  readonly answer: (value: string | null) => void;
  readonly fail: () => void;
};

function world(outlives?: () => boolean, most = 10, staleMs?: number) {
  const reads: Read[] = [];
  const time = { ms: 60_000 };
  const answers = createBriefAnswers<string, string | null>({
    keyOf: (asked) => asked,
    freshMs: (asked) => (asked.startsWith('short') ? 1_000 : FRESH_MS),
    now: () => time.ms,
    most,
    ...(outlives && { outlives }),
    ...(staleMs !== undefined && { staleMs }),
    read: (asked) =>
      new Promise((resolve, reject) => {
        reads.push({ asked, answer: resolve, fail: () => reject(new Error('away')) });
      }),
  });
  const nth = (n: number): Read => {
    const read = reads[n];
    if (!read) throw new Error(`there were ${reads.length} reads`);
    return read;
  };
  /** Asked, and answered so. */
  const put = async (asked: string, value: string | null): Promise<void> => {
    const answer = answers.of(asked);
    nth(reads.length - 1).answer(value);
    expect(await answer).toBe(value);
  };
  return { answers, reads, nth, put, time };
}

describe('answers of a moment ago', () => {
  test('are given again until they are old', async () => {
    const { answers, reads, put, time } = world();
    await put('a', 'one');
    time.ms += FRESH_MS;
    expect(await answers.of('a')).toBe('one');
    expect(reads).toHaveLength(1);
    time.ms += 1;
    await put('a', 'two');
    expect(await answers.of('a')).toBe('two');
    expect(reads).toHaveLength(2);
  });

  test('are each fresh as long as what was asked says', async () => {
    const { answers, reads, put, time } = world();
    await put('short', 'one');
    await put('long', 'one');
    time.ms += 1_001;
    await put('short', 'two');
    expect(await answers.of('long')).toBe('one');
    expect(reads.map(({ asked }) => asked)).toEqual(['short', 'long', 'short']);
  });

  test('one read answers all who ask at once', async () => {
    const { answers, reads, nth } = world();
    const all = [answers.of('a'), answers.of('a'), answers.of('a')];
    nth(0).answer('one');
    expect(await Promise.all(all)).toEqual(['one', 'one', 'one']);
    expect(reads).toHaveLength(1);
  });

  test('of more than are kept, the one that was asked for longest ago goes', async () => {
    const { answers, reads, put } = world(undefined, 2);
    await put('a', '1');
    await put('b', '1');
    await answers.of('a');
    await put('c', '1');
    expect(await answers.of('a')).toBe('1');
    await put('b', '2');
    expect(reads.map(({ asked }) => asked)).toEqual(['a', 'b', 'c', 'b']);
  });

  test('a failure is passed on and not kept', async () => {
    const { answers, nth, put } = world();
    const failed = answers.of('a');
    nth(0).fail();
    await expect(failed).rejects.toThrow('away');
    await put('a', 'one');
  });

  test('that there is nothing is not kept', async () => {
    const { put } = world();
    await put('a', null);
    await put('a', 'one');
  });
});

describe('a read that was under way when its answer was forgotten', () => {
  test('does not take the place of the newer answer, whichever comes last', async () => {
    for (const isOldLast of [true, false]) {
      const { answers, reads, nth } = world();
      const old = answers.of('a');
      answers.forget('a');
      const young = answers.of('a');
      expect(reads).toHaveLength(2);
      nth(isOldLast ? 1 : 0).answer(isOldLast ? 'young' : 'old');
      await (isOldLast ? young : old);
      nth(isOldLast ? 0 : 1).answer(isOldLast ? 'old' : 'young');
      expect(await old).toBe('old');
      expect(await young).toBe('young');
      expect(await answers.of('a')).toBe('young');
      expect(reads).toHaveLength(2);
    }
  });

  test.each(['fails', 'finds nothing'])(
    'does not drop the newer answer when it %s',
    async (how) => {
      const { answers, reads, nth } = world();
      const old = answers.of('a').catch(() => 'failed');
      answers.forget('a');
      const young = answers.of('a');
      nth(1).answer('young');
      expect(await young).toBe('young');
      if (how === 'fails') nth(0).fail();
      else nth(0).answer(null);
      expect(await old).toBe(how === 'fails' ? 'failed' : null);
      expect(await answers.of('a')).toBe('young');
      expect(reads).toHaveLength(2);
    },
  );

  test('is not kept when nobody has asked since', async () => {
    const { answers, nth, put } = world();
    const old = answers.of('a');
    answers.forget('a');
    nth(0).answer('old');
    expect(await old).toBe('old');
    await put('a', 'young');
  });
});

describe('an answer that outlives a failure', () => {
  test('is good for another while, and only where there is one', async () => {
    const { answers, reads, nth, put, time } = world(() => true);
    await put('a', 'one');
    time.ms += FRESH_MS + 1;
    const again = answers.of('a');
    nth(1).fail();
    expect(await again).toBe('one');
    expect(await answers.of('a')).toBe('one');
    expect(reads).toHaveLength(2);
    const unknown = answers.of('b');
    nth(2).fail();
    await expect(unknown).rejects.toThrow('away');
  });

  test('does not outlive being forgotten, nor a failure that says otherwise', async () => {
    const { answers, nth, put, time } = world(() => false);
    await put('a', 'one');
    time.ms += FRESH_MS + 1;
    const again = answers.of('a');
    nth(1).fail();
    await expect(again).rejects.toThrow('away');
    const other = world(() => true);
    await other.put('a', 'one');
    other.answers.forget('a');
    const forgotten = other.answers.of('a');
    other.nth(1).fail();
    await expect(forgotten).rejects.toThrow('away');
  });
});

describe('an answer that is given while a newer one is read', () => {
  const STALE_MS = 20_000;

  test('is the last one, until the newer one is there', async () => {
    const { answers, reads, nth, put, time } = world(undefined, 10, STALE_MS);
    await put('a', 'one');
    time.ms += FRESH_MS + STALE_MS;
    expect(await answers.of('a')).toBe('one');
    expect(await answers.of('a')).toBe('one');
    expect(reads).toHaveLength(2);
    nth(1).answer('two');
    await expect.poll(() => answers.of('a')).toBe('two');
    expect(reads).toHaveLength(2);
  });

  test('is none that is too old, was forgotten, or never was', async () => {
    const { answers, nth, put, time } = world(undefined, 10, STALE_MS);
    await put('a', 'one');
    time.ms += FRESH_MS + STALE_MS + 1;
    const newer = answers.of('a');
    nth(1).answer('two');
    expect(await newer).toBe('two');
    time.ms += FRESH_MS + 1;
    answers.forget('a');
    const newest = answers.of('a');
    nth(2).answer('three');
    expect(await newest).toBe('three');
  });

  test('is given no more once the newer read has failed: the next one waits, and hears of it', async () => {
    const { answers, reads, nth, put, time } = world(undefined, 10, STALE_MS);
    await put('a', 'one');
    time.ms += FRESH_MS + 1;
    expect(await answers.of('a')).toBe('one');
    nth(1).fail();
    await nextTurn();
    const late = answers.of('a');
    expect(reads).toHaveLength(3);
    nth(2).fail();
    await expect(late).rejects.toThrow('away');
  });
});
