import { useServiceIdentity } from '@astrolabe/service/identity';
import { runCli } from './cli.ts';

const { SERVICE_KEY, SERVICE_PEERS } = process.env;
// Commands that call no service need none.
if (SERVICE_KEY && SERVICE_PEERS) useServiceIdentity(SERVICE_KEY, SERVICE_PEERS);

process.exitCode = await runCli(process.argv.slice(2), process.env, {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
});
