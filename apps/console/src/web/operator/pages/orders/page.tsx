import { Button, Space } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../../api.ts';
import type { OrderJson } from '../../api.ts';
import { mayAct, orderName, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Block, Pager } from '../shared.tsx';
import { Bulk } from './bulk.tsx';
import { FILTERS, OrderFilters } from './filters.tsx';
import type { Filters } from './filters.tsx';
import { OrderTable } from './table.tsx';
import { useText } from './texts.ts';
import './orders.css';

/** Files of all that the filters show. */
function Exports({ filters }: { filters: Filters }) {
  const text = useText();
  const seller = useSeller();
  return (
    <Space>
      {(['csv', 'xlsx'] as const).map((ending) => (
        <Button
          key={ending}
          size="small"
          href={sellerUrl(seller, [`orders.${ending}`], filters)}
          download
          title={text('exportHint')}
        >
          {text(ending)}
        </Button>
      ))}
    </Space>
  );
}

/** The seller's orders, newest first; everything that narrows them is in the address. */
export function OrdersPage() {
  const text = useText();
  const seller = useSeller();
  const session = useSession();
  const { asked, ask } = useAsked();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const token = asked('token');
  const filters = Object.fromEntries(FILTERS.map((name) => [name, asked(name)])) as Filters;
  const answer = useRead<{ orders?: OrderJson[]; nextToken?: string }>(
    sellerUrl(seller, ['orders'], { ...filters, token }),
  );
  const move = (values: Readonly<Record<string, string>>) => {
    setChosen([]);
    ask(values);
  };
  const isOperator = mayAct(session, seller);
  return (
    <div className="orders">
      <OrderFilters filters={filters} ask={move} />
      <Block title={text('orders')} of={answer} extra={<Exports filters={filters} />}>
        {({ orders = [], nextToken }) => (
          <>
            {isOperator ? (
              <Bulk
                chosen={orders.filter(({ orderRef }) => chosen.includes(orderName(orderRef)))}
                onDone={() => setChosen([])}
              />
            ) : null}
            <div className="wide">
              <OrderTable
                orders={orders}
                {...(isOperator && {
                  rowSelection: {
                    selectedRowKeys: [...chosen],
                    onChange: (keys) => setChosen(keys.map(String)),
                    getTitleCheckboxProps: () => ({ 'aria-label': text('chosen') }),
                    getCheckboxProps: ({ orderRef }) => ({
                      name: orderName(orderRef),
                      'aria-label': orderName(orderRef),
                    }),
                  },
                })}
              />
            </div>
            <Pager token={token} nextToken={nextToken} onMove={(next) => move({ token: next })} />
          </>
        )}
      </Block>
    </div>
  );
}
