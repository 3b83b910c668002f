import { Alert, Statistic, Tag, Tooltip } from 'antd';
import { sellerUrl } from '../../api.ts';
import { Kind, Place, pieces, shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { useAsked } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Pager } from '../shared.tsx';
import { cellKey } from './api.ts';
import type { CellJson, StockJson, TotalsJson } from './api.ts';
import { History } from './history.tsx';
import { File } from './parts.tsx';
import { useText } from './texts.ts';

const REFRESH_MS = 5_000;

/** What the goods come to over all places. */
export function Totals({ seller, goods }: { seller: string; goods: string }) {
  const text = useText();
  const answer = useRead<TotalsJson>(sellerUrl(seller, ['stock', 'totals'], { goods }), REFRESH_MS);
  return (
    <Block title={text('totals')} of={answer}>
      {({ certain, shared, short, isWhole, sellableMilli }) => (
        <>
          {isWhole ? null : <Alert type="warning" showIcon title={text('notWhole')} />}
          <div className="figures">
            <Statistic title={text('sellable')} value={pieces(sellableMilli)} />
            <Statistic title={text('onHand')} value={pieces(certain.onHandMilli)} />
            <Statistic title={text('heldCertain')} value={pieces(certain.heldMilli)} />
            <Statistic title={text('buffer')} value={pieces(certain.bufferMilli)} />
            <Statistic title={text('sharedOnHand')} value={pieces(shared.onHandMilli)} />
            <Statistic title={text('sharedHeld')} value={pieces(shared.heldMilli)} />
            <Statistic title={text('sharedFree')} value={pieces(shared.freeMilli)} />
            {short > 0 ? <Statistic title={text('shortPlaces')} value={short} /> : null}
          </div>
        </>
      )}
    </Block>
  );
}

function Cells({ seller, stock }: { seller: string; stock: StockJson }) {
  const text = useText();
  const { asked, ask } = useAsked();
  const open = asked('cell');
  const certainOnly = (cell: CellJson, milli: string | undefined) =>
    cell.kind === 'STOCK_KIND_CERTAIN' ? pieces(milli) : '—';
  return (
    <>
      <DataTable<CellJson>
        rowKey={cellKey}
        dataSource={stock.cells ?? []}
        expandable={{
          expandedRowKeys: open === '' ? [] : [open],
          onExpand: (isOpen, cell) => ask({ cell: isOpen ? cellKey(cell) : '', entries: '' }),
          expandedRowRender: (cell) => (
            <History seller={seller} goods={stock.goodsId} cell={cell} />
          ),
        }}
        columns={[
          { title: text('place'), render: (_, cell) => <Place value={cell.place} /> },
          { title: text('kind'), render: (_, cell) => <Kind value={cell.kind} /> },
          { title: text('quantity'), render: (_, cell) => pieces(cell.quantityMilli) },
          { title: text('held'), render: (_, cell) => pieces(cell.heldMilli) },
          // Nothing is kept back of shared stock: it is sold where it stands.
          { title: text('buffer'), render: (_, cell) => certainOnly(cell, cell.keptBackMilli) },
          {
            title: text('free'),
            render: (_, cell) => (
              <>
                <strong>{pieces(cell.freeMilli)}</strong>{' '}
                {cell.short ? <Tag color="red">{text('short')}</Tag> : null}
              </>
            ),
          },
          {
            title: (
              <Tooltip title={text('unreportedHint')}>
                <span>{text('unreported')}</span>
              </Tooltip>
            ),
            render: (_, cell) => pieces(cell.unreportedMilli),
          },
          {
            title: text('reportedAt'),
            render: (_, { reportedAtMs = '0' }) =>
              reportedAtMs === '0' ? text('never') : shanghai(Number(reportedAtMs)),
          },
        ]}
      />
      <Pager
        token={asked('token')}
        nextToken={stock.nextToken}
        onMove={(token) => ask({ token, cell: '', entries: '' })}
      />
    </>
  );
}

/** The numbers of goods by place and promise, each with the entries that add up to it. */
export function Places({ seller, goods }: { seller: string; goods: string }) {
  const text = useText();
  const token = useAsked().asked('token');
  const stock = useRead<StockJson>(sellerUrl(seller, ['stock'], { goods, token }));
  return (
    <Block
      title={text('places')}
      of={stock}
      extra={<File href={sellerUrl(seller, ['stock.csv'], { goods })} what={text('place')} />}
    >
      {(found) => <Cells seller={seller} stock={found} />}
    </Block>
  );
}
