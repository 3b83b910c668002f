import { resolve } from 'node:path';
import { PortInUse } from '@astrolabe/local-stack';
import { MissingPrerequisite, SetupFailure, StartFailure } from '@astrolabe/local-servers';
import { OptionError, readOptions, readUsage } from './options.ts';
import { createConsoleOutput } from './output.ts';
import { runDevstack } from './devstack.ts';

const output = createConsoleOutput((text) => process.stdout.write(text));
const interrupted = new Promise<string>((tell) => {
  process.once('SIGINT', () => tell('SIGINT'));
  process.once('SIGTERM', () => tell('SIGTERM'));
});

try {
  const options = readOptions(process.argv.slice(2), process.env);
  const root = resolve(import.meta.dirname, '../../..');
  process.exitCode = await runDevstack({ options, root, output, interrupted });
} catch (error) {
  const expected = [OptionError, PortInUse, MissingPrerequisite, SetupFailure, StartFailure].some(
    (kind) => error instanceof kind,
  );
  output.problem(error instanceof Error ? error.message : String(error));
  if (error instanceof OptionError) output.line(readUsage());
  else if (!expected && error instanceof Error) output.line(error.stack ?? '');
  process.exitCode = error instanceof OptionError ? 2 : 1;
}
// Sockets of clients may linger; everything that matters has been ended and awaited by now.
process.exit();
