import { Tag, Typography } from 'antd';
import { useAge } from '../../age.ts';
import { sellerUrl } from '../../api.ts';
import { shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Pager } from '../shared.tsx';
import { useCode, useText } from './texts.ts';
import type { ShelfJson } from './types.ts';

const REFRESH_MS = 10_000;

/** What the platform says, and since when; a word that never came is not "off the shelf". */
function Said({ of: { shelf, saidAt } }: { of: ShelfJson }) {
  const text = useText();
  const code = useCode();
  const age = useAge();
  if (!shelf) return <Tag className="unknown">{text('saidNothing')}</Tag>;
  return (
    <>
      <Tag title={shelf}>{code(shelf)}</Tag>
      {saidAt ? (
        <span title={shanghai(saidAt)}>
          {age(saidAt)} {text('ago')}
        </span>
      ) : null}
    </>
  );
}

/** Goods that do not stand at the mall as they are wanted, with what the platform answered last. */
export function Shelves() {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('shelves');
  const answer = useRead<{ shelves?: ShelfJson[]; nextToken?: string }>(
    sellerUrl(seller, ['divergence', 'shelves'], { token }),
    REFRESH_MS,
  );
  return (
    <Block title={text('shelves')} of={answer}>
      {({ shelves = [], nextToken }) => (
        <>
          {shelves.length === 0 ? (
            <Typography.Text>{text(nextToken ? 'lookFurther' : 'noShelves')}</Typography.Text>
          ) : (
            <DataTable<ShelfJson>
              rowKey="cargoNo"
              dataSource={shelves}
              columns={[
                { title: text('cargoNo'), render: (_, { cargoNo }) => cargoNo },
                {
                  title: text('platformGoods'),
                  render: (_, { platformGoodsId }) => platformGoodsId || '—',
                },
                {
                  title: text('wanted'),
                  render: (_, { wanted = false }) => text(wanted ? 'ON_SHELF' : 'OFF_SHELF'),
                },
                { title: text('said'), render: (_, of) => <Said of={of} /> },
                {
                  title: text('why'),
                  render: (_, { divergence = '', lastError = '' }) => (
                    <>
                      <Tag color="red" title={divergence}>
                        {code(divergence)}
                      </Tag>
                      {lastError === '' ? null : <small>{lastError}</small>}
                    </>
                  ),
                },
              ]}
            />
          )}
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ shelves: next })} />
        </>
      )}
    </Block>
  );
}
