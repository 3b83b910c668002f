import { Alert, Card, Input } from 'antd';
import { sellerUrl } from '../../api.ts';
import type { StartJson } from '../../api.ts';
import { useAsked, useSeller } from '../../navigation.ts';
import { useRead, useReadOnce } from '../../read.ts';
import type { FoundJson } from './api.ts';
import { FoundGoods } from './goods.tsx';
import { Holds } from './holds.tsx';
import { Places, Totals } from './places.tsx';
import { useText } from './texts.ts';
import './stock.css';

const REFRESH_MS = 30_000;

/** What the address asks for: goods by their id, by any name, or by the names of one article of the shop. */
type Sought = { goods: string; q: string; item: string; sku: string };

const isNothing = ({ goods, q, item }: Sought): boolean => goods === '' && q === '' && item === '';

/** The goods that are sought, and their stock once they are one. */
function Sought({ sought }: { sought: Sought }) {
  const seller = useSeller();
  const { goods, q, item, sku } = sought;
  const answer = useRead<FoundJson>(
    sellerUrl(seller, ['goods'], goods === '' ? { q, item, sku } : { q: goods }),
    REFRESH_MS,
  );
  const found = answer.data?.goods ?? [];
  const shown = goods || (found.length === 1 ? (found[0]?.goodsId ?? '') : '');
  return (
    <>
      <FoundGoods of={answer} shown={shown} />
      {shown === '' ? null : (
        <>
          <Totals seller={seller} goods={shown} />
          <Places seller={seller} goods={shown} />
          <Holds seller={seller} goods={shown} />
        </>
      )}
    </>
  );
}

/** The stock of goods, which are found by any name; without one, that of the seller's configured article. */
export function StockPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const start = useReadOnce<StartJson>('/api/start').data;
  const inAddress = {
    goods: asked('goods'),
    q: asked('q').trim(),
    item: asked('item'),
    sku: asked('sku'),
  };
  const example = start?.sellerId === seller ? start : undefined;
  const sought = isNothing(inAddress)
    ? { goods: '', q: '', item: example?.itemId ?? '', sku: example?.skuId ?? '' }
    : inAddress;
  const none = { goods: '', item: '', sku: '', token: '', cell: '', entries: '', holds: '' };
  return (
    <div className="stock">
      <Card data-block={text('search')}>
        <Input.Search
          key={inAddress.q}
          aria-label={text('search')}
          placeholder={text('searchHint')}
          defaultValue={inAddress.q}
          allowClear
          enterButton={text('search')}
          onSearch={(value) => ask({ ...none, q: value.trim() })}
        />
      </Card>
      {isNothing(sought) ? (
        <Alert type="info" showIcon title={text('nothingAsked')} />
      ) : (
        <Sought key={JSON.stringify(sought)} sought={sought} />
      )}
    </div>
  );
}
