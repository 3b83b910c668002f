import { expect, test } from 'vitest';
import { runCli } from './cli.ts';

test.each(['nonsense', 'constructor', 'toString', '__proto__'])(
  '%s is no command',
  async (word) => {
    const told: string[] = [];
    const note = (line: string) => void told.push(line);
    const output = { out: note, error: note };
    expect(await runCli([word], {}, output)).toBe(2);
    expect(told.join('\n')).toContain(`Unknown command: ${word}`);
  },
);
