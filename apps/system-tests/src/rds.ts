import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariadb } from '@astrolabe/local-servers';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';

/** A row of jdp_tb_trade as an integrator reads it. */
export type JdpTrade = {
  tid: string;
  status: string;
  jdp_modified: string;
  jdp_hashcode: string;
  jdp_response: string;
  /** Text of the trade's omnichannel_param; empty when there is none. */
  param: string;
};

/** A database server of this file's own with one database per application. */
export type RdsServer = {
  /** RDS_CONNECTIONS of the service. */
  connections: string;
  /** The order in an application's table; null when it is not there. */
  trade(appKey: string, tid: string): Promise<JdpTrade | null>;
  /** A refund's columns; null when it is not there. */
  refund(appKey: string, refundId: string): Promise<Record<string, string> | null>;
  stop(): Promise<void>;
};

/** Starts a server and makes the databases of `appKeys`; the tables are the service's. */
export async function startRds(appKeys: readonly string[]): Promise<RdsServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'astrolabe-rds-'));
  const server = await startMariadb({ dataDir });
  const root = await createConnection({
    uri: server.url(''),
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });
  const databaseOf = (appKey: string): string => `app_${appKey}`;
  for (const appKey of appKeys) await root.query(`CREATE DATABASE ${databaseOf(appKey)}`);
  return {
    connections: JSON.stringify(
      Object.fromEntries(appKeys.map((key) => [key, server.url(databaseOf(key))])),
    ),
    trade: (appKey, tid) => readTrade(root, databaseOf(appKey), tid),
    refund: (appKey, refundId) =>
      readRow(root, `${databaseOf(appKey)}.jdp_tb_refund`, 'refund_id', refundId),
    stop: async () => {
      await root.end();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function readTrade(
  root: Connection,
  database: string,
  tid: string,
): Promise<JdpTrade | null> {
  const row = await readRow(root, `${database}.jdp_tb_trade`, 'tid', tid);
  if (!row) return null;
  const param = /"omnichannel_param":"([^"]*)"/.exec(row['jdp_response'] ?? '')?.[1] ?? '';
  return { ...(row as Omit<JdpTrade, 'param'>), param };
}

const NO_SUCH_TABLE = 'ER_NO_SUCH_TABLE';

async function readRow(
  root: Connection,
  table: string,
  key: string,
  value: string,
): Promise<Record<string, string> | null> {
  try {
    const [rows] = await root.query('SELECT * FROM ?? WHERE ?? = ?', [table, key, value]);
    const [row] = rows as Record<string, unknown>[];
    if (!row) return null;
    return Object.fromEntries(Object.entries(row).map(([name, column]) => [name, String(column)]));
  } catch (error) {
    // Nothing was ever pushed to this application.
    if (error instanceof Error && 'code' in error && error.code === NO_SUCH_TABLE) return null;
    throw error;
  }
}
