import { usageOf } from '@astrolabe/local-servers';
import type { Stored, Usage } from '@astrolabe/local-servers';
import { APP_NAMES, askedMore, askedOf } from '@astrolabe/local-stack';
import type { AppName, Stack } from '@astrolabe/local-stack';

/** A process by the names of what runs in it. */
type Measurable = {
  readonly name: string;
  readonly pid: number;
  /** Of the platform: neither a server that it stands on nor a counterparty. */
  readonly isService: boolean;
};

type Asked = Awaited<ReturnType<typeof askedOf>>;
type Moment = { readonly usage: ReadonlyMap<string, Usage>; readonly asked: Asked };
type Measured = { readonly seconds: number; readonly from: Moment; readonly to: Moment };

const ALL_SERVICES = 'services together';

/** Every process of the stack once, and the servers beside it. */
export function processesOf(
  stack: Stack,
  servers: readonly (readonly [string, number])[],
): Measurable[] {
  return [
    ...sharing(stack).map(([first, ...others]) => ({
      name: others.length > 0 ? `${others.length + 1} services in one` : first,
      pid: stack.pid(first),
      isService: first !== 'sandbox',
    })),
    ...servers.map(([name, pid]) => ({ name, pid, isService: false })),
  ];
}

/** What every process has used, and has asked others to do, while `during` ran. */
export async function measured(
  stack: Stack,
  processes: readonly Measurable[],
  during: () => Promise<unknown>,
): Promise<Measured> {
  const look = async (): Promise<Moment> => ({
    usage: new Map(processes.map(({ name, pid }) => [name, usageOf(pid)])),
    // Of several in one process the first answers for all.
    asked: await askedOf(
      stack.ports,
      sharing(stack).map(([first]) => first),
    ),
  });
  const from = await look();
  const startedAt = performance.now();
  await during();
  const seconds = (performance.now() - startedAt) / 1_000;
  return { seconds, from, to: await look() };
}

/** Each process with its share of a core, its resident memory at the end, and its CPU an order. */
export function printProcesses(
  processes: readonly Measurable[],
  measured: Measured,
  orders?: number,
): void {
  const row = (name: string, { all, others }: Used, residentMb: number): void => {
    const each = (used: number, width: number): string =>
      orders === undefined ? '' : ((used * 1_000) / orders).toFixed(1).padStart(width);
    const share = ((all / measured.seconds) * 100).toFixed(1).padStart(8);
    const row = name.padEnd(24) + share + residentMb.toFixed(0).padStart(14);
    console.log(row + each(all, 15) + each(others, 17));
  };
  const perOrder = orders === undefined ? '' : '   CPU ms/order    other threads';
  console.log(`${'process'.padEnd(24)}   CPU %   resident MB${perOrder}`);
  for (const { name } of processes) row(name, usedBy(name, measured), residentOf(name, measured));
  const own = processes.filter(({ isService }) => isService);
  const sum = (of: (name: string) => number): number =>
    own.reduce((total, { name }) => total + of(name), 0);
  row(
    ALL_SERVICES,
    {
      all: sum((name) => usedBy(name, measured).all),
      others: sum((name) => usedBy(name, measured).others),
    },
    sum((name) => residentOf(name, measured)),
  );
}

/** Commands with the documents that they are about, calls and requests by what they are, each divided by `per`. */
export function printWork(
  { from, to }: Measured,
  { per, heading }: { readonly per: number; readonly heading: string },
): void {
  console.log(
    `\n${heading.padEnd(22)}commands and the documents in them, calls, requests to Kafka`,
  );
  const more = askedMore(from.asked, to.asked, per);
  const all = more.reduce((sum, { times }) => sum + times, 0);
  for (const { what, times, documents } of more) {
    const about = documents > 0 ? documents.toFixed(2).padStart(9) : ''.padStart(9);
    console.log(`${times.toFixed(2).padStart(8)}${about}  ${what}`);
  }
  console.log(`${all.toFixed(2).padStart(8)}${''.padStart(9)}  in all`);
  const commands = more.filter(({ documents }) => documents > 0);
  const inDatabase = commands.reduce((sum, { times }) => sum + times, 0);
  console.log(`${inDatabase.toFixed(2).padStart(8)}${''.padStart(9)}  commands of the database`);
}

/** What each collection has grown by, for each order, the most bytes first. */
export function printStored(
  before: ReadonlyMap<string, Stored>,
  after: ReadonlyMap<string, Stored>,
  orders: number,
): void {
  console.log('\nper order   documents      bytes');
  const grown = [...after].map(([name, { documents, bytes }]) => {
    const was = before.get(name) ?? { documents: 0, bytes: 0 };
    return {
      name,
      documents: (documents - was.documents) / orders,
      bytes: (bytes - was.bytes) / orders,
    };
  });
  for (const { name, documents, bytes } of grown.toSorted((a, b) => b.bytes - a.bytes)) {
    if (bytes < 1) continue;
    console.log(`${documents.toFixed(2).padStart(21)}${bytes.toFixed(0).padStart(11)}  ${name}`);
  }
}

/** Processor time of all processes, seconds. */
export const cpuSecondsOf = (processes: readonly Measurable[], measured: Measured): number =>
  processes.reduce((sum, { name }) => sum + usedBy(name, measured).all, 0);

/** Processor seconds, and those of them that were not the first thread's. */
type Used = { readonly all: number; readonly others: number };

function usedBy(name: string, { from, to }: Measured): Used {
  const [before, after] = [from.usage.get(name), to.usage.get(name)];
  const all = (after?.cpuSeconds ?? 0) - (before?.cpuSeconds ?? 0);
  const first = (after?.firstThreadSeconds ?? 0) - (before?.firstThreadSeconds ?? 0);
  return { all, others: all - first };
}

const residentOf = (name: string, { to }: Measured): number => to.usage.get(name)?.residentMb ?? 0;

/** The apps of each process. */
function sharing(stack: Stack): [AppName, ...AppName[]][] {
  const byPid = Map.groupBy(APP_NAMES, (app) => stack.pid(app));
  return [...byPid.values()].map(([first = 'sandbox', ...others]) => [first, ...others]);
}
