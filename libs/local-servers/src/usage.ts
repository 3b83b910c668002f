import { readFileSync } from 'node:fs';

/** What a process has used: processor time since it started, and resident memory now. */
export type Usage = { cpuSeconds: number; residentMb: number };

/** The kernel counts CPU time in ticks of a hundredth of a second. */
const TICKS_PER_SECOND = 100;

/** CPU time and resident memory of a process, from the kernel. Throws when it is gone. */
export function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name may hold blanks; the fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMb: Number(resident ?? 0) / 1024,
  };
}
