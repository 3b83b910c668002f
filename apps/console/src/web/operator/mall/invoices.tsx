import { Space, Tag, Typography } from 'antd';
import { DataTable } from '../manage/data-table.tsx';
import { pieces, shanghai, yuan } from '../format.tsx';
import { mayAct } from '../navigation.ts';
import { useSession } from '../session.ts';
import { InvoiceDeed } from './invoice-window.tsx';
import type { InvoiceJson, MallMoneyJson } from './json.ts';
import { useCode, useText } from './texts.ts';

const COLORS: Readonly<Record<string, string>> = {
  WAITING: 'gold',
  REQUESTED: 'blue',
  ISSUED: 'green',
};

type Line = NonNullable<InvoiceJson['lines']>[number];

/** The rows of an invoice; what was taken off a line stands right after it. */
function InvoiceLines({ lines = [] }: Pick<InvoiceJson, 'lines'>) {
  const text = useText();
  return (
    <DataTable<Line>
      rowKey="lineId"
      size="small"
      dataSource={lines}
      columns={[
        { title: text('line'), dataIndex: 'lineId' },
        {
          title: text('goodsName'),
          render: (_, { name, isDiscount = false }) => (
            <>
              {isDiscount ? <Tag>{text('discount')}</Tag> : null}
              {name}
            </>
          ),
        },
        {
          title: text('quantity'),
          render: (_, { quantityMilli, isDiscount = false }) =>
            isDiscount ? '—' : pieces(quantityMilli),
        },
        { title: text('amount'), render: (_, { totalFen }) => yuan(totalFen) },
      ]}
    />
  );
}

function InvoiceState({ state = '', reason = '' }: InvoiceJson) {
  const code = useCode();
  return (
    <>
      <Tag color={COLORS[state] ?? 'default'}>{code(`INVOICE_${state}`)}</Tag>
      {reason === '' ? null : code(`INVOICE_${reason}`)}
    </>
  );
}

/** Invoices of an order with their red letters, and what was taken off its lines. */
export function Invoices(props: {
  money: MallMoneyJson;
  seller: string;
  number: string;
  onDone: () => void;
}) {
  const { money, ...deeds } = props;
  const text = useText();
  const code = useCode();
  const canAct = mayAct(useSession(), deeds.seller);
  const granted = (money.entries ?? []).filter(({ cause }) => cause === 'DISCOUNTED');
  const said = (money.entries ?? []).filter(({ cause = '' }) => cause.startsWith('INVOICE_'));
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <DataTable<InvoiceJson>
        rowKey="serial"
        size="small"
        dataSource={money.invoices ?? []}
        expandable={{
          expandedRowRender: ({ lines }) => <InvoiceLines {...(lines && { lines })} />,
        }}
        columns={[
          {
            title: text('serial'),
            render: (_, { serial }) => <Typography.Text copyable>{serial}</Typography.Text>,
          },
          { title: text('colour'), render: (_, { colour }) => code(colour) },
          { title: text('state'), render: (_, invoice) => <InvoiceState {...invoice} /> },
          { title: text('amount'), render: (_, { totalFen }) => yuan(totalFen) },
          { title: text('invoiceNumber'), render: (_, { number = '' }) => number || '—' },
          { title: text('issuedAt'), render: (_, { issuedAt }) => shanghai(issuedAt) },
          {
            title: text('useConfirmed'),
            render: (_, { colour, useConfirmedAt }) =>
              colour === 'RED' ? '—' : useConfirmedAt ? shanghai(useConfirmedAt) : text('notYet'),
          },
          {
            title: '',
            render: (_, invoice) => (canAct ? <InvoiceDeed {...deeds} invoice={invoice} /> : null),
          },
        ]}
      />
      {granted.length === 0 ? null : (
        <DataTable
          rowKey={({ message = '' }) => message}
          size="small"
          dataSource={granted}
          columns={[
            { title: text('discount'), render: (_, { message }) => message },
            { title: text('takenOff'), render: (_, { amountFen }) => yuan(amountFen) },
            { title: text('by'), render: (_, { actor }) => actor },
            { title: text('grantedAt'), render: (_, { at }) => shanghai(at) },
          ]}
        />
      )}
      {said.length === 0 ? null : (
        <DataTable
          rowKey={({ cause = '', message = '', at = '' }) => `${cause} ${message} ${at}`}
          size="small"
          dataSource={said}
          columns={[
            { title: text('serial'), render: (_, { message }) => message },
            { title: text('deed'), render: (_, { cause }) => code(`DEED_${cause ?? ''}`) },
            { title: text('by'), render: (_, { actor }) => actor },
            { title: text('saidAt'), render: (_, { at }) => shanghai(at) },
          ]}
        />
      )}
    </Space>
  );
}
