import { Alert, Descriptions, Typography } from 'antd';
import { Link } from 'react-router';
import { DataTable } from '../../manage/data-table.tsx';
import { pageOf, useSeller } from '../../navigation.ts';
import type { Reading } from '../../read.ts';
import { Block } from '../shared.tsx';
import type { FoundJson, GoodsJson } from './api.ts';
import { useText } from './texts.ts';

const KINDS = ['itemSku', 'scItemId', 'outerId', 'cargoNo', 'mallSku'] as const;

type Named = { kind: (typeof KINDS)[number]; texts: string[] };

/** The names of goods by their kind, in one order. */
function namesOf({ keys = [] }: GoodsJson): Named[] {
  return KINDS.flatMap((kind) => {
    const texts = keys.flatMap((key) => {
      if (kind !== 'itemSku') return key[kind] ?? [];
      const { itemId = '', skuId = '' } = key.itemSku ?? {};
      return itemId === '' ? [] : [skuId === '' ? itemId : `${itemId} / ${skuId}`];
    });
    return texts.length === 0 ? [] : [{ kind, texts }];
  });
}

/** What the catalogue calls the goods that are shown. */
export function Names({ goods }: { goods: GoodsJson }) {
  const text = useText();
  const items = [
    ...(goods.name ? [{ key: 'name', label: text('name'), children: goods.name }] : []),
    ...(goods.sku ? [{ key: 'sku', label: text('offerSku'), children: goods.sku }] : []),
    ...namesOf(goods).map(({ kind, texts }) => ({
      key: kind,
      label: text(kind),
      children: texts.join('，'),
    })),
    { key: 'id', label: text('goodsId'), children: goods.goodsId },
  ];
  return <Descriptions size="small" column={{ xs: 1, md: 2 }} items={items} />;
}

/** The goods that a text is a name of, to choose from. */
function List({ found: { goods = [], isMore = false } }: { found: FoundJson }) {
  const text = useText();
  const seller = useSeller();
  if (goods.length === 0) return <Typography.Text>{text('nothingFound')}</Typography.Text>;
  return (
    <>
      {isMore ? <Alert type="info" showIcon title={text('moreFound')} /> : null}
      <DataTable<GoodsJson>
        rowKey="goodsId"
        dataSource={goods}
        columns={[
          {
            title: text('goods'),
            render: (_, one) => (
              <Link to={`${pageOf(seller, 'stock')}?goods=${encodeURIComponent(one.goodsId)}`}>
                {one.name || namesOf(one)[0]?.texts[0] || one.goodsId}
              </Link>
            ),
          },
          {
            title: text('names'),
            render: (_, one) =>
              namesOf(one).map(({ kind, texts }) => (
                <div key={kind}>
                  {text(kind)} {texts.slice(0, 5).join('，')}
                </div>
              )),
          },
          { title: text('offerSku'), render: (_, { sku }) => sku || '—' },
        ]}
      />
    </>
  );
}

/** What a search found; of goods that are shown already, their names. */
export function FoundGoods(props: { of: Reading<FoundJson>; shown: string }) {
  const text = useText();
  const { of, shown } = props;
  return (
    <Block title={text(shown === '' ? 'found' : 'names')} of={of}>
      {(found) => {
        const one = found.goods?.find(({ goodsId }) => goodsId === shown);
        return one ? <Names goods={one} /> : <List found={found} />;
      }}
    </Block>
  );
}
