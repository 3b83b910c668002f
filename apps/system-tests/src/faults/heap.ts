import { readFileSync } from 'node:fs';

/** Memory of a process after everything that nobody refers to was collected, in MB. */
export type Living = { readonly heapMb: number; readonly buffersMb: number };

/** Collects what is garbage in another process and says what lives, through Node's inspector. */
export type Heap = { living(): Promise<Living>; close(): void };

/** What a service needs in its environment so that its heap can be looked at; the system picks the port. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect=127.0.0.1:0' } as const;

const ADDRESS = /Debugger listening on (ws:\S+)/;
const MIB = 1024 * 1024;
/** A buffer's memory is freed one collection after the object that owned it. */
const COLLECTIONS = 3;

/** Opens the inspector that a service with INSPECTABLE has told of in its log. */
export async function openHeap(logFile: string): Promise<Heap> {
  const address = ADDRESS.exec(readFileSync(logFile, 'utf8'))?.[1];
  if (!address) throw new Error(`no inspector is told of in ${logFile}`);
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`nobody answers at ${address}`)));
  });
  let asked = 0;
  const call = (method: string, params: object = {}): Promise<unknown> => {
    asked += 1;
    const id = asked;
    return new Promise((resolve, reject) => {
      const read = ({ data }: MessageEvent): void => {
        const told = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: unknown };
        if (told.id !== id) return;
        socket.removeEventListener('message', read);
        if (told.error) reject(new Error(`${method}: ${JSON.stringify(told.error)}`));
        else resolve(told.result);
      };
      socket.addEventListener('message', read);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  return {
    living: async () => {
      for (let n = 0; n < COLLECTIONS; n += 1) await call('HeapProfiler.collectGarbage');
      const expression = 'JSON.stringify(process.memoryUsage())';
      const answer = (await call('Runtime.evaluate', { expression })) as {
        result: { value: string };
      };
      const { heapUsed, external } = JSON.parse(answer.result.value) as NodeJS.MemoryUsage;
      return { heapMb: heapUsed / MIB, buffersMb: external / MIB };
    },
    close: () => socket.close(),
  };
}
