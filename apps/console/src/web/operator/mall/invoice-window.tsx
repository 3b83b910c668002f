import { Alert, Button, Checkbox, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../api.ts';
import { AskFirst, useChange } from '../manage/change.tsx';
import type { Effect } from '../manage/change.tsx';
import { useText as useManageText } from '../manage/texts.ts';
import { useRead } from '../read.ts';
import type { InvoiceJson } from './json.ts';
import { useCode, useRefusals, useText } from './texts.ts';

type Line = NonNullable<InvoiceJson['lines']>[number];
type Deed = 'amend' | 'record';

/** What people may say of an invoice as it stands; null: nothing. A red letter is awaited, and not written. */
export function deedFor({ state, colour, reason }: InvoiceJson): Deed | null {
  if (state === 'REQUESTED') return 'record';
  return state === 'WAITING' && colour === 'BLUE' && reason !== 'RED_LETTER' ? 'amend' : null;
}

type Values = {
  number?: string;
  code?: string;
  url?: string;
  title?: string;
  taxNumber?: string;
  lines?: { taxRate?: number | null; isExempt?: boolean; taxCode?: string }[];
};

const TEXT_MAX = 200;
const NUMBER = /^[0-9A-Za-z-]{1,50}$/;
const TAX_CODE = /^\d{1,19}$/;
/** The invoice may change while the window is open. */
const PLAN_MS = 5_000;

const goodsOf = ({ lines = [] }: InvoiceJson): readonly Line[] =>
  lines.filter(({ isDiscount = false }) => !isDiscount);

/** What the form says, as it is sent; null while it says nothing that could be. */
function saidBy(deed: Deed, invoice: InvoiceJson, values: Values): object | null {
  if (deed === 'record') {
    const { number = '', code = '', url = '' } = values;
    const sent = { number: number.trim(), code: code.trim(), url: url.trim() };
    return NUMBER.test(sent.number) ? sent : null;
  }
  const { title = '', taxNumber = '', lines = [] } = values;
  const told = goodsOf(invoice).flatMap(({ lineId }, at) => {
    const { taxRate, isExempt = false, taxCode = '' } = lines[at] ?? {};
    if (!TAX_CODE.test(taxCode.trim()) || (!isExempt && typeof taxRate !== 'number')) return [];
    return [{ lineId, taxCode: taxCode.trim(), ...(!isExempt && { taxRate }) }];
  });
  const sent = { title: title.trim(), taxNumber: taxNumber.trim(), lines: told };
  return sent.title === '' && sent.taxNumber === '' && told.length === 0 ? null : sent;
}

function RecordFields() {
  const text = useText();
  const manage = useManageText();
  const isNumber = { pattern: NUMBER, message: text('invoiceNumberRule') };
  return (
    <>
      <Form.Item
        name="number"
        label={text('invoiceNumber')}
        rules={[{ required: true, message: manage('required') }, isNumber]}
      >
        <Input autoComplete="off" maxLength={50} />
      </Form.Item>
      <Form.Item name="code" label={text('invoiceCode')} extra={text('invoiceCodeHint')}>
        <Input autoComplete="off" maxLength={50} />
      </Form.Item>
      <Form.Item name="url" label={text('invoiceUrl')} extra="https://…">
        <Input autoComplete="off" maxLength={2_000} />
      </Form.Item>
    </>
  );
}

function AmendFields({ invoice }: { invoice: InvoiceJson }) {
  const text = useText();
  return (
    <>
      <Form.Item name="title" label={text('invoiceTitle')} extra={text('asItIs')}>
        <Input maxLength={TEXT_MAX} />
      </Form.Item>
      <Form.Item name="taxNumber" label={text('taxNumber')} extra={text('asItIs')}>
        <Input maxLength={TEXT_MAX} autoComplete="off" />
      </Form.Item>
      {goodsOf(invoice).map(({ lineId, name = '' }, at) => (
        <Form.Item key={lineId} label={`${text('line')} ${lineId} ${name}`}>
          <Form.Item name={['lines', at, 'taxRate']} noStyle>
            <InputNumber
              min={0}
              max={100}
              precision={0}
              placeholder={text('taxRate')}
              aria-label={`${text('taxRate')} ${lineId}`}
            />
          </Form.Item>
          <Form.Item name={['lines', at, 'isExempt']} valuePropName="checked" noStyle>
            <Checkbox style={{ margin: '0 8px' }}>{text('exempt')}</Checkbox>
          </Form.Item>
          <Form.Item name={['lines', at, 'taxCode']} noStyle>
            <Input
              style={{ width: 240 }}
              maxLength={19}
              placeholder={text('taxCode')}
              aria-label={`${text('taxCode')} ${lineId}`}
            />
          </Form.Item>
        </Form.Item>
      ))}
    </>
  );
}

/** What the form begins with: what is known of the lines. */
const initialOf = (invoice: InvoiceJson): Values => ({
  lines: goodsOf(invoice).map(({ taxRate, taxCode = '' }) => ({
    taxCode,
    ...(taxRate !== undefined && { taxRate }),
  })),
});

/** How it stands, and how it would. */
function useEffects() {
  const text = useText();
  const code = useCode();
  const stateOf = ({ state = '', reason = '' }: InvoiceJson): string =>
    [code(`INVOICE_${state}`), reason === '' ? '' : code(`INVOICE_${reason}`)].join(' ').trim();
  return (now: InvoiceJson, after: InvoiceJson): Effect[] => {
    const rows = [
      { what: text('state'), now: stateOf(now), after: stateOf(after) },
      { what: text('invoiceNumber'), now: now.number ?? '—', after: after.number ?? '—' },
      { what: text('invoiceTitle'), now: now.title ?? '—', after: after.title ?? '—' },
      { what: text('taxNumber'), now: now.taxNumber ?? '—', after: after.taxNumber ?? '—' },
    ];
    return rows.filter((row) => row.now !== row.after);
  };
}

type Props = { seller: string; number: string; invoice: InvoiceJson; onDone: () => void };

/** Asks what is to be said of an invoice, and shows what settlement would make of it before it is sent. */
function InvoiceWindow({
  seller,
  number,
  invoice,
  deed,
  onDone,
  onClose,
}: Props & { deed: Deed; onClose: () => void }) {
  const text = useText();
  const refusals = useRefusals();
  const effects = useEffects();
  const { busy, change } = useChange(refusals, onDone);
  const [form] = Form.useForm<Values>();
  const said = saidBy(deed, invoice, Form.useWatch([], form) ?? {});
  const path = (action: string) => ['mall', 'orders', number, 'invoices', invoice.serial, action];
  const asked = said && sellerUrl(seller, path('plan'), { what: deed, said: JSON.stringify(said) });
  const plan = useRead<{ invoice: InvoiceJson | null }>(asked, PLAN_MS);
  const refused = asked && plan.error && !plan.error.isAway ? plan.error.code : '';
  const planned = refused === '' && asked ? plan.data?.invoice : null;
  const send = async () => {
    if (said && (await change(sellerUrl(seller, path(deed)), said))) onClose();
  };
  return (
    <AskFirst
      title={`${text(deed)}: ${invoice.serial}`}
      effects={planned ? effects(invoice, planned) : []}
      {...(deed === 'record' && { warning: text('recordWarning') })}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={initialOf(invoice)}
        onFinish={() => void send()}
      >
        {deed === 'record' ? <RecordFields /> : <AmendFields invoice={invoice} />}
      </Form>
      {refused === '' ? null : <Alert type="error" showIcon title={refusals(refused) ?? refused} />}
    </AskFirst>
  );
}

/** The button of what people may say of an invoice; nothing where it is nothing. */
export function InvoiceDeed(props: Props) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const deed = deedFor(props.invoice);
  if (!deed) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text(deed)}</Button>
      {isOpen ? <InvoiceWindow {...props} deed={deed} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
