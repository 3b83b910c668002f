import { Alert, Button, Card, Tag } from 'antd';
import { useEffect, useState } from 'react';
import type { Line, Order } from '../api.ts';
import { isTextKey, useText } from '../language.ts';

/** "1500" as "1.5": pieces without zeros that say nothing. */
export const pieces = (milli: string): string => String(Number(milli) / 1_000);

export const goodsName = (line: Line): string => line.outerId || `${line.itemId} / ${line.skuId}`;

/** The goods as the buyer has seen them, and the number that is on them. */
export function Goods({ line }: { line: Line }) {
  const { title, spec, picture } = line;
  return (
    <span className="goods">
      {picture === '' ? null : (
        // Other sites need not know who looks at their pictures.
        <img src={picture} alt="" loading="lazy" referrerPolicy="no-referrer" />
      )}
      <span>
        {title === '' ? null : <div>{title}</div>}
        {spec === '' ? null : <div className="attribute">{spec}</div>}
        <div className={title === '' ? undefined : 'attribute'}>{goodsName(line)}</div>
      </span>
    </span>
  );
}

/** What goes along with the goods, in the words of the seller's router. */
export function LineAttributes({ line }: { line: Line }) {
  const text = useText();
  return line.attributes.map(([name, value]) => (
    <div className="attribute" key={name}>
      {name === 'gift' || name === 'batch' ? text(name) : name}: {value}
    </div>
  ));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Time left to answer, by the server's clock. */
function Countdown({ until, offsetMs }: { until: number; offsetMs: number }) {
  const text = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = until - (now + offsetMs);
  const seconds = Math.floor(Math.abs(left) / 1_000);
  const color = left < 0 ? 'red' : left < 60_000 ? 'orange' : 'blue';
  return (
    <Tag color={color} style={{ fontVariantNumeric: 'tabular-nums', fontSize: 15, margin: 0 }}>
      {text(left < 0 ? 'overdue' : 'remaining')} {Math.floor(seconds / 60)}:{two(seconds % 60)}
    </Tag>
  );
}

export type CardActions = {
  busy: boolean;
  /** False where the till answers: only what works here has a button. */
  answersHere: boolean;
  onAct: (action: 'accept' | 'agreeCancel' | 'denyCancel' | 'matched') => void;
  onRefuse: () => void;
  onGiveBack: () => void;
  onShip: () => void;
  onHandOver: () => void;
};

function Buttons({ order, actions }: { order: Order; actions: CardActions }) {
  const text = useText();
  const { busy, answersHere, onAct, onRefuse, onGiveBack, onShip, onHandOver } = actions;
  // A buyer's code is redeemed at the counter, whoever accepts the orders.
  if (!answersHere && order.status !== 'READY') return null;
  const main = (label: string, onClick: () => void) => (
    <Button type="primary" size="large" loading={busy} onClick={onClick}>
      {label}
    </Button>
  );
  const second = (label: string, onClick: () => void) => (
    <Button danger size="large" disabled={busy} onClick={onClick}>
      {label}
    </Button>
  );
  switch (order.status) {
    case 'OFFERED':
      return (
        <div className="actions">
          {main(text('accept'), () => onAct('accept'))}
          {second(text('refuse'), onRefuse)}
        </div>
      );
    case 'ACCEPTED':
      return (
        <div className="actions">
          {main(text('ship'), onShip)}
          {second(text('giveBack'), onGiveBack)}
        </div>
      );
    case 'CANCEL_DENIED':
      return <div className="actions">{main(text('ship'), onShip)}</div>;
    case 'READY':
      return (
        <div className="actions">
          {main(text('handOver'), onHandOver)}
          {answersHere ? second(text('cannotHandOver'), onGiveBack) : null}
        </div>
      );
    case 'CANCEL_ASKED':
      return (
        <div className="actions">
          {main(text('agreeCancel'), () => onAct('agreeCancel'))}
          {/* A buyer who picks up may always change their mind. */}
          {order.pickup ? null : second(text('denyCancel'), () => onAct('denyCancel'))}
        </div>
      );
    case 'RETURN_EXPECTED':
      return <div className="actions">{main(text('matched'), () => onAct('matched'))}</div>;
    default:
      return null;
  }
}

/** How a shipment stands that is not through: under way, or why not. */
function Shipping({ shipping }: { shipping: NonNullable<Order['shipping']> }) {
  const text = useText();
  const { state, code, message, mailNo } = shipping;
  const isOpen = state === 'PENDING' || state === 'AT_TMALL';
  const why = isTextKey(code) ? `${text(code)}${message}` : `${code} ${message}`;
  return (
    <Alert
      style={{ marginTop: 8 }}
      type={isOpen ? 'info' : 'error'}
      showIcon
      title={isOpen ? `${text(state)} ${mailNo}` : why}
      description={isOpen && code !== '' ? why : undefined}
    />
  );
}

/** One order at the store, with what can be done now. */
export function OrderCard(props: {
  order: Order;
  answerWithinMs: number;
  offsetMs: number;
  actions: CardActions;
}) {
  const { order, answerWithinMs, offsetMs, actions } = props;
  const text = useText();
  const waits = order.status === 'OFFERED' && order.toldAt;
  return (
    <Card
      size="small"
      title={order.orderRef.number}
      data-trade={order.orderRef.number}
      data-channel={order.orderRef.channel}
      extra={
        waits ? (
          <Countdown until={Date.parse(waits) + answerWithinMs} offsetMs={offsetMs} />
        ) : (
          <Tag>{isTextKey(order.status) ? text(order.status) : order.status}</Tag>
        )
      }
    >
      <Tag color={order.pickup ? 'purple' : 'geekblue'}>
        {text(order.pickup ? 'pickup' : 'delivery')}
      </Tag>
      <div style={{ marginTop: 8 }}>
        {order.lines.map((line) => (
          <div key={line.subOrderId}>
            <div className="line">
              <Goods line={line} />
              <span>
                <b>{pieces(line.quantityMilli)}</b> {text('pieces')}
              </span>
            </div>
            <LineAttributes line={line} />
          </div>
        ))}
      </div>
      {order.logistics?.mailNo ? (
        <div>
          {order.logistics.company} {order.logistics.mailNo}
        </div>
      ) : null}
      {order.shipping ? <Shipping shipping={order.shipping} /> : null}
      <Buttons order={order} actions={actions} />
    </Card>
  );
}
