import { METRIC, counter } from '@astrolabe/telemetry';
import { driverConnection } from './driver-connection.ts';
import type { Command } from './driver-connection.ts';

/** The connections on which the driver watches servers, all day long. */
const WATCHING = '<monitor>';
/** What commands of several documents carry them in. */
const CARRIERS = ['documents', 'updates', 'deletes'] as const;

let isDone = false;

/**
 * Counts the commands of this process by name and collection, and the documents that they write or look for by name: what
 * a piece of work costs the database depends on the number of commands more than on anything else. The driver's own events
 * (`monitorCommands`) are dear: for each it reads the whole answer a second time, with all the documents in it.
 *
 * @throws TypeError when the driver is not built like that any more.
 */
export function countCommands(): void {
  if (isDone) return;
  const labels = ['command', 'collection'] as const;
  const commands = counter(METRIC.mongoCommands, 'Commands sent to the database', labels);
  const documents = counter(METRIC.mongoDocuments, 'Documents that commands were about', labels);
  const connection = driverConnection();
  const { command: send } = connection;
  connection.command = function (ns, command, ...more) {
    if (this.id !== WATCHING) {
      const [name = ''] = Object.keys(command);
      const target = command[name];
      const of = { command: name, collection: typeof target === 'string' ? target : '' };
      commands.inc(of);
      documents.inc(of, documentsIn(command));
    }
    return send.call(this, ns, command, ...more);
  };
  isDone = true;
}

/** How many documents a command carries, or asks for by their names; 1 of any other. */
function documentsIn(command: Command): number {
  for (const field of CARRIERS) {
    const carried = command[field];
    if (carried !== undefined)
      return lengthOf(carried) ?? lengthOf(fieldOf(carried, 'documents')) ?? 1;
  }
  return lengthOf(fieldOf(fieldOf(command['filter'], '_id'), '$in')) ?? 1;
}

const lengthOf = (value: unknown): number | undefined =>
  Array.isArray(value) ? value.length : undefined;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
