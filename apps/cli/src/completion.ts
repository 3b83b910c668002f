import { optionName } from './command.ts';
import type { Command, LoadedGroup } from './command.ts';
import { UsageError } from './invocation.ts';

const NAME = 'astrolabe';

/** What may follow some words: the next words, or at a whole command its options. */
type Completions = ReadonlyMap<string, readonly string[]>;

const optionsOf = ({ needs = [], takes = [], changes = false }: Command): string[] => [
  ...[...needs, ...takes].map((use) => `--${optionName(use)}`),
  ...(changes ? ['--dry-run'] : []),
  '--json',
  '--table',
  '--help',
];

/** By the words that stand already, joined by blanks. */
export function completionsOf(groups: readonly LoadedGroup[]): Completions {
  const found = new Map<string, Set<string>>();
  const add = (before: string, word: string): void => {
    found.set(before, (found.get(before) ?? new Set()).add(word));
  };
  for (const { name, alias, commands } of groups) {
    for (const command of commands) {
      const words = [name, ...command.name.split(' ').slice(1)];
      words.forEach((word, index) => add(words.slice(0, index).join(' '), word));
      for (const option of optionsOf(command)) add(words.join(' '), option);
      if (alias === undefined) continue;
      const aliased = [alias, ...words.slice(1)];
      aliased.slice(1).forEach((word, at) => add(aliased.slice(0, at + 1).join(' '), word));
      for (const option of optionsOf(command)) add(aliased.join(' '), option);
    }
  }
  return new Map([...found].map(([before, words]) => [before, [...words].sort()]));
}

const casesOf = (completions: Completions): string =>
  [...completions]
    .map(([before, words]) => `    '${before}') words='${words.join(' ')}' ;;`)
    .join('\n');

/** Finds the longest run of words that is known; the words before the cursor are in `said`. */
const lookUp = (completions: Completions): string => `  local words='' key="$said"
  while :; do
    case "$key" in
${casesOf(completions)}
    esac
    [ -n "$words" ] && break
    case "$key" in *' '*) key="\${key% *}" ;; *) break ;; esac
  done`;

const bash = (
  completions: Completions,
): string => `# ${NAME} completion for bash: eval "$(${NAME} completion bash)"
_${NAME}() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local said="\${COMP_WORDS[*]:1:COMP_CWORD-1}"
${lookUp(completions)}
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${NAME} ${NAME}`;

const zsh = (completions: Completions): string => `#compdef ${NAME}
# ${NAME} completion for zsh: eval "$(${NAME} completion zsh)"
_${NAME}() {
  local said="\${(j: :)words[2,CURRENT-1]}"
  local choices
  choices() {
${lookUp(completions)}
    print -r -- "$words"
  }
  compadd -- \${=$(choices)}
}
compdef _${NAME} ${NAME}`;

/** The script that completes words of the command line in a shell. @throws UsageError for another shell */
export function completionScript(shell: string, groups: readonly LoadedGroup[]): string {
  const completions = completionsOf(groups);
  if (shell === 'bash') return bash(completions);
  if (shell === 'zsh') return zsh(completions);
  throw new UsageError('SHELL is bash or zsh');
}
