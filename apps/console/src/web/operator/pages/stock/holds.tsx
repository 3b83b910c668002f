import { Typography } from 'antd';
import { useAge } from '../../age.ts';
import { sellerUrl } from '../../api.ts';
import { Place, pieces, shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { useAsked } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Pager } from '../shared.tsx';
import type { HoldJson, HoldsJson } from './api.ts';
import { File, OrderLink } from './parts.tsx';
import { useText } from './texts.ts';

const REFRESH_MS = 5_000;

type Line = NonNullable<HoldJson['lines']>[number];
type Row = HoldJson & { line: Line };

/** What holds something of the goods, the oldest first, with the order that it is for. */
export function Holds({ seller, goods }: { seller: string; goods: string }) {
  const text = useText();
  const age = useAge();
  const { asked, ask } = useAsked();
  const token = asked('holds');
  const answer = useRead<HoldsJson>(
    sellerUrl(seller, ['stock', 'holds'], { goods, token }),
    REFRESH_MS,
  );
  const since = ({ heldSinceMs = '0' }: HoldJson) => {
    if (heldSinceMs === '0') return text('unknown');
    const at = Number(heldSinceMs);
    return <span title={shanghai(at)}>{age(at)}</span>;
  };
  return (
    <Block
      title={text('holds')}
      of={answer}
      extra={
        <File href={sellerUrl(seller, ['stock', 'holds.csv'], { goods })} what={text('holds')} />
      }
    >
      {({ holds = [], nextToken }) => (
        <>
          {holds.length === 0 ? (
            <Typography.Text>{text(nextToken ? 'lookFurther' : 'noHolds')}</Typography.Text>
          ) : (
            <DataTable<Row>
              rowKey={({ holdRef, line }) => `${holdRef}/${line.lineId}`}
              dataSource={holds.flatMap((hold) =>
                (hold.lines ?? []).map((line) => ({ ...hold, line })),
              )}
              columns={[
                {
                  title: text('order'),
                  render: (_, { orderRef, holdRef }) =>
                    orderRef ? (
                      <OrderLink of={orderRef} />
                    ) : (
                      <span title={text('noOrder')}>{holdRef}</span>
                    ),
                },
                { title: text('line'), render: (_, { line }) => line.lineId },
                { title: text('age'), render: (_, hold) => since(hold) },
                { title: text('held'), render: (_, { line }) => pieces(line.quantityMilli) },
                {
                  title: text('certainAt'),
                  render: (_, { line }) => <Place value={line.certainPlace} />,
                },
                {
                  title: text('sharedAt'),
                  render: (_, { line }) => <Place value={line.sharedPlace} />,
                },
                {
                  title: text('expires'),
                  render: (_, { expiresAtMs = '0' }) =>
                    expiresAtMs === '0' ? text('noExpiry') : shanghai(Number(expiresAtMs)),
                },
              ]}
            />
          )}
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ holds: next })} />
        </>
      )}
    </Block>
  );
}
