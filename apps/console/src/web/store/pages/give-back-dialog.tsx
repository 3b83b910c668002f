import { Alert, Checkbox, Form, Input, InputNumber, Modal, Radio } from 'antd';
import type { Line, Order } from '../api.ts';
import { useText } from '../language.ts';
import { goodsName } from './order-card.tsx';

/** What a clerk gives back, and how many pieces of it were found. */
export type GoodsBack = {
  subOrderIds: string[];
  reason: string;
  note: string;
  counts: { subOrderId: string; pieces: number }[];
};

/** Goods are not there, or the store cannot send them although they are. */
const REASONS = ['missing', 'damaged', 'miscounted', 'closing', 'other'] as const;
const OF_GOODS: readonly string[] = ['missing', 'damaged', 'miscounted'];

type BackForm = {
  /** Absent where the order has one line: there is nothing to choose. */
  subOrderIds?: string[];
  reason: string;
  note?: string;
  counts?: Record<string, number | null>;
};

/** How many pieces of each line were found; the others are taken off what the store can sell. */
function FoundPieces({ lines }: { lines: readonly Line[] }) {
  const text = useText();
  if (lines.length === 0) return null;
  return (
    <>
      <p>{text('lostHint')}</p>
      {lines.map((line) => (
        <Form.Item
          key={line.subOrderId}
          name={['counts', line.subOrderId]}
          label={`${text('foundPieces')} · ${goodsName(line)}`}
          initialValue={0}
        >
          <InputNumber
            min={0}
            max={Math.max(0, Math.ceil(Number(line.quantityMilli) / 1_000) - 1)}
            precision={0}
            style={{ width: '100%' }}
          />
        </Form.Item>
      ))}
    </>
  );
}

/** Why an order that was accepted cannot be sent, of which lines, and what was found of them. */
export function GiveBackDialog(props: {
  order: Order;
  busy: boolean;
  onCancel: () => void;
  onDone: (back: GoodsBack) => void;
}) {
  const { order, busy, onCancel, onDone } = props;
  const text = useText();
  const [form] = Form.useForm<BackForm>();
  const all = order.lines.map(({ subOrderId }) => subOrderId);
  const reason = Form.useWatch('reason', form) ?? REASONS[0];
  const chosen = Form.useWatch('subOrderIds', form) ?? all;
  const lost = OF_GOODS.includes(reason)
    ? order.lines.filter(({ subOrderId }) => chosen.includes(subOrderId))
    : [];
  const verb = text(order.pickup ? 'cannotHandOver' : 'giveBack');
  const whole = order.pickup ? 'giveBackPickup' : 'giveBackHint';
  const hint = chosen.length < all.length && !order.pickup ? 'giveBackPart' : whole;
  const finish = ({ subOrderIds = all, note = '', counts = {}, ...rest }: BackForm) =>
    onDone({
      subOrderIds,
      reason: rest.reason,
      note,
      counts: lost.map(({ subOrderId }) => ({ subOrderId, pieces: counts[subOrderId] ?? 0 })),
    });
  return (
    <Modal
      open
      title={`${verb} ${order.orderRef.number}`}
      okText={verb}
      okButtonProps={{ danger: true, loading: busy, disabled: chosen.length === 0 }}
      cancelText={text('cancel')}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      <Alert type="info" showIcon title={text(hint)} />
      <Form
        form={form}
        layout="vertical"
        style={{ marginTop: 12 }}
        initialValues={{ reason: REASONS[0], subOrderIds: all }}
        onFinish={finish}
      >
        {all.length > 1 ? (
          <Form.Item name="subOrderIds" label={text('whichLines')}>
            <Checkbox.Group
              options={order.lines.map((line) => ({
                value: line.subOrderId,
                label: line.title || goodsName(line),
              }))}
            />
          </Form.Item>
        ) : null}
        <Form.Item name="reason" label={text('whyNot')}>
          <Radio.Group vertical options={REASONS.map((value) => ({ value, label: text(value) }))} />
        </Form.Item>
        <FoundPieces lines={lost} />
        <Form.Item name="note" label={text('note')}>
          <Input maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
