import { Space, Tag } from 'antd';
import type { TableProps } from 'antd';
import type { ReactNode } from 'react';
import { creditedFen, shanghai, yuan } from '../../format.tsx';
import { OrderLink } from '../stock/parts.tsx';
import { NoteActions, TransferActions, useMayAct } from './actions.tsx';
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
  UnsettledJson,
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

/** `onDone` reads the list again after something was done about a row. */
export function useNotes(): (onDone: () => void) => Columns<NoteJson> {
  const column = useColumn();
  const canAct = useMayAct();
  return (onDone) => [
    column('noteNo', ({ noteNo, noteId }) => noteNo || noteId),
    column('state', ({ state }) => <Code value={state} />),
    column('amount', ({ totalYuan }) => totalYuan || '—'),
    column('expected', ({ expectedYuan }) => expectedYuan || '—'),
    column('reason', ({ discrepancies = [] }) => <Reasons of={discrepancies} />),
    column('problem', ({ problem }) => problem || '—'),
    column('readAt', ({ readAt }) => shanghai(readAt)),
    ...(canAct
      ? [column<NoteJson>('actions', (note) => <NoteActions of={note} onDone={onDone} />)]
      : []),
  ];
}

/** A number of pieces in thousandths, as people write it. */
const pieces = (milli: bigint): string => String(Number(milli) / 1_000);

function LinesLeft({ of }: { of: NonNullable<UnsettledJson['lines']> }) {
  const left = of.flatMap(({ lineId, receivedMilli = '0', settledMilli = '0' }) => {
    const milli = BigInt(receivedMilli) - BigInt(settledMilli);
    return milli > 0n
      ? [{ lineId, text: `${pieces(milli)} / ${pieces(BigInt(receivedMilli))}` }]
      : [];
  });
  return (
    <Space orientation="vertical" size={2}>
      {left.map(({ lineId, text }) => (
        <span key={lineId} title={lineId}>
          {text}
        </span>
      ))}
    </Space>
  );
}

export function useUnsettled(): Columns<UnsettledJson> {
  const column = useColumn();
  const text = useText();
  return [
    column('order', ({ orderRef }) => <OrderLink of={orderRef} />),
    column('receiptNo', ({ receiptNo, receiptId }) => receiptNo || receiptId),
    column('receivedAt', ({ receivedAt }) => shanghai(receivedAt)),
    column('linesLeft', ({ lines = [] }) => <LinesLeft of={lines} />),
    column('unsettledYuan', ({ settleableYuan = '0', priceUnknown = false }) => (
      <>
        {settleableYuan}
        {priceUnknown ? <div className="unknown">{text('withoutPrice')}</div> : null}
      </>
    )),
  ];
}

export function useTransfers(): (onDone: () => void) => Columns<TransferJson> {
  const column = useColumn();
  const canAct = useMayAct();
  return (onDone) => [
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
    ...(canAct
      ? [column<TransferJson>('actions', (one) => <TransferActions of={one} onDone={onDone} />)]
      : []),
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
