/**
 * Faults and abuse against the whole system, from outside, with the figures that they must reach:
 *
 *   npm run faults -- 18b [--away 140 --rate 3 ...]
 *
 * Prints the settings, then each figure beside its target, and as the last line one JSON object. The exit code is 1
 * when a figure that must be exact misses.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { abuse } from './abuse.ts';
import type { Scenario } from './define.ts';
import { holds, printed } from './figures.ts';
import { hostileDocuments } from './hostile-documents.ts';
import { injection } from './injection.ts';
import { killed } from './killed.ts';
import { outage } from './outage.ts';
import { rolling } from './rolling.ts';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  '18b': outage,
  '21': hostileDocuments,
  '22': injection,
  '23': abuse,
  '25': rolling,
  kill: killed,
};

const say = (text: string): void => void process.stdout.write(text);

/** Settings as they are said behind the scenario's number. */
function settingsOf({ settings }: Scenario, args: string[]): Record<string, number> {
  const options = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      { type: 'string' as const, default: String(value) },
    ]),
  );
  const { values } = parseArgs({ args, options });
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
}

async function run(number: string, scenario: Scenario, args: string[]): Promise<boolean> {
  const settings = settingsOf(scenario, args);
  const machine = { cores: cpus().length, node: process.version };
  say(`Scenario ${number}: ${scenario.title}\n`);
  say(`Settings: ${JSON.stringify({ ...settings, ...machine })}\n`);
  const startedAt = Date.now();
  const figures = await scenario.run(settings, (line) => {
    say(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(6)} s  ${line}\n`);
  });
  say(printed(figures));
  const told = Object.fromEntries(figures.map(({ name, value }) => [name, value]));
  say(`${JSON.stringify({ scenario: number, settings, figures: told })}\n`);
  return holds(figures);
}

const [, , number = '', ...args] = process.argv;
const scenario = SCENARIOS[number];
if (!scenario) {
  const list = Object.entries(SCENARIOS).map(([name, { title }]) => `  ${name}  ${title}\n`);
  say(`Which scenario?\n${list.join('')}`);
  process.exit(2);
}
process.exit((await run(number, scenario, args)) ? 0 : 1);
