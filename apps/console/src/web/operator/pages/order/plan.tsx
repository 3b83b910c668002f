import { Alert, Space, Typography } from 'antd';
import { DataTable } from '../../manage/data-table.tsx';
import type { PlaceJson } from '../../api.ts';
import { Place } from '../../format.tsx';
import { Coded, PlaceOr } from './coded.tsx';
import { isOrderText, useOrderText } from './texts.ts';

export type PlanJson = {
  changes?: {
    subOrderId: string;
    stateBefore?: string;
    stateAfter?: string;
    placeBefore?: PlaceJson;
    placeAfter?: PlaceJson;
  }[];
  heldBefore?: boolean;
  heldAfter?: boolean;
  messages?: { what: string; place?: PlaceJson }[];
};

/** What an action would change, before it runs. */
export function Plan({ plan }: { plan: PlanJson }) {
  const text = useOrderText();
  const { changes = [], messages = [], heldBefore = false, heldAfter = false } = plan;
  return (
    <Space orientation="vertical" style={{ width: '100%' }} data-plan>
      <Typography.Text strong>{text('effect')}</Typography.Text>
      {heldBefore === heldAfter ? null : (
        <Alert type="info" showIcon title={text(heldAfter ? 'nowHeld' : 'notHeld')} />
      )}
      {changes.length === 0 ? (
        <Typography.Text type="secondary">{text('noLineChange')}</Typography.Text>
      ) : (
        <DataTable
          rowKey="subOrderId"
          size="small"
          dataSource={changes}
          columns={[
            { title: text('subOrder'), dataIndex: 'subOrderId' },
            {
              title: text('state'),
              render: (_, { stateBefore, stateAfter }) => (
                <>
                  <Coded value={stateBefore} />→ <Coded value={stateAfter} />
                </>
              ),
            },
            {
              title: text('place'),
              render: (_, { placeBefore, placeAfter }) => (
                <>
                  <PlaceOr value={placeBefore} none={text('nowhere')} /> →{' '}
                  <PlaceOr value={placeAfter} none={text('nowhere')} />
                </>
              ),
            },
          ]}
        />
      )}
      <Typography.Text strong>{text('sent')}</Typography.Text>
      {messages.length === 0 ? (
        <Typography.Text type="secondary">{text('nothingSent')}</Typography.Text>
      ) : (
        <ol className="sent">
          {messages.map(({ what, place }, index) => (
            <li key={`${index}/${what}`}>
              {isOrderText(what) ? text(what) : what} {place?.id ? <Place value={place} /> : null}
            </li>
          ))}
        </ol>
      )}
    </Space>
  );
}
