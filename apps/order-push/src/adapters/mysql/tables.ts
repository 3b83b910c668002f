import { formatShanghai } from '@astrolabe/kernel';
import type { Outcome } from '@astrolabe/outbound';
import { ATTR, withSpan } from '@astrolabe/telemetry';
import { createPool } from 'mysql2/promise';
import type { Pool, PoolConnection } from 'mysql2/promise';
import type { Persons, Tables } from '../../application/ports.ts';
import type { PushedOrder } from '../../domain/pushed-order.ts';
import { refundRow, tradeRow } from './rows.ts';
import type { JdpRow } from './rows.ts';

export type TableOptions = {
  /** Application key -> `mysql://user:password@host:port/database`. */
  readonly connections: ReadonlyMap<string, string>;
  readonly connectTimeoutMs: number;
  readonly queryTimeoutMs: number;
};

type Put = (connection: PoolConnection) => Promise<void>;

const POOL_MAX = 4;
const QUEUE_MAX = 100;
const ERROR_LENGTH_MAX = 200;
const NO_DATABASE = { code: 'NO_DATABASE', message: 'no database is configured' };

/** The form that integrators of TOP's order push know. */
const COLUMNS = `
  status varchar(64) NOT NULL,
  seller_nick varchar(64) NOT NULL,
  buyer_nick varchar(64) NOT NULL DEFAULT '',
  created datetime NOT NULL,
  modified datetime NOT NULL,
  jdp_hashcode varchar(128) NOT NULL,
  jdp_response mediumtext NOT NULL,
  jdp_created datetime NOT NULL,
  jdp_modified datetime NOT NULL`;
const KEYS = `
  KEY ind_seller_modified (seller_nick, jdp_modified),
  KEY ind_modified (jdp_modified)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;
const CREATE = [
  `CREATE TABLE IF NOT EXISTS jdp_tb_trade (
  tid bigint NOT NULL PRIMARY KEY,${COLUMNS},${KEYS}`,
  `CREATE TABLE IF NOT EXISTS jdp_tb_refund (
  refund_id bigint NOT NULL PRIMARY KEY,
  tid bigint NOT NULL,
  oid bigint NOT NULL,${COLUMNS},
  KEY ind_tid (tid),${KEYS}`,
];

/**
 * What stands there and is newer stays; the same again changes nothing. Assignments run from left to
 * right and see what was assigned before, so the hash and `modified`, which decide, are the last ones. Readers poll
 * by `jdp_modified`: it never goes back, even where the database's clock does.
 */
const updateIf = (isNews: string): string => `
  jdp_modified = IF(${isNews}, GREATEST(VALUES(jdp_modified), jdp_modified), jdp_modified),
  status = IF(${isNews}, VALUES(status), status),
  seller_nick = IF(${isNews}, VALUES(seller_nick), seller_nick),
  buyer_nick = IF(${isNews}, VALUES(buyer_nick), buyer_nick),
  jdp_response = IF(${isNews}, VALUES(jdp_response), jdp_response),
  jdp_hashcode = IF(${isNews}, VALUES(jdp_hashcode), jdp_hashcode),
  modified = GREATEST(VALUES(modified), modified)`;
const NEWER = 'VALUES(modified) > modified';
/** A row that was written without its receiver has to be completed at the same revision. */
const NEWER_OR_WHOLE = `(${NEWER} OR (VALUES(modified) = modified AND VALUES(jdp_hashcode) <> jdp_hashcode))`;
const NAMES =
  'status, seller_nick, buyer_nick, created, modified, jdp_hashcode, jdp_response, jdp_created, jdp_modified';
const PUT_TRADE = `INSERT INTO jdp_tb_trade (tid, ${NAMES})
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, NOW(), NOW()) ON DUPLICATE KEY UPDATE `;
const PUT_PART_OF_TRADE = `${PUT_TRADE}${updateIf(NEWER)}`;
const PUT_WHOLE_TRADE = `${PUT_TRADE}${updateIf(NEWER_OR_WHOLE)}`;
const PUT_REFUND = `INSERT INTO jdp_tb_refund (refund_id, tid, oid, ${NAMES})
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(), NOW()) ON DUPLICATE KEY UPDATE ${updateIf(NEWER)}`;

/** The push tables in the applications' databases (catalogue 6.4). Tables are made on first use. */
export function createTables(options: TableOptions): Tables & { close(): Promise<void> } {
  const pools = new Map([...options.connections].map(([key, url]) => [key, poolOf(url, options)]));
  const made = new Set<string>();

  const write = async (appKey: string, pool: Pool, put: Put): Promise<void> => {
    const connection = await pool.getConnection();
    try {
      // The columns have no zone; readers take them as Shanghai's.
      await connection.query("SET time_zone = '+08:00'");
      if (!made.has(appKey)) {
        for (const sql of CREATE) await connection.query(sql);
        made.add(appKey);
      }
      await connection.beginTransaction();
      await put(connection);
      await connection.commit();
      connection.release();
    } catch (error) {
      // After a time-out nobody knows what the connection is doing.
      connection.destroy();
      throw error;
    }
  };

  return {
    has: (appKey) => pools.has(appKey),
    write: async (appKey, push, persons): Promise<Outcome> => {
      const pool = pools.get(appKey);
      if (!pool) return { kind: 'unanswered', problem: NO_DATABASE };
      const settings = { attributes: { [ATTR.dbSystem]: 'mysql' } };
      try {
        await withSpan('push order', settings, () =>
          write(appKey, pool, (connection) =>
            putOrder(connection, { push, persons, timeout: options.queryTimeoutMs }),
          ),
        );
        return { kind: 'succeeded' };
      } catch (error) {
        // It may have been committed; the same again changes nothing.
        return { kind: 'unknown', problem: { code: codeOf(error), message: '' } };
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
    },
  };
}

const poolOf = (uri: string, { connectTimeoutMs }: TableOptions): Pool =>
  createPool({
    uri,
    connectTimeout: connectTimeoutMs,
    connectionLimit: POOL_MAX,
    queueLimit: QUEUE_MAX,
    charset: 'utf8mb4',
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });

/**
 * Prepared statements: a value never becomes a part of the text. The driver escapes with backslashes,
 * which a server with `sql_mode` NO_BACKSLASH_ESCAPES reads as characters.
 */
async function putOrder(
  connection: PoolConnection,
  {
    push,
    persons,
    timeout,
  }: { push: PushedOrder; persons: Persons | 'none' | null; timeout: number },
): Promise<void> {
  const { order, refunds } = push;
  const { number: tradeId } = push.orderRef;
  if (!order) throw new TypeError('an order that its channel has not shown has no audience');
  const shown = persons === 'none' ? null : persons;
  const values = [tradeId, ...columnsOf(tradeRow(push, order, shown))];
  const sql = persons === null ? PUT_PART_OF_TRADE : PUT_WHOLE_TRADE;
  await connection.execute({ sql, values, timeout });
  for (const refund of refunds) {
    const { refundId, subOrderId } = refund;
    const row = columnsOf(refundRow(push, order, refund));
    const refundValues = [refundId, tradeId, subOrderId, ...row];
    await connection.execute({ sql: PUT_REFUND, values: refundValues, timeout });
  }
}

/** What the columns of nicks can hold. */
const NICK_MAX = 64;
const nick = (text: string): string => Array.from(text).slice(0, NICK_MAX).join('');

const columnsOf = (row: JdpRow): string[] => [
  row.status,
  nick(row.sellerNick),
  nick(row.buyerNick),
  formatShanghai(row.created),
  formatShanghai(row.modified),
  row.hashcode,
  row.response,
];

/** Codes of the driver and the server; messages may quote values. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'failure';
  return code.slice(0, ERROR_LENGTH_MAX);
}
