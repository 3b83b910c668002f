import { App, Button, Card, Descriptions, Form, Input, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Dialog } from '../../manage/dialog.tsx';
import { ApiError, post } from '../../../shared/api.ts';
import { sellerUrl } from '../../api.ts';
import { mayReveal } from '../../navigation.ts';
import { useReadOnce } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Answer } from '../shared.tsx';
import { isTextKey, useText } from './texts.ts';

const REASON_MIN = 4;
const REASON_MAX = 200;

type ReceiverJson = { name: string; mobile: string; address: string[] };
type Answered = { receiver: ReceiverJson };
type Order = { seller: string; channel: string; number: string };

const urlOf = ({ seller, channel, number }: Order, ...more: string[]): string =>
  sellerUrl(seller, ['orders', channel, number, 'receiver', ...more]);

function Shown({ receiver, isFull }: { receiver: ReceiverJson; isFull: boolean }) {
  const text = useText();
  const { name, mobile, address } = receiver;
  return (
    <Descriptions
      bordered
      size="small"
      column={{ xs: 1, md: 3 }}
      title={<Tag color={isFull ? 'red' : 'default'}>{text(isFull ? 'inFull' : 'masked')}</Tag>}
      items={[
        { key: 'name', label: text('name'), children: name || '—' },
        { key: 'mobile', label: text('mobile'), children: mobile || '—' },
        { key: 'address', label: text('address'), children: address.join(' ') || '—' },
      ]}
    />
  );
}

type AskProps = { order: Order; onShown: (receiver: ReceiverJson) => void; onClose: () => void };

/** Asks why; what is written is in the audit log before the receiver is asked for. */
function Ask({ order, onShown, onClose }: AskProps) {
  const text = useText();
  const { csrf } = useSession();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  const send = async ({ reason }: { reason: string }) => {
    setBusy(true);
    try {
      const answer = await post<Answered>(urlOf(order, 'reveal'), { reason: reason.trim() }, csrf);
      onShown(answer.receiver);
    } catch (error) {
      const code = error instanceof ApiError ? error.code : '';
      message.error(text(isTextKey(code) ? code : 'failed'), 6);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      title={text('revealAsked')}
      okText={text('confirm')}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Typography.Paragraph>{text('revealNote')}</Typography.Paragraph>
      <Form form={form} layout="vertical" onFinish={(values) => void send(values)}>
        <Form.Item
          name="reason"
          label={text('reason')}
          rules={[
            { required: true, whitespace: true, min: REASON_MIN, message: text('reasonMissing') },
          ]}
        >
          <Input.TextArea rows={3} maxLength={REASON_MAX} showCount />
        </Form.Item>
      </Form>
    </Dialog>
  );
}

/**
 * To whom an order goes: masked, and for who may reveal it in full once a reason was given. What was
 * revealed is on this page alone, until it is hidden or left.
 */
export function ReceiverBlock({ order }: { order: Order }) {
  const text = useText();
  const session = useSession();
  const [full, setFull] = useState<ReceiverJson | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const masked = useReadOnce<Answered>(urlOf(order));
  const isNone = masked.error?.code === 'NO_RECEIVER';
  const button = full ? (
    <Button onClick={() => setFull(null)}>{text('hide')}</Button>
  ) : (
    <Button onClick={() => setIsAsking(true)}>{text('reveal')}</Button>
  );
  return (
    <Card
      title={text('receiver')}
      data-block={text('receiver')}
      extra={masked.data && mayReveal(session, order.seller) ? button : null}
    >
      <Space orientation="vertical" style={{ width: '100%' }}>
        {isNone ? (
          <Typography.Text type="secondary">{text('none')}</Typography.Text>
        ) : (
          <Answer of={masked}>
            {({ receiver }) => <Shown receiver={full ?? receiver} isFull={full !== null} />}
          </Answer>
        )}
      </Space>
      {isAsking ? (
        <Ask
          order={order}
          onClose={() => setIsAsking(false)}
          onShown={(receiver) => {
            setFull(receiver);
            setIsAsking(false);
          }}
        />
      ) : null}
    </Card>
  );
}
