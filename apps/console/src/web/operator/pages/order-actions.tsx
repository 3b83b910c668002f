import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { Dialog } from '../manage/dialog.tsx';
import { ApiError, post } from '../../shared/api.ts';
import { sellerUrl } from '../api.ts';
import type { OrderJson } from '../api.ts';
import { isTextKey, useText } from '../language.ts';
import { mayAct } from '../navigation.ts';
import { useSession } from '../session.ts';

const NOTE_LENGTH_MAX = 500;

type Props = { order: OrderJson; onDone: () => void };

/** Sends what an operator does to an order, one thing at a time, and says how it came out. */
function useAction({ order, onDone }: Props) {
  const text = useText();
  const { csrf } = useSession();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const { channel, sellerId, number } = order.orderRef;
  const act = async (action: string, body: object): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    try {
      await post(sellerUrl(sellerId, ['orders', channel, number, action]), body, csrf);
      message.success(text('done'));
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'UNKNOWN';
      message.error(isTextKey(code) ? text(code) : `${text('UNKNOWN')} (${code})`, 6);
      return false;
    } finally {
      setBusy(false);
      onDone();
    }
  };
  return { busy, act };
}

/** Asks what was done about a flag, and takes it away. */
function ClearFlag(props: Props & { flag: string; onClose: () => void }) {
  const { flag, onClose } = props;
  const text = useText();
  const [form] = Form.useForm<{ note: string }>();
  const { busy, act } = useAction(props);
  const send = async ({ note }: { note: string }) => {
    if (await act('clear', { flag, note: note.trim() })) onClose();
  };
  return (
    <Dialog
      open
      title={`${text('clearFlag')}: ${isTextKey(flag) ? text(flag) : flag}`}
      okText={text('confirm')}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Form.Item
          name="note"
          label={text('note')}
          rules={[{ required: true, whitespace: true, message: text('noteMissing') }]}
        >
          <Input.TextArea rows={3} maxLength={NOTE_LENGTH_MAX} />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

/** Flags that an operator takes away when they were dealt with; a hold is released instead. */
export function OrderFlags(props: Props) {
  const { order } = props;
  const text = useText();
  const session = useSession();
  const [flag, setFlag] = useState('');
  if (!mayAct(session, order.orderRef.sellerId)) return null;
  const flags = (order.flags ?? []).filter((one) => one !== 'ON_HOLD');
  return (
    <>
      {flags.map((one) => (
        <Button key={one} onClick={() => setFlag(one)}>
          {text('clearFlag')}: {isTextKey(one) ? text(one) : one}
        </Button>
      ))}
      {flag === '' ? null : <ClearFlag {...props} flag={flag} onClose={() => setFlag('')} />}
    </>
  );
}
