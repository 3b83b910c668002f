import { createServer } from 'node:net';
import { APP_NAMES, DEFAULT_PORTS } from './topology.ts';
import type { AppName, AppPorts } from './topology.ts';

/** A port that `npm start` needs is taken by another process. */
export class PortInUse extends Error {
  override readonly name = 'PortInUse';
  readonly port: number;

  constructor(port: number, wantedBy: string) {
    super(
      `Port ${port} (for ${wantedBy}) is in use by another process. End that process, or set ` +
        `ASTROLABE_PORT_OFFSET (for example 1000) to move all ports`,
    );
    this.port = port;
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const bound = server.address();
      const number = typeof bound === 'object' && bound ? bound.port : port;
      server.close(() => resolve(number));
    });
  });
}

async function takeFixed(port: number, wantedBy: string): Promise<number> {
  return await listenOnce(port).catch(() => {
    throw new PortInUse(port, wantedBy);
  });
}

/** Below the range from which systems take the ports of outgoing connections. */
const ANY_FIRST = 12_000;
const ANY_COUNT = 18_000;
/** How many may pick at the same time without meeting. */
const PARTS = 4;
const PART_COUNT = ANY_COUNT / PARTS;

/**
 * Free ports for stacks of tests that run beside others. The system's own choice would be wrong: a
 * port that it hands out may be an outgoing connection's a moment later. Between the choice and the use
 * of a port another may choose it too: those who start at the same time have a `part` each, a whole number.
 */
export async function anyPorts(part = 0): Promise<Record<AppName, AppPorts>> {
  const first = ANY_FIRST + (part % PARTS) * PART_COUNT;
  let next = Math.floor(Math.random() * PART_COUNT);
  return await mapPorts(async () => {
    for (let tried = 0; tried < PART_COUNT; tried += 1) {
      next = (next + 1) % PART_COUNT;
      const port = await listenOnce(first + next).catch(() => null);
      if (port !== null) return port;
    }
    throw new Error('There is no free port');
  });
}

/** The documented ports, moved by `offset`; throws PortInUse for the first that is taken. */
export async function fixedPorts(offset: number): Promise<Record<AppName, AppPorts>> {
  return await mapPorts((port, app) => takeFixed(port + offset, app));
}

async function mapPorts(
  pick: (port: number, app: AppName) => Promise<number>,
): Promise<Record<AppName, AppPorts>> {
  const result = structuredClone(DEFAULT_PORTS);
  for (const app of APP_NAMES) {
    const ports = result[app];
    ports.health = await pick(ports.health, app);
    if (ports.grpc !== undefined) ports.grpc = await pick(ports.grpc, app);
    if (ports.admin !== undefined) ports.admin = await pick(ports.admin, app);
    if (ports.http !== undefined) ports.http = await pick(ports.http, app);
  }
  return result;
}
