import type { OrderRef } from '@astrolabe/kernel';
import { AutoComplete, Button, Form, Input, InputNumber, Modal, Radio, Skeleton } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api.ts';
import type { Me, Order, Receiver, Waybill } from '../api.ts';
import { useText } from '../language.ts';
import { ScanButton } from '../scan/button.tsx';
import { goodsName } from './order-card.tsx';
import { WaybillBlock } from './waybill.tsx';

export type Refusal = { reason: string; counts: { subOrderId: string; pieces: number }[] };

const REASONS = ['outOfStock', 'damaged', 'closing', 'other'] as const;
const CARRIERS = ['顺丰速运', '中通快递', '圆通速递', '申通快递', '韵达快递', '京东物流', 'EMS'];

type Props<T> = { order: Order; busy: boolean; onCancel: () => void; onDone: (answer: T) => void };

type RefuseForm = { reason: string; counts?: Record<string, number | null> };

/** Why the store refuses; what is on the shelf only where the clerk says it. */
export function RefuseDialog({ order, busy, onCancel, onDone }: Props<Refusal>) {
  const text = useText();
  const [form] = Form.useForm<RefuseForm>();
  const reason = Form.useWatch('reason', form);
  const finish = ({ reason, counts = {} }: RefuseForm) =>
    onDone({
      reason,
      counts: Object.entries(counts).flatMap(([subOrderId, pieces]) =>
        reason === 'outOfStock' && typeof pieces === 'number' ? [{ subOrderId, pieces }] : [],
      ),
    });
  return (
    <Modal
      open
      title={`${text('refuse')} ${order.orderRef.number}`}
      okText={text('refuse')}
      okButtonProps={{ danger: true, loading: busy }}
      cancelText={text('cancel')}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ reason: 'outOfStock' }}
        onFinish={finish}
      >
        <Form.Item name="reason" label={text('reason')}>
          <Radio.Group vertical options={REASONS.map((value) => ({ value, label: text(value) }))} />
        </Form.Item>
        {reason === 'outOfStock' ? (
          <>
            <p>{text('shelf')}</p>
            {order.lines.map((line) => (
              <Form.Item
                key={line.subOrderId}
                name={['counts', line.subOrderId]}
                label={goodsName(line)}
              >
                <InputNumber min={0} max={1_000_000} precision={0} style={{ width: '100%' }} />
              </Form.Item>
            ))}
          </>
        ) : null}
      </Form>
    </Modal>
  );
}

/** To whom the parcel goes; read when it is about to be sent, and not kept. */
function ShipTo({ order: { channel, sellerId, number } }: { order: OrderRef }) {
  const text = useText();
  const [receiver, setReceiver] = useState<Receiver | 'reading' | 'unknown'>('reading');
  const [isRevealed, setRevealed] = useState(false);
  useEffect(() => {
    let isShown = true;
    const show = (found: Receiver | 'unknown') => isShown && setReceiver(found);
    api.receiver({ channel, sellerId, number }, isRevealed).then(show, () => show('unknown'));
    return () => void (isShown = false);
  }, [channel, sellerId, number, isRevealed]);
  if (receiver === 'reading') return <Skeleton active title={false} paragraph={{ rows: 2 }} />;
  if (receiver === 'unknown') return <p data-receiver>{text('noReceiver')}</p>;
  return (
    <p data-receiver>
      {text('shipTo')} <b>{receiver.name}</b> {receiver.mobile}
      <br />
      {receiver.address.join(' ')}
      {!isRevealed && receiver.address.join('').includes('*') ? (
        <Button type="link" size="small" onClick={() => setRevealed(true)}>
          {text('reveal')}
        </Button>
      ) : null}
    </p>
  );
}

export type Shipment = { company: string; mailNo: string };

/** Carrier and number. A scanner types the number and Enter, which sends the form. */
export function ShipDialog(
  props: Props<Shipment> & { me: Me; onLabel: (waybill: Waybill) => void },
) {
  const { me, order, busy, onCancel, onDone, onLabel } = props;
  const text = useText();
  const [form] = Form.useForm<Shipment>();
  const required = [{ required: true, whitespace: true, message: text('MISSING_FIELD') }];
  return (
    <Modal
      open
      title={`${text('ship')} ${order.orderRef.number}`}
      okText={text('ship')}
      okButtonProps={{ loading: busy }}
      cancelText={text('cancel')}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      <ShipTo order={order.orderRef} />
      {order.orderRef.channel === 'tmall' ? (
        <WaybillBlock
          me={me}
          order={order}
          onReady={({ company, mailNo }) => form.setFieldsValue({ company, mailNo })}
          onGone={() => form.resetFields(['mailNo'])}
          onLabel={onLabel}
        />
      ) : null}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ company: CARRIERS[0] }}
        onFinish={(values) => (busy ? undefined : onDone(values))}
      >
        <Form.Item name="company" label={text('carrier')} rules={required}>
          <AutoComplete options={CARRIERS.map((value) => ({ value }))} />
        </Form.Item>
        <Form.Item
          name="mailNo"
          label={text('mailNo')}
          rules={required}
          extra={
            <>
              {text('scanHint')}{' '}
              <ScanButton
                title={text('mailNo')}
                onCode={(mailNo) => form.setFieldsValue({ mailNo })}
              />
            </>
          }
        >
          <Input autoFocus autoComplete="off" onPressEnter={() => form.submit()} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
