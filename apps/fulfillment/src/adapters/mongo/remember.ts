type Remembered<V> = { readonly until: number; readonly answer: Promise<V> };

/**
 * Answers what was asked a moment ago again, and asks once for all who ask at once. `freshMs` says how long an
 * answer is good for; failures are not remembered.
 */
export function remember<A extends readonly string[], V>(
  read: (...asked: A) => Promise<V>,
  options: { freshMs: (...asked: A) => number; now: () => number; most: number },
): (...asked: A) => Promise<V> {
  const { freshMs, now, most } = options;
  const answers = new Map<string, Remembered<V>>();
  return (...asked) => {
    const key = JSON.stringify(asked);
    const known = answers.get(key);
    if (known && known.until > now()) return known.answer;
    const answer = read(...asked);
    answer.catch(() => answers.delete(key));
    if (answers.size >= most) answers.clear();
    answers.set(key, { until: now() + freshMs(...asked), answer });
    return answer;
  };
}
