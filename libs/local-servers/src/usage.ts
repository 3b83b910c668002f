import { readFileSync } from 'node:fs';

/** What a process has used: processor time since it started, and resident memory now. */
export type Usage = {
  cpuSeconds: number;
  /** The part of its first thread, which in Node runs the program; the others compile, collect and compress. */
  firstThreadSeconds: number;
  residentMb: number;
};

/** The kernel counts CPU time in ticks of a hundredth of a second. */
const TICKS_PER_SECOND = 100;

/** CPU time and resident memory of a process, from the kernel. Throws when it is gone. */
export function usageOf(pid: number): Usage {
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuSeconds: secondsIn(`/proc/${pid}/stat`),
    firstThreadSeconds: secondsIn(`/proc/${pid}/task/${pid}/stat`),
    residentMb: Number(resident ?? 0) / 1024,
  };
}

function secondsIn(file: string): number {
  const stat = readFileSync(file, 'utf8');
  // The command's name may hold blanks; the fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
