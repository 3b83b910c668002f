import { Alert, App, Button, Empty, Result, Space, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../shared/api.ts';
import { api } from '../api.ts';
import type { ActBody, ListName, Me, Order, OrdersPage, Waybill } from '../api.ts';
import { isTextKey, useText } from '../language.ts';
import type { TextKey, Translate } from '../language.ts';
import { RefuseDialog, ShipDialog } from './dialogs.tsx';
import { GiveBackDialog } from './give-back-dialog.tsx';
import { LabelSheet } from './label.tsx';
import { OrderCard } from './order-card.tsx';
import { PickList } from './pick-list.tsx';
import { PickupDialog } from './pickup-dialog.tsx';

/** `isOld`: the latest try to read it has failed. */
type Loaded = { page: OrdersPage; offsetMs: number; isOld: boolean } | 'failed' | null;

const OK_TEXTS: Record<string, TextKey> = {
  accept: 'okAccept',
  refuse: 'okRefuse',
  giveBack: 'okGiveBack',
  ship: 'okShip',
};

function failureText(error: unknown, text: Translate): string {
  if (!(error instanceof ApiError)) return text('UNKNOWN');
  if (error.code === 'TAKEN') return `${text('takenBy')}${error.by}`;
  if (error.message !== '' && isTextKey(error.code)) return `${text(error.code)}${error.message}`;
  return isTextKey(error.code) ? text(error.code) : `${text('UNKNOWN')} (${error.code})`;
}

type ListProps = { me: Me; list: ListName; version: number };

/** Reads a list whenever the store's feed moves; a page more is added on demand. */
function useOrders({ list, version }: Omit<ListProps, 'me'>) {
  const [loaded, setLoaded] = useState<Loaded>(null);
  const asked = useRef(0);
  const read = async (token = '') => {
    const number = (asked.current += 1);
    try {
      const page = await api.orders(list, token);
      if (number !== asked.current) return;
      const offsetMs = Date.parse(page.now) - Date.now();
      setLoaded((known) => {
        const before = token !== '' && known && known !== 'failed' ? known.page.orders : [];
        const orders = [...before, ...page.orders];
        return { page: { ...page, orders }, offsetMs, isOld: false };
      });
    } catch {
      // What is on screen stays while the line or a service is away, with a sign.
      if (number !== asked.current) return;
      setLoaded((known) => (known && known !== 'failed' ? { ...known, isOld: true } : 'failed'));
    }
  };
  useEffect(() => {
    void read();
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [list, version]);
  return { loaded, read };
}

/** Carries a clerk's answers to the server, one at a time per order. */
function useActions(me: Me, reread: () => Promise<void>) {
  const text = useText();
  const { message } = App.useApp();
  const [busy, setBusy] = useState<readonly string[]>([]);
  // Of what is under way right now; a second click comes before the page is drawn again.
  const sending = useRef(new Set<string>());
  const act = async (order: Order, body: Pick<ActBody, 'action'> & Partial<ActBody>) => {
    if (sending.current.has(order.key)) return false;
    sending.current.add(order.key);
    setBusy([...sending.current]);
    try {
      const done = await api.act(me, order.orderRef, {
        allocation: order.allocation,
        subOrderIds: order.lines.map(({ subOrderId }) => subOrderId),
        ...body,
      });
      const key = done.pending ? 'okPending' : (OK_TEXTS[body.action] ?? 'okOther');
      message.success(`${text(key)} ${order.orderRef.number}`);
      if (done.countsRefused.length > 0) message.warning(text('countRefused'));
      return true;
    } catch (error) {
      // The sign-in is shown by then.
      if (error instanceof ApiError && error.status === 401) return false;
      message.error(failureText(error, text), 6);
      // After a lost answer the clerk may try again; any other refusal has changed what is true.
      return (
        error instanceof ApiError && error.code !== 'NETWORK' && error.code !== 'MISSING_FIELD'
      );
    } finally {
      sending.current.delete(order.key);
      await reread();
      setBusy([...sending.current]);
    }
  };
  return { busy, act };
}

/** The dialog for a buyer who has come, and what opens it. */
function usePickup({ me, onDone }: { me: Me; onDone: () => void }) {
  const text = useText();
  const { message } = App.useApp();
  const [isOpen, setIsOpen] = useState(false);
  const done = (trade: string) => {
    setIsOpen(false);
    message.success(`${text('okHandOver')} ${trade}`);
    onDone();
  };
  const dialog = isOpen ? (
    <PickupDialog me={me} onClose={() => setIsOpen(false)} onDone={done} />
  ) : null;
  return { dialog, open: () => setIsOpen(true) };
}

/** The sign on a list that could not be read again. */
function Old({ onRetry }: { onRetry: () => void }) {
  const text = useText();
  return (
    <Alert
      type="warning"
      showIcon
      style={{ marginBottom: 12 }}
      title={text('old')}
      action={
        <Button size="small" onClick={onRetry}>
          {text('retry')}
        </Button>
      }
    />
  );
}

/** What is done for all orders that are to leave the store. */
function PackTools({ onPick, onHandOver }: { onPick: () => void; onHandOver: () => void }) {
  const text = useText();
  return (
    <Space style={{ marginBottom: 12 }}>
      <Button onClick={onPick}>{text('pickList')}</Button>
      <Button onClick={onHandOver}>{text('handOver')}</Button>
    </Space>
  );
}

type Asked = { kind: 'refuse' | 'giveBack' | 'ship'; order: Order };

/** The dialog that a button of a card has opened; it stays until what it sends is through. */
function AskedFor(props: {
  me: Me;
  asked: Asked;
  busy: boolean;
  onClose: () => void;
  onLabel: (waybill: Waybill) => void;
  act: ReturnType<typeof useActions>['act'];
}) {
  const { me, asked, busy, onClose, onLabel, act } = props;
  const { kind, order } = asked;
  const send = (body: Parameters<typeof act>[1]) =>
    void act(order, body).then((done) => done && onClose());
  const common = { order, busy, onCancel: onClose };
  switch (kind) {
    case 'refuse':
      return (
        <RefuseDialog {...common} onDone={(refusal) => send({ action: 'refuse', ...refusal })} />
      );
    case 'giveBack':
      return (
        <GiveBackDialog {...common} onDone={(back) => send({ action: 'giveBack', ...back })} />
      );
    case 'ship':
      return (
        <ShipDialog
          {...common}
          me={me}
          onLabel={onLabel}
          onDone={(shipment) => send({ action: 'ship', ...shipment })}
        />
      );
  }
}

/** One list of the store's orders. */
export function OrdersList({ me, list, version }: ListProps) {
  const text = useText();
  const { loaded, read } = useOrders({ list, version });
  const { busy, act } = useActions(me, () => read());
  const [dialog, setDialog] = useState<Asked | null>(null);
  const [picking, setPicking] = useState(false);
  const [label, setLabel] = useState<{ order: Order; waybill: Waybill } | null>(null);
  const pickup = usePickup({ me, onDone: () => void read() });
  // Whatever becomes of the list: what is printed stays until the clerk is back, in the dialog that it came from.
  if (label) return <LabelSheet me={me} {...label} onBack={() => setLabel(null)} />;
  if (loaded === null) return <Spin style={{ display: 'block', margin: 48 }} />;
  if (loaded === 'failed') {
    const again = <Button onClick={() => void read()}>{text('retry')}</Button>;
    return <Result status="warning" title={text('failed')} extra={again} />;
  }
  const { page, offsetMs, isOld } = loaded;
  const old = isOld ? <Old onRetry={() => void read()} /> : null;
  if (page.orders.length === 0) {
    return (
      <>
        {old}
        {pickup.dialog}
        {list === 'pack' ? <Button onClick={pickup.open}>{text('handOver')}</Button> : null}
        <Empty description={text(list === 'new' ? 'noneNew' : 'none')} />
      </>
    );
  }
  if (picking) return <PickList orders={page.orders} onBack={() => setPicking(false)} />;
  const actionsOf = (order: Order) => ({
    busy: busy.includes(order.key),
    answersHere: me.answersHere,
    onAct: (action: string) => void act(order, { action }),
    onRefuse: () => setDialog({ kind: 'refuse', order }),
    onGiveBack: () => setDialog({ kind: 'giveBack', order }),
    onShip: () => setDialog({ kind: 'ship', order }),
    onHandOver: pickup.open,
  });
  return (
    <>
      {old}
      {pickup.dialog}
      {list === 'pack' ? (
        <PackTools onPick={() => setPicking(true)} onHandOver={pickup.open} />
      ) : null}
      <div className="orders">
        {page.orders.map((order) => (
          <OrderCard
            key={order.key}
            order={order}
            answerWithinMs={page.answerWithinMs}
            offsetMs={offsetMs}
            actions={actionsOf(order)}
          />
        ))}
      </div>
      {page.next ? (
        <Button block style={{ marginTop: 12 }} onClick={() => void read(page.next)}>
          {text('more')}
        </Button>
      ) : null}
      {dialog ? (
        <AskedFor
          me={me}
          asked={dialog}
          onLabel={(waybill) => setLabel({ order: dialog.order, waybill })}
          busy={busy.includes(dialog.order.key)}
          onClose={() => setDialog(null)}
          act={act}
        />
      ) : null}
    </>
  );
}
