import { Alert, Checkbox, Form, Input, Modal } from 'antd';
import type { FormInstance } from 'antd';
import { useRef, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { api } from '../api.ts';
import type { Line, Me, Pickup } from '../api.ts';
import { isTextKey, useText } from '../language.ts';
import { ScanButton } from '../scan/button.tsx';
import { GoodsScan } from '../scan/goods.tsx';
import { goodsName, pieces } from './order-card.tsx';

type Props = {
  me: Me;
  onClose: () => void;
  onDone: (trade: string) => void;
};

type Code = { code: string };

type Asked = { code: string; pickup: Pickup };

/** `crypto.randomUUID` is only there over TLS; tills in a store's own network may do without. */
const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/** The goods of the order, each to be laid on the counter before the button works. */
function Goods({
  lines,
  laid,
  onLaid,
}: {
  lines: readonly Line[];
  laid: readonly string[];
  onLaid: (laid: string[]) => void;
}) {
  const text = useText();
  return (
    <>
      <Checkbox.Group
        value={[...laid]}
        onChange={onLaid}
        style={{ display: 'flex', flexDirection: 'column', gap: 12, margin: '12px 0' }}
      >
        {lines.map((line) => (
          <Checkbox key={line.subOrderId} value={line.subOrderId} style={{ fontSize: 16 }}>
            {goodsName(line)} <b>{pieces(line.quantityMilli)}</b> {text('pieces')}
          </Checkbox>
        ))}
      </Checkbox.Group>
      <GoodsScan
        lines={lines}
        onLines={(found) =>
          onLaid([...new Set([...laid, ...found.map(({ subOrderId }) => subOrderId)])])
        }
      />
    </>
  );
}

/** Where the code is typed, or a scanner types it and ends with Enter. */
function CodeForm({ form, onCode }: { form: FormInstance<Code>; onCode: (code: string) => void }) {
  const text = useText();
  const scanned = (code: string) => {
    form.setFieldsValue({ code });
    form.submit();
  };
  return (
    <Form form={form} layout="vertical" onFinish={({ code }) => onCode(code)}>
      <Form.Item
        name="code"
        label={text('pickupCode')}
        extra={
          <>
            {text('scanHint')} <ScanButton title={text('pickupCode')} onCode={scanned} />
          </>
        }
        rules={[{ required: true, whitespace: true, message: text('MISSING_FIELD') }]}
      >
        <Input
          autoFocus
          autoComplete="off"
          inputMode="numeric"
          maxLength={40}
          size="large"
          onPressEnter={(event) => {
            event.preventDefault();
            form.submit();
          }}
        />
      </Form.Item>
    </Form>
  );
}

/** Runs one thing after the other; what goes wrong is told in words. */
function useOneAtATime() {
  const text = useText();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const carryOut = async (work: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setProblem('');
    try {
      await work();
    } catch (error) {
      const code = error instanceof ApiError ? error.code : 'UNKNOWN';
      setProblem(isTextKey(code) ? text(code) : `${text('UNKNOWN')} (${code})`);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, carryOut };
}

/**
 * A buyer shows a code, and gets the goods: the code is typed or scanned, the order is shown, its goods
 * are ticked off and handed over.
 */
export function PickupDialog({ me, onClose, onDone }: Props) {
  const text = useText();
  const [form] = Form.useForm<Code>();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [laid, setLaid] = useState<readonly string[]>([]);
  // One for all tries of this hand-over: a try whose answer was lost is answered as the first time.
  const messageId = useRef(newId());
  const { busy, problem, carryOut } = useOneAtATime();
  const find = (code: string) =>
    carryOut(async () => {
      setAsked({ code, pickup: await api.findPickup(me, code) });
      setLaid([]);
    });
  const handOver = ({ code, pickup }: Asked) =>
    carryOut(async () => {
      const subOrderIds = pickup.lines.map((line) => line.subOrderId);
      const message = { code, messageId: messageId.current, subOrderIds };
      try {
        await api.handOver(me, pickup.orderRef, message);
      } catch (error) {
        // What was refused has to be looked up anew; only a lost answer may be tried again as it is.
        if (error instanceof ApiError && error.code !== 'NETWORK') setAsked(null);
        throw error;
      }
      onDone(pickup.orderRef.number);
    });
  const isAllLaid = asked !== null && laid.length === asked.pickup.lines.length;
  return (
    <Modal
      open
      title={text('handOver')}
      okText={text(asked ? 'handOver' : 'findCode')}
      okButtonProps={{ loading: busy, disabled: asked !== null && !isAllLaid }}
      cancelText={text('cancel')}
      onCancel={onClose}
      onOk={() => (asked ? void handOver(asked) : form.submit())}
    >
      {asked ? (
        <>
          <p>
            {text('order')} <b>{asked.pickup.orderRef.number}</b>
          </p>
          <p>{text('layOut')}</p>
          <Goods lines={asked.pickup.lines} laid={laid} onLaid={setLaid} />
        </>
      ) : (
        <CodeForm form={form} onCode={(code) => void find(code)} />
      )}
      {problem === '' ? null : (
        <Alert type="error" showIcon title={problem} style={{ marginTop: 12 }} />
      )}
    </Modal>
  );
}
