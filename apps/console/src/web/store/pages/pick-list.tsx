import { Button, Checkbox, Space } from 'antd';
import { useState } from 'react';
import type { Line, Order } from '../api.ts';
import { useText } from '../language.ts';
import { GoodsScan } from '../scan/goods.tsx';
import { Goods, LineAttributes, goodsName, pieces } from './order-card.tsx';

/** What is fetched once: all pieces of the same goods, with what goes along, whichever orders they are for. */
type Pick = { key: string; line: Line; milli: bigint; orders: { number: string; milli: bigint }[] };

/** Orders' lines put together by their goods, in the order in which they are met first. */
export function picksOf(orders: readonly Order[]): Pick[] {
  const picks = new Map<string, Pick>();
  for (const { orderRef, lines } of orders) {
    for (const line of lines) {
      const key = JSON.stringify([goodsName(line), line.spec, line.attributes]);
      const milli = BigInt(line.quantityMilli);
      const pick = picks.get(key) ?? { key, line, milli: 0n, orders: [] };
      picks.set(key, {
        ...pick,
        milli: pick.milli + milli,
        orders: [...pick.orders, { number: orderRef.number, milli }],
      });
    }
  }
  return [...picks.values()];
}

/** What to fetch from the shelves, on one sheet of paper: each article once, and whom its pieces are for. */
export function PickList({ orders, onBack }: { orders: Order[]; onBack: () => void }) {
  const text = useText();
  const picks = picksOf(orders);
  const [fetched, setFetched] = useState<readonly string[]>([]);
  const turn = (keys: readonly string[], isFetched: boolean) =>
    setFetched([...fetched.filter((key) => !keys.includes(key)), ...(isFetched ? keys : [])]);
  const scanned = (lines: readonly Line[]) =>
    turn(
      picks.filter(({ line }) => lines.includes(line)).map(({ key }) => key),
      true,
    );
  return (
    <>
      <Space className="no-print" wrap style={{ marginBottom: 12 }}>
        <Button onClick={onBack}>{text('back')}</Button>
        <GoodsScan lines={picks.map(({ line }) => line)} onLines={scanned} />
        <Button type="primary" onClick={() => window.print()}>
          {text('print')}
        </Button>
      </Space>
      <h2>{text('pickList')}</h2>
      <table className="sheet">
        <thead>
          <tr>
            <th>{text('goods')}</th>
            <th>{text('quantity')}</th>
            <th>{text('order')}</th>
            <th>✓</th>
          </tr>
        </thead>
        <tbody>
          {picks.map(({ key, line, milli, orders: whose }) => (
            <tr key={key}>
              <td>
                <Goods line={line} />
                <LineAttributes line={line} />
              </td>
              <td>
                <b>{pieces(String(milli))}</b>
              </td>
              <td>
                {whose.map(({ number, milli: each }, index) => (
                  <div key={`${number}/${index}`}>
                    {number} × {pieces(String(each))}
                  </div>
                ))}
              </td>
              <td>
                <span className="print-only">☐</span>
                <Checkbox
                  className="no-print"
                  aria-label={goodsName(line)}
                  checked={fetched.includes(key)}
                  onChange={(event) => turn([key], event.target.checked)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
