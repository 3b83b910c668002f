import { Button, Space } from 'antd';
import type { Order } from '../api.ts';
import { useText } from '../language.ts';
import { LineAttributes, goodsName, pieces } from './order-card.tsx';

/** What to fetch from the shelves, on one sheet of paper. */
export function PickList({ orders, onBack }: { orders: Order[]; onBack: () => void }) {
  const text = useText();
  return (
    <>
      <Space className="no-print" style={{ marginBottom: 12 }}>
        <Button onClick={onBack}>{text('back')}</Button>
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
          {orders.flatMap((order) =>
            order.lines.map((line) => (
              <tr key={`${order.key}/${line.subOrderId}`}>
                <td>
                  {goodsName(line)}
                  <LineAttributes line={line} />
                </td>
                <td>{pieces(line.quantityMilli)}</td>
                <td>{order.orderRef.number}</td>
                <td>☐</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </>
  );
}
