import { text } from 'node:stream/consumers';
import { runCli } from './cli.ts';
import { systemOf } from './local-system.ts';

const { environment } = systemOf(process.env);

// Who reads no further, e.g. head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const CLEAR_LINE = '\r\u001B[K';

process.exitCode = await runCli(process.argv.slice(2), environment, {
  out: (line) => process.stdout.write(`${line}\n`),
  error: (line) => process.stderr.write(`${line}\n`),
  isTerminal: process.stdout.isTTY,
  input: () => text(process.stdin),
  ...(process.stderr.isTTY && {
    progress: (line: string) => process.stderr.write(CLEAR_LINE + line),
  }),
});
