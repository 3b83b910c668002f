import { Space, Tag } from 'antd';
import type { TableProps } from 'antd';
import type { ReactNode } from 'react';
import { creditedFen, shanghai, yuan } from '../../format.tsx';
import { OrderLink } from '../stock/parts.tsx';
import { useNoteReason } from './others.tsx';
import { Amount } from './parts.tsx';
import { useCode, useText } from './texts.ts';
import type { MoneyText } from './texts.ts';
import type {
  DueJson,
  InvoiceJson,
  MatchedJson,
  NoteJson,
  PayableJson,
  TransferJson,
} from './types.ts';

const COLORS: Readonly<Record<string, string>> = {
  MATCHED: 'green',
  RECORDED: 'green',
  ACCEPTED: 'green',
  VERIFIED: 'green',
  ISSUED: 'green',
  UNBILLED: 'default',
  DIFFERS: 'red',
  UNSHIPPED: 'gold',
  MISMATCHED: 'red',
  UNREAD: 'red',
  EXCESS: 'red',
  REJECTED: 'red',
  SUBMITTED: 'gold',
  WAITING: 'gold',
  REQUESTED: 'blue',
  RED: 'red',
  BLUE: 'blue',
};

type Columns<Row> = NonNullable<TableProps<Row>['columns']>;

/** A state in words; the code is its title. */
function Code({ value }: { value: string | undefined }) {
  const code = useCode();
  return (
    <Tag color={COLORS[value ?? ''] ?? 'default'} title={value}>
      {code(value)}
    </Tag>
  );
}

/** A column with its words. */
function useColumn() {
  const text = useText();
  return <Row,>(title: MoneyText, render: (row: Row) => ReactNode): Columns<Row>[number] => ({
    key: title,
    title: text(title),
    render: (_, row) => render(row),
  });
}

const total = (rows: MatchedJson['billed'] = []): string =>
  String(rows.reduce((sum, { amountFen = '0' }) => sum + BigInt(amountFen), 0n));

export function useReceivables(): Columns<MatchedJson> {
  const column = useColumn();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('match', ({ match }) => <Code value={match} />),
    column('owed', ({ amountFen }) => yuan(amountFen)),
    column('billed', ({ billed }) => (billed?.length ? yuan(total(billed)) : '—')),
    column('difference', ({ differenceFen }) => yuan(differenceFen)),
    column('credited', (row) => yuan(creditedFen(row))),
    column('bills', ({ billed = [] }) => (
      <>{[...new Set(billed.map(({ billNo }) => billNo))].join(', ') || '—'}</>
    )),
    column('recordedAt', ({ recordedAt }) => shanghai(recordedAt)),
  ];
}

export function useDiscrepancies(): Columns<MatchedJson> {
  const column = useColumn();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('tradeNo', ({ tradeNo }) => tradeNo || '—'),
    column('reason', ({ discrepancy }) => <Code value={discrepancy?.kind} />),
    column('ours', ({ discrepancy }) => yuan(discrepancy?.payFen)),
    column('theirs', ({ discrepancy }) => <Amount fen={discrepancy?.platformPayFen} />),
    column('difference', ({ discrepancy }) => yuan(discrepancy?.differenceFen)),
    column('foundAt', ({ discrepancy }) => shanghai(discrepancy?.foundAt)),
  ];
}

function Reasons({ of }: { of: NonNullable<NoteJson['discrepancies']> }) {
  const reasonOf = useNoteReason();
  if (of.length === 0) return <>—</>;
  return (
    <Space orientation="vertical" size={2}>
      {of.map(({ kind, differenceYuan = '0', detail }, index) => (
        <span key={`${index}/${kind}`} title={detail}>
          {reasonOf(kind)}
          {differenceYuan === '0' ? '' : ` ${differenceYuan}`}
        </span>
      ))}
    </Space>
  );
}

export function useNotes(): Columns<NoteJson> {
  const column = useColumn();
  return [
    column('noteNo', ({ noteNo, noteId }) => noteNo || noteId),
    column('state', ({ state }) => <Code value={state} />),
    column('amount', ({ totalYuan }) => totalYuan || '—'),
    column('expected', ({ expectedYuan }) => expectedYuan || '—'),
    column('reason', ({ discrepancies = [] }) => <Reasons of={discrepancies} />),
    column('problem', ({ problem }) => problem || '—'),
    column('readAt', ({ readAt }) => shanghai(readAt)),
  ];
}

export function useTransfers(): Columns<TransferJson> {
  const column = useColumn();
  return [
    column('bankNumber', ({ bankNumber }) => bankNumber),
    column('account', ({ account }) => account),
    column('state', ({ state }) => <Code value={state} />),
    column('amount', ({ amountFen }) => yuan(amountFen)),
    column('dueFen', ({ dueFen }) => yuan(dueFen)),
    column('received', ({ receivedFen }) => <Amount fen={receivedFen} />),
    column('order', ({ orders = [] }) => (
      <Space orientation="vertical" size={2}>
        {orders.map((one) => (
          <OrderLink key={one.number} of={one} />
        ))}
      </Space>
    )),
    column('submittedAt', ({ submittedAt }) => shanghai(submittedAt)),
  ];
}

export function useInvoices(): Columns<InvoiceJson> {
  const column = useColumn();
  const code = useCode();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('colour', ({ colour }) => <Code value={colour} />),
    column('state', ({ state, reason }) => (
      <>
        <Code value={state} />
        {reason ? code(reason) : null}
      </>
    )),
    column('serial', ({ serial }) => serial),
    column('title', ({ title }) => title || '—'),
    column('withTax', ({ totalFen }) => yuan(totalFen)),
    column('invoiceNumber', ({ number }) => number || '—'),
    column('requestedAt', ({ requestedAt }) => shanghai(requestedAt)),
    column('issuedAt', ({ issuedAt }) => shanghai(issuedAt)),
  ];
}

export function usePayables(): Columns<PayableJson> {
  const column = useColumn();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('dispatch', ({ outOrderId }) => outOrderId),
    column('supplier', ({ supplierId }) => supplierId),
    column('payable', ({ amountFen }) => <Amount fen={amountFen} />),
    column('beyond', ({ differenceFen }) => <Amount fen={differenceFen} />),
    column('recordedAt', ({ recordedAt }) => shanghai(recordedAt)),
  ];
}

export function useDue(): Columns<DueJson> {
  const column = useColumn();
  const text = useText();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('dueFen', ({ dueFen }) => yuan(dueFen)),
    column('receivedAt', ({ receivedAt }) => shanghai(receivedAt)),
    column('dueDay', ({ dueDay }) => dueDay),
    column('state', ({ isOverdue = false }) => (
      <Tag color={isOverdue ? 'red' : 'default'}>{text(isOverdue ? 'overdue' : 'inTime')}</Tag>
    )),
  ];
}
