import { Select, Space } from 'antd';
import type { TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useParams } from 'react-router';
import { sellerUrl } from '../../api.ts';
import { orderName, useAsked, useSeller } from '../../navigation.ts';
import { DataTable } from '../../manage/data-table.tsx';
import { useRead } from '../../read.ts';
import { Block, Nothing, Pager } from '../shared.tsx';
import { File } from '../stock/parts.tsx';
import {
  useDiscrepancies,
  useDue,
  useInvoices,
  useNotes,
  usePayables,
  useReceivables,
  useTransfers,
  useUnsettled,
} from './columns.tsx';
import { Credits } from './credits.tsx';
import { AGES, UNMATCHED } from './money.ts';
import { useNoteReason } from './others.tsx';
import { Tabs } from './parts.tsx';
import './settlement.css';
import { useCode, useText } from './texts.ts';
import type { MoneyText } from './texts.ts';
import type {
  CreditJson,
  DueJson,
  InvoiceJson,
  MatchedJson,
  NoteJson,
  PayableJson,
  TransferJson,
  UnsettledJson,
} from './types.ts';

/** A filter of a list: its name in the address, what it is called, and its values with their words. */
type Filter = {
  name: string;
  label: MoneyText;
  all: MoneyText | null;
  values: readonly string[];
  words?: (value: string) => string;
};

const NOTE_STATES = [
  'RECORDED',
  'MISMATCHED',
  'ACCEPTED',
  'UNREAD',
  'READING',
  'DORMANT',
  'VOIDED',
] as const;
const NOTE_REASONS = [
  'TOTAL',
  'ROWS',
  'NOT_RECEIVED',
  'TAKEN',
  'NO_RECEIPT',
  'PRICE_UNKNOWN',
  'FRACTION',
] as const;
const TRANSFER_STATES = ['SUBMITTED', 'EXCESS', 'OPENING', 'REJECTED', 'VERIFIED'] as const;
const INVOICE_STATES = ['WAITING', 'REQUESTED', 'ISSUED', 'VOID'] as const;
/** Channels whose orders are owed for here. */
const CHANNELS = ['tmall', 'pos', '1688', 'fenxiao'] as const;

/** A list with its filters, its pages and its file, all in the address. */
function List<Row extends object>(props: {
  name: string;
  title: MoneyText;
  filters?: readonly Filter[];
  /** What the list is about beside its filters, as the address names it. */
  about?: readonly string[];
  initial?: Readonly<Record<string, string>>;
  children: (rows: Row[], again: () => void) => ReactNode;
  rowsOf: (answer: Readonly<Record<string, unknown>>) => Row[];
}) {
  const { name, title, filters = [], about = [], initial = {}, children, rowsOf } = props;
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const names = [...about, ...filters.map((filter) => filter.name)];
  const wanted = Object.fromEntries(names.map((one) => [one, asked(one) || (initial[one] ?? '')]));
  const answer = useRead<Record<string, unknown> & { nextToken?: string }>(
    sellerUrl(seller, ['settlement', name], { ...wanted, token }),
  );
  return (
    <div className="settlement">
      <Tabs />
      <Block
        title={[text(title), ...about.map(asked)].join(' ').trim()}
        of={answer}
        extra={
          <File
            href={sellerUrl(seller, ['settlement', `${name}.csv`], wanted)}
            what={text(title)}
          />
        }
      >
        {(found) => (
          <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
            {filters.length === 0 ? null : (
              <div className="filters">
                {filters.map(({ name: of, label, all, values, words = code }) => (
                  <Select
                    key={of}
                    aria-label={text(label)}
                    className="filter"
                    value={wanted[of] ?? ''}
                    onChange={(next) => ask({ [of]: next, token: '' })}
                    options={[
                      ...(all ? [{ value: '', label: text(all) }] : []),
                      ...values.map((value) => ({ value, label: words(value) })),
                    ]}
                  />
                ))}
              </div>
            )}
            {children(rowsOf(found), () => void answer.refetch())}
            <Pager
              token={token}
              nextToken={found.nextToken}
              onMove={(next) => ask({ token: next })}
            />
          </Space>
        )}
      </Block>
    </div>
  );
}

function Rows<Row extends object>(props: {
  rows: Row[];
  columns: NonNullable<TableProps<Row>['columns']>;
  keyOf: (row: Row) => string;
}) {
  const { rows, columns, keyOf } = props;
  return (
    <DataTable<Row>
      rowKey={keyOf}
      dataSource={rows}
      columns={columns}
      locale={{ emptyText: <Nothing /> }}
    />
  );
}

const ofReceivables = ({ receivables = [] }: Readonly<Record<string, unknown>>) =>
  receivables as MatchedJson[];
const ofOrder = ({ orderRef }: Pick<MatchedJson, 'orderRef'>) => orderName(orderRef);

function Receivables() {
  const text = useText();
  const columns = useReceivables();
  const { asked } = useAsked();
  // A channel and an age say nothing without a match.
  const narrower: Filter[] = [
    { name: 'channel', label: 'channel', all: 'allChannels', values: CHANNELS },
    {
      name: 'from',
      label: 'age',
      all: 'allAges',
      values: AGES,
      words: (age) => text(`age${age}` as MoneyText),
    },
  ];
  return (
    <List<MatchedJson>
      name="receivables"
      title="receivables"
      rowsOf={ofReceivables}
      filters={[
        {
          name: 'match',
          label: 'match',
          all: 'allStates',
          values: [...UNMATCHED, 'MATCHED', 'NOTHING'],
        },
        ...(asked('match') === '' ? [] : narrower),
      ]}
    >
      {(rows) => <Rows rows={rows} columns={columns} keyOf={ofOrder} />}
    </List>
  );
}

function Discrepancies() {
  const columns = useDiscrepancies();
  return (
    <List<MatchedJson> name="discrepancies" title="discrepancies" rowsOf={ofReceivables}>
      {(rows) => <Rows rows={rows} columns={columns} keyOf={ofOrder} />}
    </List>
  );
}

function NotesList() {
  const columns = useNotes();
  const reasonOf = useNoteReason();
  return (
    <List<NoteJson>
      name="notes"
      title="notes"
      rowsOf={({ notes = [] }) => notes as NoteJson[]}
      filters={[
        { name: 'state', label: 'state', all: 'allStates', values: NOTE_STATES },
        {
          name: 'reason',
          label: 'reason',
          all: 'allReasons',
          values: NOTE_REASONS,
          words: reasonOf,
        },
      ]}
    >
      {(rows, again) => (
        <Rows rows={rows} columns={columns(again)} keyOf={({ noteId }) => noteId} />
      )}
    </List>
  );
}

function UnsettledList() {
  const columns = useUnsettled();
  return (
    <List<UnsettledJson>
      name="unsettled"
      title="unsettled"
      rowsOf={({ receipts = [] }) => receipts as UnsettledJson[]}
    >
      {(rows) => (
        <Rows
          rows={rows}
          columns={columns}
          keyOf={({ receiptId, orderRef }) => `${orderName(orderRef)}/${receiptId}`}
        />
      )}
    </List>
  );
}

function TransfersList() {
  const columns = useTransfers();
  return (
    <List<TransferJson>
      name="transfers"
      title="transfers"
      rowsOf={({ transfers = [] }) => transfers as TransferJson[]}
      filters={[{ name: 'state', label: 'state', all: 'allStates', values: TRANSFER_STATES }]}
    >
      {(rows, again) => (
        <Rows rows={rows} columns={columns(again)} keyOf={({ bankNumber }) => bankNumber} />
      )}
    </List>
  );
}

function InvoicesList() {
  const columns = useInvoices();
  return (
    <List<InvoiceJson>
      name="invoices"
      title="invoices"
      rowsOf={({ invoices = [] }) => invoices as InvoiceJson[]}
      initial={{ state: 'REQUESTED' }}
      filters={[
        { name: 'state', label: 'state', all: null, values: INVOICE_STATES },
        { name: 'colour', label: 'colour', all: 'allColours', values: ['BLUE', 'RED'] },
      ]}
    >
      {(rows) => <Rows rows={rows} columns={columns} keyOf={({ serial }) => serial} />}
    </List>
  );
}

function PayablesList() {
  const columns = usePayables();
  return (
    <List<PayableJson>
      name="payables"
      title="payables"
      rowsOf={({ payables = [] }) => payables as PayableJson[]}
      filters={[
        {
          name: 'kind',
          label: 'kind',
          all: 'allKinds',
          values: ['AGREED', 'DIFFERS', 'UNKNOWN'],
        },
      ]}
    >
      {(rows) => <Rows rows={rows} columns={columns} keyOf={({ outOrderId }) => outOrderId} />}
    </List>
  );
}

function CreditList() {
  return (
    <List<CreditJson>
      name="credit"
      title="credit"
      rowsOf={({ accounts = [] }) => accounts as CreditJson[]}
    >
      {(accounts) => <Credits accounts={accounts} />}
    </List>
  );
}

function DueList() {
  const text = useText();
  const columns = useDue();
  return (
    <List<DueJson>
      name="due"
      title="due"
      about={['account']}
      rowsOf={({ orders = [] }) => orders as DueJson[]}
      filters={[
        {
          name: 'overdue',
          label: 'state',
          all: 'allStates',
          values: ['yes'],
          words: () => text('onlyOverdue'),
        },
      ]}
    >
      {(rows) => <Rows rows={rows} columns={columns} keyOf={ofOrder} />}
    </List>
  );
}

const LISTS: Readonly<Record<string, () => ReactNode>> = {
  receivables: Receivables,
  discrepancies: Discrepancies,
  notes: NotesList,
  unsettled: UnsettledList,
  credit: CreditList,
  due: DueList,
  transfers: TransfersList,
  invoices: InvoicesList,
  payables: PayablesList,
};

/** The list behind a number of settlement. */
export function SettlementListPage() {
  const text = useText();
  const { list = '' } = useParams();
  const Found = Object.hasOwn(LISTS, list) ? LISTS[list] : undefined;
  // Another list is another component: its filters are its own.
  return Found ? <Found key={list} /> : <p>{text('unknownList')}</p>;
}
