import { useServiceIdentity } from '@astrolabe/service/identity';
import { afterAll } from 'vitest';
import { cleanUp } from './clean-up.ts';
import { identityEnv } from './identity.ts';

// Tests act as an operator does; one that acts as a service says so at its client.
const { SERVICE_KEY, SERVICE_PEERS } = identityEnv('operator');
useServiceIdentity(SERVICE_KEY, SERVICE_PEERS);
// For the command line, which tests run as a process.
Object.assign(process.env, { SERVICE_KEY, SERVICE_PEERS });
// The first of a file's hooks to be registered, so the last to run.
afterAll(cleanUp);
