import { availableParallelism, loadavg } from 'node:os';
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** How a process ended. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null };

/** Above this many runnable threads per core, what is slow is slow because of the others. */
const OVERLOAD_PER_CORE = 2;
const LINE_MAX_CHARS = 300;
/** Fields of a log line that its own words repeat, or that only a machine reads. */
const UNTOLD = new Set(['level', 'time', 'service', 'msg', 'trace_id', 'span_id', 'err', 'stack']);

/** An exit, as a person would say it. */
export function exitInWords({ code, signal }: Exit): string {
  if (signal !== null) return `ended by signal ${signal}`;
  return code === null ? 'could not be started' : `ended with exit code ${code}`;
}

/** How overloaded the machine is, or null when it is not. */
export function overloadInWords(
  load: number = loadavg()[0] ?? 0,
  cores: number = availableParallelism(),
): string | null {
  if (load <= cores * OVERLOAD_PER_CORE) return null;
  return `the machine is overloaded: load ${load.toFixed(1)} on ${cores} cores`;
}

/** The last lines of a log file that say something, without the colours of a terminal; empty when there is none. */
export function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return '';
  const lines = stripVTControlCharacters(readFileSync(file, 'utf8')).split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .join('\n');
}

/** The last lines of a log file, those in JSON put into words. */
export const logInWords = (file: string, count: number): string =>
  lastLines(file, count).split('\n').map(lineInWords).join('\n');

/** One line of a log in words: time, level, message, the error's message and the other fields. */
export function lineInWords(line: string): string {
  const record = recordOf(line);
  if (record === null) return line.slice(0, LINE_MAX_CHARS);
  if (isRecord(record['attr'])) return lineInWords(JSON.stringify(ofMongod(record)));
  const text = (name: string): string => plain(record[name]);
  const rest = Object.entries(record)
    .filter(([name]) => !UNTOLD.has(name))
    .map(([name, value]) => `${name} ${plain(value)}`);
  const message = [text('msg'), errorOf(record['err'])].filter(Boolean).join(': ');
  const words = [text('time').slice(11, 19), text('level').toUpperCase(), message];
  const told = rest.length > 0 ? ` (${rest.join(', ')})` : '';
  return `${words.filter(Boolean).join(' ')}${told}`.slice(0, LINE_MAX_CHARS);
}

const MONGOD_LEVELS: Record<string, string> = { F: 'fatal', E: 'error', W: 'warn', I: 'info' };

/** A line of a mongod, with the names that our services' lines have. */
function ofMongod({ t, s, msg, attr }: Record<string, unknown>): Record<string, unknown> {
  const time = isRecord(t) ? t['$date'] : undefined;
  return { ...(attr as object), attr: undefined, time, level: MONGOD_LEVELS[plain(s)] ?? s, msg };
}

/** A line of our services' logs; null for any other text. */
function recordOf(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    const record: unknown = JSON.parse(line);
    return isRecord(record) && typeof record['msg'] === 'string' ? record : null;
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const errorOf = (error: unknown): string => (isRecord(error) ? plain(error['message']) : '');

const plain = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};
