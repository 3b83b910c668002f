import { Command as Program, Option } from 'commander';
import { optionName } from './command.ts';
import type { Command, LoadedGroup, OptionUse } from './command.ts';
import { optionText } from './options.ts';

const ORDER_WORDS = `ORDER is CHANNEL/SELLER/NUMBER, e.g. tmall/21230/2004574256073903.`;
const CLOSING = `
Each command: astrolabe GROUP VERB --help. Words are completed after: eval "$(astrolabe completion bash)" (or zsh).
Results are tables on a terminal and JSON lines elsewhere; --json and --table choose. Messages go to the error output.
Exit codes: 0 done, 1 failed, 2 wrong words, 3 partly failed, with a line for each item.
Commands call the system that the environment names (..._ADDRESS, ..._ADMIN_ADDRESS, KAFKA_BROKERS, with SERVICE_KEY
and SERVICE_PEERS), or without any such variable the one that npm start runs in this checkout.
${ORDER_WORDS}`;

/** What was given on the command line, for a command. */
export type Given = {
  readonly command: Command;
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

function flagsOf(use: OptionUse): string {
  const name = optionName(use);
  const { value } = optionText(name);
  return value === undefined ? `--${name}` : `--${name} <${value}>`;
}

const wordsOf = (use: OptionUse): string =>
  typeof use === 'string' ? optionText(use).text : use[1];

const moreHelp = ({ variables = [], examples }: Command): string =>
  [
    ...(variables.length > 0 ? ['', 'Variables:', `  ${variables.join(', ')}`] : []),
    '',
    'Examples:',
    ...examples.map((example) => `  astrolabe ${example}`),
  ].join('\n');

/** The program of a group, or of words within it: `mall`, `mall order`. */
function within(program: Program, words: readonly string[], summary: string): Program {
  const [word, ...more] = words;
  if (word === undefined) return program;
  const known = program.commands.find((one) => one.name() === word);
  const next = known ?? program.command(word).summary(summary).description(summary);
  return within(next, more, summary);
}

function addCommand(
  root: Program,
  group: LoadedGroup,
  command: Command,
  run: (given: Given) => Promise<void>,
) {
  const path = command.name.split(' ');
  const parent = within(root, path.slice(0, -1), group.summary);
  const verb = parent.command(path.at(-1) ?? '').description(command.summary);
  const { words = [], needs = [], takes = [] } = command;
  for (const word of words) verb.argument(word);
  verb.usage([...words, ...needs.map(flagsOf), '[options]'].join(' '));
  // What is missing is said by the command: commander would say it before it names a wrong option.
  for (const use of needs) verb.option(flagsOf(use), `${wordsOf(use)} (needed)`);
  for (const use of takes) verb.option(flagsOf(use), wordsOf(use));
  if (command.changes) verb.option('--dry-run', 'says what it would change, and changes nothing');
  verb.addOption(new Option('--json', 'results as JSON, one object a line').conflicts('table'));
  verb.option('--table', 'results as a table');
  verb.addHelpText('after', moreHelp(command));
  verb.action((...given: unknown[]) => {
    const words = given
      .slice(0, -2)
      .flat()
      .filter((word) => typeof word === 'string');
    return run({ command, words, options: verb.opts() });
  });
}

/**
 * The command line as commander knows it: groups, verbs, words and options. It ends no process; what is wrong with the
 * words is a CommanderError, and nothing has been run then.
 */
export function createProgram(
  groups: readonly LoadedGroup[],
  streams: { readonly out: (text: string) => void; readonly error: (text: string) => void },
  run: (given: Given) => Promise<void>,
): Program {
  const program = new Program('astrolabe')
    .description('The command line of operators of Astrolabe')
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: streams.error })
    .configureHelp({ sortSubcommands: true, showGlobalOptions: false })
    .showSuggestionAfterError()
    .helpCommand(false)
    .addHelpText('after', CLOSING);
  for (const group of groups) {
    const own = within(program, [group.name], group.summary);
    if (group.alias !== undefined) own.alias(group.alias);
    for (const command of group.commands) addCommand(program, group, command, run);
  }
  return program;
}
