/**
 * The answers of a call that answers in pages, one after the other, each asked for when the one before
 * it was taken; whoever stops early asks for no more. The page after the last one has no token. A
 * server that gives the same token again would never come to an end: that is an error.
 */
export async function* pagesOf<Answer extends { nextToken: string }>(
  ask: (token: string) => Promise<Answer>,
): AsyncGenerator<Answer, void> {
  let token = '';
  do {
    const answer = await ask(token);
    yield answer;
    if (answer.nextToken === token && token !== '') throw new Error('a page led to itself');
    token = answer.nextToken;
  } while (token !== '');
}
