import { Alert, Button, Checkbox, Form, Input, Space } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { sellerUrl } from '../../api.ts';
import { yuan } from '../../format.tsx';
import { AskFirst, useChange } from '../../manage/change.tsx';
import type { Effect } from '../../manage/change.tsx';
import { useText as useManageText } from '../../manage/texts.ts';
import { mayAct, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { fenOf } from './money.ts';
import { isTextKey, useCode, useText } from './texts.ts';
import type { NoteJson, TransferJson } from './types.ts';

const REASON_MAX = 200;
/** A plan is made anew while the window is open, for what it is about may change meanwhile. */
const PLAN_MS = 3_000;

/** What stands beside a row for who may act; nothing for who only reads. */
export function useMayAct(): boolean {
  return mayAct(useSession(), useSeller());
}

function Reason() {
  const text = useText();
  const manage = useManageText();
  return (
    <Form.Item
      name="reason"
      label={text('actReason')}
      rules={[{ required: true, whitespace: true, message: manage('required') }]}
    >
      <Input maxLength={REASON_MAX} autoComplete="off" />
    </Form.Item>
  );
}

/** Why there is no plan; a page cannot say what it would do. */
function NoPlan({ error }: { error: { code: string } | null }): ReactNode {
  const text = useText();
  if (!error) return null;
  const words = isTextKey(error.code) ? text(error.code) : error.code;
  return <Alert type="warning" showIcon title={words} />;
}

type Asking<Row> = { of: Row; onClose: () => void; onDone: () => void };

/** A person accepts a note that differs. */
function AcceptNote({ of, onClose, onDone }: Asking<NoteJson>) {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const { busy, change } = useChange((of) => (isTextKey(of) ? text(of) : undefined), onDone);
  const [form] = Form.useForm<{ reason: string }>();
  const path = ['settlement', 'notes', of.noteId];
  const plan = useRead<{ note?: NoteJson }>(sellerUrl(seller, [...path, 'plan']), PLAN_MS);
  const after = plan.data?.note;
  const effects: Effect[] = after
    ? [
        { what: text('state'), now: code(of.state), after: code(after.state) },
        { what: text('owed'), now: yuan(of.amountFen), after: yuan(after.amountFen) },
      ]
    : [];
  const send = async ({ reason }: { reason: string }) => {
    if (await change(sellerUrl(seller, [...path, 'accept']), { reason })) onClose();
  };
  return (
    <AskFirst
      title={`${text('accept')}: ${of.noteNo || of.noteId}`}
      effects={effects}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <NoPlan error={plan.error} />
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Reason />
      </Form>
    </AskFirst>
  );
}

/** What people may do about a note: one that differs may be accepted, any is read again. */
export function NoteActions({ of, onDone }: { of: NoteJson; onDone: () => void }) {
  const text = useText();
  const seller = useSeller();
  const [isAsking, setIsAsking] = useState(false);
  const { busy, change } = useChange((of) => (isTextKey(of) ? text(of) : undefined), onDone);
  const name = of.noteNo || of.noteId;
  const again = () =>
    void change(sellerUrl(seller, ['settlement', 'notes', of.noteId, 'read']), {});
  return (
    <Space wrap>
      {of.state === 'MISMATCHED' ? (
        <Button aria-label={`${text('accept')} ${name}`} onClick={() => setIsAsking(true)}>
          {text('accept')}
        </Button>
      ) : null}
      <Button aria-label={`${text('readAgain')} ${name}`} loading={busy} onClick={again}>
        {text('readAgain')}
      </Button>
      {isAsking ? <AcceptNote of={of} onDone={onDone} onClose={() => setIsAsking(false)} /> : null}
    </Space>
  );
}

type Look = { received: string; excess?: boolean; reason: string };

/** What has come at the bank is compared with what is due. */
function VerifyTransfer({ of, onClose, onDone }: Asking<TransferJson>) {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const { busy, change } = useChange((of) => (isTextKey(of) ? text(of) : undefined), onDone);
  const [form] = Form.useForm<Look>();
  const received = fenOf(Form.useWatch('received', form) ?? '');
  const excess = Form.useWatch('excess', form) === true;
  const path = ['settlement', 'transfers', of.bankNumber];
  const asked = { received: received ?? '', excess: excess ? 'yes' : '' };
  const url = received === null ? null : sellerUrl(seller, [...path, 'plan'], asked);
  const plan = useRead<{ transfer?: TransferJson }>(url, PLAN_MS);
  const after = plan.data?.transfer;
  const effects: Effect[] = after
    ? [
        { what: text('state'), now: code(of.state), after: code(after.state) },
        { what: text('dueFen'), now: yuan(of.dueFen), after: yuan(after.dueFen) },
        { what: text('received'), now: yuan(of.receivedFen), after: yuan(after.receivedFen) },
      ]
    : [];
  const send = async ({ reason }: Look) => {
    const account = of.account ?? '';
    const body = { account, receivedFen: received ?? '', acceptExcess: excess, reason };
    if (await change(sellerUrl(seller, [...path, 'verify']), body)) onClose();
  };
  return (
    <AskFirst
      title={`${text('verify')}: ${of.bankNumber}`}
      effects={effects}
      isDanger={after?.state === 'REJECTED'}
      busy={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Form.Item
          name="received"
          label={text('received')}
          rules={[
            {
              validator: (_, value: string) =>
                fenOf(value ?? '') === null
                  ? Promise.reject(new Error(text('noAmount')))
                  : Promise.resolve(),
            },
          ]}
        >
          <Input inputMode="decimal" autoComplete="off" />
        </Form.Item>
        <Form.Item name="excess" valuePropName="checked">
          <Checkbox>{text('acceptExcess')}</Checkbox>
        </Form.Item>
        <Reason />
      </Form>
      <NoPlan error={plan.error} />
    </AskFirst>
  );
}

const LOOKED_AT: readonly (string | undefined)[] = ['SUBMITTED', 'EXCESS'];

/** What people may do about a transfer that waits for them. */
export function TransferActions({ of, onDone }: { of: TransferJson; onDone: () => void }) {
  const text = useText();
  const [isAsking, setIsAsking] = useState(false);
  if (!LOOKED_AT.includes(of.state)) return null;
  return (
    <>
      <Button aria-label={`${text('verify')} ${of.bankNumber}`} onClick={() => setIsAsking(true)}>
        {text('verify')}
      </Button>
      {isAsking ? (
        <VerifyTransfer of={of} onDone={onDone} onClose={() => setIsAsking(false)} />
      ) : null}
    </>
  );
}
