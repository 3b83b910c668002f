import { Button } from 'antd';
import { Link } from 'react-router';
import type { OrderRefJson } from '../../api.ts';
import { pieces } from '../../format.tsx';
import { orderName, pageOf, pageOfOrder } from '../../navigation.ts';
import { useText } from './texts.ts';

/** An order that something is of. Tmall's and the malls' have pages of their own; others are named. */
export function OrderLink({ of }: { of: OrderRefJson }) {
  const { channel, sellerId, number } = of;
  if (channel === 'tmall') return <Link to={pageOfOrder(of)}>{orderName(of)}</Link>;
  if (channel === 'govmall') {
    return <Link to={pageOf(sellerId, 'mall', 'orders', number)}>{orderName(of)}</Link>;
  }
  return <>{orderName(of)}</>;
}

/** A number before and after something: `10 → 8 (-2)`; what did not change is one number. */
export function Moved({ after, delta }: { after: string | undefined; delta: string | undefined }) {
  const by = BigInt(delta ?? '0');
  if (by === 0n) return <>{pieces(after)}</>;
  const before = String(BigInt(after ?? '0') - by);
  return (
    <>
      {pieces(before)} → <strong>{pieces(after)}</strong> ({by > 0n ? '+' : ''}
      {pieces(delta)})
    </>
  );
}

/** A file of all that a list has. */
export function File({ href, what }: { href: string; what: string }) {
  const text = useText();
  return (
    <Button size="small" href={href} download aria-label={`${text('csv')} ${what}`}>
      {text('csv')}
    </Button>
  );
}
