import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { adminAddress, grpcAddress, httpUrl } from '@astrolabe/local-stack';
import type { Stack } from '@astrolabe/local-stack';
import { identityEnv } from '@astrolabe/testing';

const CLI = resolve(import.meta.dirname, '../../cli/src/main.ts');

/** Where the services of a stack are, as the command line reads it; what does not run is left out. */
const addressesOf = (stack: Stack): Record<string, string> => ({
  CATALOG_ADDRESS: grpcAddress(stack, 'catalog-sync'),
  CATALOG_ADMIN_ADDRESS: adminAddress(stack, 'catalog-sync'),
  GATEWAY_ADMIN_ADDRESS: adminAddress(stack, 'gateway-ingress'),
  FULFILLMENT_ADMIN_ADDRESS: adminAddress(stack, 'fulfillment'),
  ORDER_ADMIN_ADDRESS: adminAddress(stack, 'order-router'),
  INVENTORY_ADDRESS: grpcAddress(stack, 'inventory-service'),
  ORDER_ADDRESS: grpcAddress(stack, 'order-router'),
  ...(stack.has('govmall-adapter') && {
    GOVMALL_ADMIN_ADDRESS: adminAddress(stack, 'govmall-adapter'),
  }),
  ...(stack.has('settlement') && {
    SETTLEMENT_ADMIN_ADDRESS: adminAddress(stack, 'settlement'),
  }),
  ...(stack.has('console') && { CONSOLE_ADMIN_ADDRESS: adminAddress(stack, 'console') }),
  ...(stack.has('sandbox') && { SANDBOX_URL: httpUrl(stack, 'sandbox') }),
});

/** Runs a command as an operator does: what it printed, its messages and its exit code. */
export async function printed(
  stack: Stack,
  ...words: readonly string[]
): Promise<{ code: number | null; out: string; told: string }> {
  const child = spawn(process.execPath, [CLI, ...words], {
    env: { ...process.env, ...identityEnv('operator'), ...addressesOf(stack) },
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const [out, told] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, out, told };
}

/** The same, of a command that prints an object a line. */
export async function astrolabe<T>(
  stack: Stack,
  ...words: readonly string[]
): Promise<{ code: number | null; lines: T[]; told: string }> {
  const { code, out, told } = await printed(stack, ...words);
  const lines = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
  return { code, lines, told };
}
