import { Alert, Button, Space, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { api } from '../api.ts';
import type { Me, Order, Waybill } from '../api.ts';
import { isTextKey, useText } from '../language.ts';
import type { Translate } from '../language.ts';

/** A number that is under way is looked for again. */
const LOOK_MS = 1_500;

type Known = { kind: 'reading' } | { kind: 'unread' } | { kind: 'read'; waybill: Waybill | null };

const wordsOf = (code: string, message: string, text: Translate): string => {
  if (isTextKey(code)) return `${text(code)}${message}`;
  return `${text('UNKNOWN')} (${code}) ${message}`.trim();
};

/** The newest waybill of the goods that stands, or says why there is no number; null without one. */
function waybillOf(order: Order, waybills: readonly Waybill[]): Waybill | null {
  const ids = order.lines.map(({ subOrderId }) => subOrderId);
  const found = waybills.findLast(
    ({ allocation, subOrderIds }) =>
      allocation === order.allocation && subOrderIds.some((id) => ids.includes(id)),
  );
  return found && found.state !== 'CANCELLED' ? found : null;
}

/** The waybill of an order's goods, read when it is shown and while it is under way. */
function useWaybill(me: Me, order: Order) {
  const text = useText();
  const [known, setKnown] = useState<Known>({ kind: 'reading' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const show = (waybill: Waybill) =>
    setKnown({ kind: 'read', waybill: waybill.state === 'CANCELLED' ? null : waybill });
  const { orderRef } = order;
  const read = () =>
    api.waybills(orderRef).then(
      ({ waybills }) => setKnown({ kind: 'read', waybill: waybillOf(order, waybills) }),
      () => setKnown((before) => (before.kind === 'reading' ? { kind: 'unread' } : before)),
    );
  useEffect(() => {
    void read();
    // The dialog is of one order.
    // oxlint-disable-next-line react/exhaustive-deps
  }, []);
  const state = known.kind === 'read' ? known.waybill?.state : undefined;
  useEffect(() => {
    if (state !== 'ASKED' && state !== 'CANCELLING') return undefined;
    const timer = setInterval(() => void read(), LOOK_MS);
    return () => clearInterval(timer);
    // oxlint-disable-next-line react/exhaustive-deps
  }, [state]);
  const carryOut = async (work: () => Promise<{ waybill: Waybill }>) => {
    setBusy(true);
    setProblem('');
    try {
      show((await work()).waybill);
    } catch (error) {
      setProblem(error instanceof ApiError ? wordsOf(error.code, '', text) : text('UNKNOWN'));
    } finally {
      setBusy(false);
    }
  };
  const subOrderIds = order.lines.map(({ subOrderId }) => subOrderId);
  return {
    known,
    busy,
    problem,
    ask: () =>
      carryOut(() => api.askWaybill(me, orderRef, { allocation: order.allocation, subOrderIds })),
    giveBack: (id: number) => carryOut(() => api.cancelWaybill(me, orderRef, id)),
  };
}

/** Why there is no number yet, or no more. */
function Standing({ waybill }: { waybill: Waybill }) {
  const text = useText();
  const { state, code, message } = waybill;
  if (state === 'ASKED') return <Spin size="small" description={text('waybillAsked')} />;
  if (state === 'CANCELLING') return <Spin size="small" description={text('waybillCancelling')} />;
  if (state === 'GIVEN_UP') return <Alert type="error" showIcon title={text('waybillGivenUp')} />;
  const why = code === 'TMALL_REFUSED' ? message : wordsOf(code, message, text);
  return <Alert type="error" showIcon title={`${text('waybillRefused')}${why}`} />;
}

type Props = {
  me: Me;
  order: Order;
  /** The number is there, and is what is shipped under. */
  onReady: (waybill: Waybill) => void;
  onGone: () => void;
  onLabel: (waybill: Waybill) => void;
};

/** The number of the parcel, asked of the platform; typing one stays possible. */
export function WaybillBlock({ me, order, onReady, onGone, onLabel }: Props) {
  const text = useText();
  const { known, busy, problem, ask, giveBack } = useWaybill(me, order);
  const waybill = known.kind === 'read' ? known.waybill : null;
  const ready = waybill?.state === 'READY' || waybill?.state === 'CANCELLING' ? waybill : null;
  const mailNo = waybill?.state === 'READY' ? waybill.mailNo : '';
  useEffect(() => {
    if (ready && mailNo !== '') onReady(ready);
    // Once for each number that comes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [mailNo]);
  const cancel = async (id: number) => {
    await giveBack(id);
    onGone();
  };
  return (
    <section aria-label={text('waybill')} data-waybill style={{ marginBottom: 16 }}>
      {known.kind === 'unread' ? (
        <Alert type="warning" showIcon title={text('waybillUnread')} />
      ) : null}
      {waybill && waybill.state !== 'READY' ? <Standing waybill={waybill} /> : null}
      <Space wrap style={{ marginTop: 8 }}>
        {ready && mailNo !== '' ? (
          <>
            <span>
              {text('waybill')} <b>{ready.company}</b> {mailNo}
            </span>
            <Button disabled={busy} onClick={() => onLabel(ready)}>
              {text('printLabel')}
            </Button>
            <Button danger loading={busy} onClick={() => void cancel(ready.id)}>
              {text('cancelWaybill')}
            </Button>
          </>
        ) : (
          <Button
            loading={busy}
            disabled={known.kind === 'reading' || waybill?.state === 'ASKED'}
            onClick={() => void ask()}
          >
            {text('getWaybill')}
          </Button>
        )}
      </Space>
      {problem === '' ? null : <Alert type="error" showIcon title={problem} />}
    </section>
  );
}
