import { Alert, Button, Space } from 'antd';
import { useState } from 'react';
import { sellerUrl } from '../../api.ts';
import { pieces, shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { useAsked } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Answer, Pager } from '../shared.tsx';
import { numberAsked } from './api.ts';
import type { CellJson, CheckJson, EntryJson, HistoryJson } from './api.ts';
import { File, Moved, OrderLink } from './parts.tsx';
import { isTextKey, useText } from './texts.ts';

const REFRESH_MS = 5_000;
/** A check reads two thousand entries: it is made again when somebody asks for it. */
const CHECK_REFRESH_MS = 600_000;

const SHOWN = { ADDS_UP: 'success', DIFFERS: 'error', MOVING: 'warning' } as const;

/** Whether the entries add up to the number that is shown, and what they come to. */
function Check({ url }: { url: string }) {
  const text = useText();
  const answer = useRead<CheckJson>(url, CHECK_REFRESH_MS);
  const both = (of: CheckJson['sum']) => `${pieces(of.quantityMilli)} / ${pieces(of.heldMilli)}`;
  return (
    <Answer of={answer}>
      {(check) => (
        <Alert
          type={SHOWN[check.outcome]}
          showIcon
          title={text(check.outcome)}
          description={
            <>
              {check.entries} {text('entriesAdd')} {both(check.sum)}
              {check.isWhole ? '' : `（${text('fromOpening')} ${both(check.opening)}）`}；
              {text('shownIs')} {both(check.shown)}
            </>
          }
        />
      )}
    </Answer>
  );
}

/** What caused an entry: its order with the line, or the bill of a report. */
function Cause({ of: { cause = '', orderRef } }: { of: EntryJson }) {
  const text = useText();
  if (!orderRef) return cause === '' ? <>—</> : <>{`${text('bill')} ${cause}`}</>;
  const line = cause.slice(cause.indexOf('/') + 1);
  return (
    <>
      <OrderLink of={orderRef} />
      <div className="line">{line}</div>
    </>
  );
}

/** The entries that add up to one number, newest first. */
export function History(props: { seller: string; goods: string; cell: CellJson }) {
  const { seller, goods, cell } = props;
  const text = useText();
  const { asked, ask } = useAsked();
  const [isChecked, setChecked] = useState(false);
  const token = asked('entries');
  const number = numberAsked(goods, cell);
  const answer = useRead<HistoryJson>(
    sellerUrl(seller, ['stock', 'history'], { ...number, token }),
    REFRESH_MS,
  );
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space wrap>
        <strong>{text('history')}</strong>
        <Button size="small" onClick={() => setChecked(true)}>
          {text('check')}
        </Button>
        <File href={sellerUrl(seller, ['stock', 'history.csv'], number)} what={text('history')} />
      </Space>
      {isChecked ? <Check url={sellerUrl(seller, ['stock', 'check'], number)} /> : null}
      <Answer of={answer}>
        {({ entries = [], nextToken }) => (
          <>
            <DataTable<EntryJson>
              rowKey={(entry) => `${entry.atMs}/${entry.operationId}/${entry.cause}/${entry.verb}`}
              size="small"
              dataSource={entries}
              columns={[
                { title: text('at'), render: (_, entry) => shanghai(Number(entry.atMs)) },
                {
                  title: text('verb'),
                  render: (_, { verb = '' }) => (
                    <span title={verb}>{isTextKey(verb) ? text(verb) : verb}</span>
                  ),
                },
                {
                  title: text('onHandMoved'),
                  render: (_, entry) => (
                    <Moved after={entry.quantityMilli} delta={entry.quantityDeltaMilli} />
                  ),
                },
                {
                  title: text('heldMoved'),
                  render: (_, entry) => (
                    <Moved after={entry.heldMilli} delta={entry.heldDeltaMilli} />
                  ),
                },
                { title: text('cause'), render: (_, entry) => <Cause of={entry} /> },
                { title: text('actor'), dataIndex: 'actor' },
              ]}
            />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ entries: next })} />
          </>
        )}
      </Answer>
    </Space>
  );
}
