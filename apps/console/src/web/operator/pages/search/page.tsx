import { Alert, Space } from 'antd';
import { Link } from 'react-router';
import { sellerUrl } from '../../api.ts';
import type { OrderJson, OrderRefJson } from '../../api.ts';
import { orderName, pageOfOrder, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { OrderTable } from '../orders/table.tsx';
import { useText } from '../orders/texts.ts';
import { Block, Nothing, Pager } from '../shared.tsx';

const REFRESH_MS = 10_000;

function Links({ orders = [] }: { orders?: OrderRefJson[] }) {
  if (orders.length === 0) return <Nothing />;
  return (
    <ul>
      {orders.map((ref) => (
        <li key={orderName(ref)}>
          <Link to={pageOfOrder(ref)}>{orderName(ref)}</Link>
        </li>
      ))}
    </ul>
  );
}

/** All that a number or a code names of a seller: its orders, and the parcels with this mail number. */
function Found({ q }: { q: string }) {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const orders = useRead<{ orders?: OrderJson[]; nextToken?: string }>(
    sellerUrl(seller, ['orders'], { q, token }),
    REFRESH_MS,
  );
  const parcels = useRead<{ orders?: OrderRefJson[] }>(
    sellerUrl(seller, ['parcels'], { mailNo: q }),
    REFRESH_MS,
  );
  const others = useRead<{ orders?: OrderRefJson[] }>(
    sellerUrl(seller, ['lives'], { number: q }),
    REFRESH_MS,
  );
  return (
    <Space orientation="vertical" size="large" style={{ width: '100%' }}>
      <Block title={text('byOrder')} of={orders}>
        {(page) => (
          <>
            <OrderTable orders={page.orders ?? []} />
            <Pager
              token={token}
              nextToken={page.nextToken}
              onMove={(next) => ask({ token: next })}
            />
          </>
        )}
      </Block>
      <Block title={text('byOther')} of={others}>
        {(found) => <Links {...found} />}
      </Block>
      <Block title={text('byParcel')} of={parcels}>
        {(found) => <Links {...found} />}
      </Block>
    </Space>
  );
}

/** The global search of a seller's orders; what is searched for is in the address. */
export function SearchPage() {
  const text = useText();
  const q = useAsked().asked('q').trim();
  if (q === '') return <Alert type="info" showIcon title={text('nothingAsked')} />;
  return <Found key={q} q={q} />;
}
