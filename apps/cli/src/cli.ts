import { CommanderError } from 'commander';
import { completionScript } from './completion.ts';
import { PartlyFailed, UsageError, required } from './invocation.ts';
import type { Environment, Invocation } from './invocation.ts';
import { GROUPS } from './groups.ts';
import { loaded, optionName } from './command.ts';
import type { Group } from './command.ts';
import { DRY_RUN, Planned } from './planned.ts';
import { createPrinter } from './output/printer.ts';
import type { Streams } from './output/printer.ts';
import { createProgram } from './program.ts';
import type { Given } from './program.ts';

const FAILED = 1;
const WRONG_WORDS = 2;
const PARTLY_FAILED = 3;

const COMPLETION: Group = {
  name: 'completion',
  summary: 'words of the command line in a shell',
  load: async () =>
    ['bash', 'zsh'].map((shell) => ({
      name: `completion ${shell}`,
      summary: `prints the script that completes words in ${shell}`,
      examples: [`completion ${shell} > ~/.astrolabe-completion`],
      run: async ({ output }) => output.text(completionScript(shell, await loaded(ALL))),
    })),
};

const ALL: readonly Group[] = [...GROUPS, COMPLETION];

/** Runs one command; returns the process's exit code. */
export async function runCli(
  argv: readonly string[],
  environment: Environment,
  streams: Streams,
): Promise<number> {
  const write = (to: (line: string) => void) => (text: string) => to(text.replace(/\n$/, ''));
  const said = { out: write(streams.out), error: write(streams.error) };
  const isMeant = ({ name, alias }: Group): boolean =>
    argv.some((word) => word === name || word === alias);
  const groups = await loaded(ALL, isMeant);
  const program = createProgram(groups, said, (given) => runCommand(given, environment, streams));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    return exitCodeOf(error, streams);
  }
}

async function runCommand(
  { command, words, options }: Given,
  environment: Environment,
  streams: Streams,
): Promise<void> {
  const asTable = options['table'] === true || (streams.isTerminal === true && !options['json']);
  const printer = createPrinter(streams, { asTable, columns: command.columns });
  const invocation: Invocation = {
    words,
    option: (name) => textOf(options[camelCase(name)]),
    flag: (name) => options[camelCase(name)] === true,
    environment: options['dryRun'] === true ? { ...environment, [DRY_RUN]: '1' } : environment,
    input: streams.input ?? noInput,
    output: printer,
  };
  try {
    for (const option of (command.needs ?? []).map(optionName)) {
      required(textOf(options[camelCase(option)]), `--${option}`);
    }
    await identify(environment);
    await command.run(invocation);
  } catch (error) {
    if (!(error instanceof Planned)) throw error;
    printer.row(error.row);
  } finally {
    printer.end();
  }
}

/** Services know commands by their key; commands that call no service need none. */
async function identify({ SERVICE_KEY, SERVICE_PEERS }: Environment): Promise<void> {
  if (!SERVICE_KEY || !SERVICE_PEERS) return;
  const { useServiceIdentity } = await import('@astrolabe/service/identity');
  useServiceIdentity(SERVICE_KEY, SERVICE_PEERS);
}

async function noInput(): Promise<never> {
  throw new UsageError('there is no standard input to read');
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** As commander names values of options. */
const camelCase = (name: string): string =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function exitCodeOf(error: unknown, streams: Streams): number {
  if (error instanceof CommanderError) {
    // Help that was asked for is no mistake; whatever else commander says is about the words.
    return error.code === 'commander.helpDisplayed' ? 0 : WRONG_WORDS;
  }
  streams.error(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError) {
    streams.error('astrolabe GROUP VERB --help says more.');
    return WRONG_WORDS;
  }
  return error instanceof PartlyFailed ? PARTLY_FAILED : FAILED;
}
