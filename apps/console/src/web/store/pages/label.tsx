import { Alert, Button, Space, Spin } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import type { Label, Me, Order, Waybill } from '../api.ts';
import { useText } from '../language.ts';
import { goodsName, pieces } from './order-card.tsx';

/** The number as bars that a carrier's scanner reads (Code 128). */
function Bars({ code }: { code: string }) {
  const drawing = useRef<SVGSVGElement>(null);
  useEffect(() => {
    let isOver = false;
    void import('jsbarcode').then(({ default: draw }) => {
      if (isOver || !drawing.current) return;
      draw(drawing.current, code, {
        format: 'CODE128',
        displayValue: false,
        margin: 0,
        height: 70,
      });
    });
    return () => {
      isOver = true;
    };
  }, [code]);
  return <svg ref={drawing} className="bars" role="img" aria-label={code} />;
}

/** To whom it goes, and where the carrier sorts it to, as the platform tells. */
function To({ label }: { label: Label }) {
  const text = useText();
  return (
    <>
      {label.sortation === '' ? null : (
        <p className="sortation">
          <small>{text('sortTo')}</small> {label.sortation} <small>{label.routeCode}</small>
        </p>
      )}
      <p data-receiver>
        {label.name === '' ? (
          text('noReceiver')
        ) : (
          <>
            {text('shipTo')} <b>{label.name}</b> {label.mobile}
            <br />
            {label.address.join(' ')}
          </>
        )}
      </p>
    </>
  );
}

/** The label of a parcel, on one sheet of paper. What it says of the buyer is read when it is printed. */
export function LabelSheet(props: { me: Me; order: Order; waybill: Waybill; onBack: () => void }) {
  const { me, order, waybill, onBack } = props;
  const text = useText();
  const [label, setLabel] = useState<Label | 'reading' | 'unread'>('reading');
  useEffect(() => {
    let isOver = false;
    api.label(me, order.orderRef, waybill.id).then(
      (found) => (isOver ? undefined : setLabel(found.label)),
      () => (isOver ? undefined : setLabel('unread')),
    );
    return () => {
      isOver = true;
    };
  }, [me, order.orderRef, waybill.id]);
  return (
    <>
      <Space className="no-print" style={{ marginBottom: 12 }}>
        <Button onClick={onBack}>{text('back')}</Button>
        <Button type="primary" disabled={label === 'reading'} onClick={() => window.print()}>
          {text('print')}
        </Button>
      </Space>
      <article className="label" aria-label={text('waybill')}>
        <h2>{waybill.company}</h2>
        <Bars code={waybill.mailNo} />
        <p className="mail-no">{waybill.mailNo}</p>
        {label === 'reading' ? <Spin /> : null}
        {label === 'unread' ? <Alert type="warning" showIcon title={text('labelUnread')} /> : null}
        {typeof label === 'string' ? null : <To label={label} />}
        <p>
          {text('fromStore')} {me.storeName === '' ? me.storeId : me.storeName}
          <br />
          {text('order')} {order.orderRef.number}
        </p>
        {order.lines.map((line) => (
          <p key={line.subOrderId}>
            {goodsName(line)} × {pieces(line.quantityMilli)}
          </p>
        ))}
      </article>
    </>
  );
}
