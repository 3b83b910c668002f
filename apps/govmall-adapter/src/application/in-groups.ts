/** Calls to one peer that run at once for one request. */
const AT_ONCE = 8;

/** The answers about each of some things, a few asked for at a time, in their order. */
export async function inGroups<T, R>(
  things: readonly T[],
  ask: (thing: T) => Promise<R>,
): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let at = 0; at < things.length; at += AT_ONCE) {
    answers.push(...(await Promise.all(things.slice(at, at + AT_ONCE).map(ask))));
  }
  return answers;
}
