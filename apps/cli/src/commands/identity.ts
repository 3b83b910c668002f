import { SERVICE_NAMES } from '@astrolabe/contracts/callers';
import { newServiceKey } from '@astrolabe/signing';
import type { Command } from '../command.ts';
import { UsageError } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/**
 * `identity new`: new keys of the services that are named, of all without a name, as lines of
 * variables: each service's own secret, and the public keys that all of them share.
 */
async function identityNew({ words, output }: Invocation): Promise<void> {
  const names: readonly string[] = words.length > 0 ? words : SERVICE_NAMES;
  const serviceNames: readonly string[] = SERVICE_NAMES;
  const unknown = names.filter((name) => !serviceNames.includes(name));
  if (unknown.length > 0) throw new UsageError(`No such service: ${unknown.join(', ')}`);
  const made = names.map((name) => ({ name, ...newServiceKey(name) }));
  for (const { name, key } of made) {
    output.text(`SERVICE_KEY_${name.toUpperCase().replaceAll('-', '_')}=${key}`);
  }
  output.text(`SERVICE_PEERS=${made.map(({ peer }) => peer).join(',')}`);
}

/** Its part of the command line. */
export const IDENTITY_COMMANDS: readonly Command[] = [
  {
    name: 'identity new',
    words: ['[SERVICE...]'],
    summary: 'new keys by which services prove who they are, as lines of variables',
    examples: ['identity new', 'identity new order-router'],
    run: identityNew,
  },
];
