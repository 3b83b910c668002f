import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Environment } from './invocation.ts';

/** Names another file than the one that `npm start` writes in this checkout. */
const STATE_VARIABLE = 'ASTROLABE_STATE';
const STATE_FILE = fileURLToPath(new URL('../../../.astrolabe/devstack.json', import.meta.url));

/** Variables of a system, and where they come from: null when the environment itself names it. */
export type System = { readonly environment: Environment; readonly file: string | null };

const isText = (entry: [string, unknown]): entry is [string, string] =>
  typeof entry[1] === 'string';

/**
 * The system that commands are for: the one that the environment names, or, where it names no address and no broker,
 * the one that runs on this machine. Never a mixture: a key of one system does not meet an address of another.
 * @throws SyntaxError where the file is no JSON
 */
export function systemOf(environment: Environment): System {
  const isNamed = Object.keys(environment).some(
    (name) => /^[A-Z]+(?:_ADMIN)?_ADDRESS$/.test(name) || name === 'KAFKA_BROKERS',
  );
  const file = environment[STATE_VARIABLE] ?? STATE_FILE;
  if (isNamed || !existsSync(file)) return { environment, file: null };
  const state = JSON.parse(readFileSync(file, 'utf8')) as { operator?: unknown };
  if (typeof state.operator !== 'object' || state.operator === null) {
    return { environment, file: null };
  }
  const named = Object.fromEntries(Object.entries(state.operator).filter(isText));
  return { environment: { ...named, ...environment }, file };
}
