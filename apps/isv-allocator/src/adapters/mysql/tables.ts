import { formatShanghai, parseShanghai, tmallOrder } from '@astrolabe/kernel';
import { decodeJdpRefund, decodeJdpTrade, readOmnichannelPairs } from '@astrolabe/schemas/jdp';
import { STATUS_CODES } from '@astrolabe/schemas/omni';
import type { JdpTrade } from '@astrolabe/schemas/jdp';
import { ATTR, withSpan } from '@astrolabe/telemetry';
import { createPool } from 'mysql2/promise';
import type { Pool } from 'mysql2/promise';
import type { RefundRow, TableRow, Tables } from '../../application/ports.ts';
import { PAGE_ROWS } from '../../domain/cursor.ts';
import type { ReadTrade, ToldPlace } from '../../domain/notices.ts';
import type { ReadRefund, ToldRefund } from '../../domain/refund.ts';

export type TableOptions = {
  /** Application key -> `mysql://user:password@host:port/database`. */
  readonly connections: ReadonlyMap<string, string>;
  readonly connectTimeoutMs: number;
  readonly queryTimeoutMs: number;
};

const POOL_MAX = 2;
const QUEUE_MAX = 20;

/**
 * Keyset paging over `ind_modified`: a page never misses or repeats a row of one reading. Without the
 * cast a text is compared as a double, which has too few digits for a trade's id.
 */
const PAGE = `SELECT tid, status, modified, jdp_modified, jdp_response FROM jdp_tb_trade
  WHERE jdp_modified > ? OR (jdp_modified = ? AND tid > CAST(? AS SIGNED))
  ORDER BY jdp_modified, tid LIMIT ${PAGE_ROWS}`;

/** A refund names no seller: that is in the row of its trade, which may come later. */
const REFUNDS = `SELECT r.refund_id, r.tid, r.modified, r.jdp_modified, r.jdp_response,
    t.jdp_response AS trade_response
  FROM jdp_tb_refund r LEFT JOIN jdp_tb_trade t ON t.tid = r.tid`;
const REFUND_PAGE = `${REFUNDS}
  WHERE r.jdp_modified > ? OR (r.jdp_modified = ? AND r.refund_id > CAST(? AS SIGNED))
  ORDER BY r.jdp_modified, r.refund_id LIMIT ${PAGE_ROWS}`;
/** A trade has a few refunds; what is beyond them is read by its own page. */
const REFUNDS_MAX = 2_000;
const refundsOf = (trades: number): string => `${REFUNDS}
  WHERE r.tid IN (${Array.from({ length: trades }, () => 'CAST(? AS SIGNED)').join(', ')})
  ORDER BY r.jdp_modified, r.refund_id LIMIT ${REFUNDS_MAX}`;

/** Nothing was ever pushed to the application: its table is not there yet. */
const NO_SUCH_TABLE = 'ER_NO_SUCH_TABLE';

type Row = Record<'tid' | 'status' | 'modified' | 'jdp_modified' | 'jdp_response', string>;
type RefundColumns = Record<'refund_id' | 'modified' | 'jdp_modified' | 'jdp_response', string> & {
  trade_response: string | null;
};

/** The order push tables of the platform above us (catalogue 6.4), for reading only. */
export function createTables(options: TableOptions): Tables & { close(): Promise<void> } {
  const pools = new Map([...options.connections].map(([key, url]) => [key, poolOf(url, options)]));
  const rowsOf = async <T>(appKey: string, sql: string, values: readonly string[]) => {
    const pool = pools.get(appKey);
    if (!pool) throw new TypeError('a table that is read has a database');
    const settings = { attributes: { [ATTR.dbSystem]: 'mysql' } };
    return await withSpan('read push table', settings, () =>
      read<T>(pool, sql, values, options.queryTimeoutMs),
    );
  };
  return {
    appKeys: [...pools.keys()],
    page: async (appKey, { at, tradeId }) => {
      const from = formatShanghai(at);
      const { rows, now } = await rowsOf<Row>(appKey, PAGE, [from, from, tradeId]);
      return { rows: rows.map(tableRow), now };
    },
    refundPage: async (appKey, { at, tradeId: refundId }) => {
      const from = formatShanghai(at);
      const values = [from, from, refundId];
      const { rows, now } = await rowsOf<RefundColumns>(appKey, REFUND_PAGE, values);
      return { rows: rows.map(refundRow), now };
    },
    refundsOf: async (appKey, tradeIds) => {
      if (tradeIds.length === 0) return [];
      const sql = refundsOf(tradeIds.length);
      return (await rowsOf<RefundColumns>(appKey, sql, tradeIds)).rows.map(refundRow);
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

async function read<T>(
  pool: Pool,
  sql: string,
  values: readonly string[],
  timeout: number,
): Promise<{ rows: readonly T[]; now: Date }> {
  const connection = await pool.getConnection();
  try {
    // The columns have no zone; they are Shanghai's.
    await connection.query("SET time_zone = '+08:00'");
    const [times] = await connection.query({ sql: 'SELECT NOW() AS now', timeout });
    const now = instantOf((times as { now: string }[])[0]?.now ?? '');
    // Prepared: what the driver escapes itself depends on the server's sql_mode.
    const rows = await connection
      .execute({ sql, values: [...values], timeout })
      .then(([found]) => found as T[])
      .catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === NO_SUCH_TABLE) return [];
        throw error;
      });
    connection.release();
    return { rows, now };
  } catch (error) {
    // After a time-out nobody knows what the connection is doing.
    connection.destroy();
    throw error;
  }
}

function instantOf(text: string): Date {
  const instant = parseShanghai(text);
  if (!instant.ok) throw new TypeError('a datetime of the database is not one');
  return instant.value;
}

function tableRow(row: Row): TableRow {
  const position = { at: instantOf(row.jdp_modified), tradeId: row.tid };
  const decoded = decodeJdpTrade(row.jdp_response);
  if (!decoded.ok) return { ...position, trade: null, problem: decoded.error };
  const refusals = refusalsOf(decoded.value.omnichannelParam);
  const trade = readTrade(decoded.value, instantOf(row.modified), refusals);
  return { ...position, trade, problem: '' };
}

const CLOSED: readonly string[] = ['TRADE_CLOSED', 'TRADE_CLOSED_BY_TAOBAO'];
const SHIPPED: readonly string[] = [
  'WAIT_BUYER_CONFIRM_GOODS',
  'TRADE_BUYER_SIGNED',
  'TRADE_FINISHED',
];
/** TOP's refund statuses in which the buyer gets nothing back. */
const NOT_REFUNDED: readonly string[] = ['NO_REFUND', 'CLOSED', 'SELLER_REFUSE_BUYER'];

function readTrade(
  { trade }: JdpTrade,
  modifiedAt: Date,
  refusals: readonly ToldPlace[],
): ReadTrade {
  return {
    orderRef: tmallOrder(trade.sellerId, trade.tradeId),
    modifiedAt,
    standing: standingOf(trade.status),
    omni: trade.lines.some((line) => line.omni),
    refunded: trade.lines.flatMap((line): ToldRefund[] => {
      const { subOrderId, status, refundStatus = 'NO_REFUND', refundQuantity } = line;
      if (CLOSED.includes(status)) return [{ subOrderId, standing: 'OVER' }];
      // Of money alone: the goods are not given back.
      if (refundQuantity === 0n) return [];
      if (NOT_REFUNDED.includes(refundStatus)) return [];
      return [{ subOrderId, standing: refundStatus === PAID_BACK ? 'OVER' : 'ASKED' }];
    }),
    refusals,
  };
}

const PAID_BACK = 'SUCCESS';
const WITHDRAWN = 'CLOSED';
const REFUSED = 'SELLER_REFUSE_BUYER';

function refundRow(row: RefundColumns): RefundRow {
  const position = { at: instantOf(row.jdp_modified), tradeId: row.refund_id };
  if (row.trade_response === null) return { ...position, refund: null, problem: '' };
  const refund = decodeJdpRefund(row.jdp_response);
  if (!refund.ok) return { ...position, refund: null, problem: refund.error };
  const trade = decodeJdpTrade(row.trade_response);
  if (!trade.ok) return { ...position, refund: null, problem: trade.error };
  const { refundId, tradeId, subOrderId, status, refundFee: feeFen } = refund.value;
  const { sellerId } = trade.value.trade;
  const modifiedAt = instantOf(row.modified);
  // Of money alone: the goods are not given back, or not any more.
  const standing = refund.value.refundQuantity === 0n ? 'WITHDRAWN' : refundStandingOf(status);
  const orderRef = tmallOrder(sellerId, tradeId);
  const known = { orderRef, refundId, subOrderId, feeFen, modifiedAt, standing };
  return { ...position, refund: known, problem: '' };
}

function refundStandingOf(status: string): ReadRefund['standing'] {
  if (status === WITHDRAWN) return 'WITHDRAWN';
  if (status === REFUSED) return 'REFUSED';
  return status === PAID_BACK ? 'OVER' : 'ASKED';
}

function standingOf(status: string): ReadTrade['standing'] {
  if (status === 'WAIT_SELLER_SEND_GOODS') return 'WAITING';
  if (SHIPPED.includes(status)) return 'SHIPPED';
  return CLOSED.includes(status) ? 'CLOSED' : 'OTHER';
}

/** The places that have refused, by an `omnichannel_param` (catalogue A.3). */
function refusalsOf(param: string): readonly ToldPlace[] {
  return readOmnichannelPairs(param).subOrders.flatMap((pairs) => {
    const one = new Map(pairs);
    const [type, id] = [one.get('targetType'), one.get('targetCode')];
    const subOrderId = one.get('subOrderCode');
    if (one.get('orderState') !== STATUS_CODES.REFUSED || !subOrderId || !id) return [];
    if (type !== 'STORE' && type !== 'WAREHOUSE') return [];
    return [{ subOrderId, place: { type, id } }];
  });
}
