const CALL_MS = 30_000;

/** A call of the sandbox's own interface. @throws Error with what it says when it refuses. */
export async function control(
  sandboxUrl: string,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  return JSON.parse(await asked(sandboxUrl, method, path, body));
}

/** What it shows to people, as it is. @throws Error with what it says when it refuses. */
export const controlText = (sandboxUrl: string, path: string): Promise<string> =>
  asked(sandboxUrl, 'GET', path);

async function asked(
  sandboxUrl: string,
  method: string,
  path: string,
  body?: object,
): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/control/${path}`, {
    method,
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}: ${text}`);
  return text;
}
