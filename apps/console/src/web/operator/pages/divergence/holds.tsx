import { Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useAge } from '../../age.ts';
import { sellerUrl } from '../../api.ts';
import { shanghai } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { mayAct, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Block, Pager } from '../shared.tsx';
import { OrderLink } from '../stock/parts.tsx';
import { Carry } from './plan.tsx';
import { useCode, useText } from './texts.ts';
import type { OverHoldJson } from './types.ts';

/** The router is asked about each hold of a page. */
const REFRESH_MS = 30_000;

type Answer = { looked: number; holds: OverHoldJson[]; nextToken?: string };

/** The rows of a page; they may be chosen by who may act. */
function Rows(props: {
  rows: OverHoldJson[];
  isMore: boolean;
  chosen: readonly OverHoldJson[];
  onChoose: ((rows: readonly OverHoldJson[]) => void) | null;
}) {
  const { rows, isMore, chosen, onChoose } = props;
  const text = useText();
  const code = useCode();
  const age = useAge();
  if (rows.length === 0) {
    return <Typography.Text>{text(isMore ? 'lookFurther' : 'noHolds')}</Typography.Text>;
  }
  const since = ({ heldSinceMs = '0' }: OverHoldJson) => {
    if (heldSinceMs === '0') return text('unknown');
    const at = Number(heldSinceMs);
    return <span title={shanghai(at)}>{age(at)}</span>;
  };
  return (
    <DataTable<OverHoldJson>
      rowKey="holdRef"
      dataSource={rows}
      {...(onChoose && {
        rowSelection: {
          // The row that measures the table would repeat the box that chooses all, where nobody sees it.
          hideSelectAll: true,
          selectedRowKeys: chosen.map(({ holdRef }) => holdRef),
          onChange: (_: unknown, next: OverHoldJson[]) => onChoose(next),
          getCheckboxProps: ({ holdRef }: OverHoldJson) => ({ 'aria-label': holdRef }),
        },
      })}
      columns={[
        { title: text('order'), render: (_, { orderRef }) => <OrderLink of={orderRef} /> },
        { title: text('why'), render: (_, { why }) => <Tag title={why}>{code(why)}</Tag> },
        { title: text('since'), render: (_, hold) => since(hold) },
        { title: text('lines'), render: (_, { lines = [] }) => lines.length },
      ]}
    />
  );
}

/** Holds whose orders are over, oldest first: they keep stock for nobody. */
export function OverHolds() {
  const text = useText();
  const seller = useSeller();
  const session = useSession();
  const { asked, ask } = useAsked();
  const token = asked('holds');
  const [chosen, setChosen] = useState<readonly OverHoldJson[]>([]);
  const answer = useRead<Answer>(sellerUrl(seller, ['divergence', 'holds'], { token }), REFRESH_MS);
  const isActing = mayAct(session, seller);
  const plan = {
    items: chosen.map(({ holdRef }) => ({ what: 'RELEASE' as const, holdRef })),
    effects: chosen.map(({ holdRef, lines = [] }) => ({
      what: holdRef,
      now: `${text('held')} ${lines.length}`,
      after: text('release'),
    })),
  };
  return (
    <Block title={text('holds')} of={answer}>
      {({ looked, holds, nextToken }) => (
        <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
          <Space wrap>
            <span>
              {text('looked')} {looked}
            </span>
            {isActing ? (
              <Carry
                label={text('release')}
                warning={text('releaseWarning')}
                plan={plan}
                onAll={holds.length === 0 ? undefined : () => setChosen(holds)}
                onDone={() => setChosen([])}
              />
            ) : null}
          </Space>
          <Rows
            rows={holds}
            isMore={(nextToken ?? '') !== ''}
            chosen={chosen}
            onChoose={isActing ? setChosen : null}
          />
          <Pager
            token={token}
            nextToken={nextToken}
            onMove={(next) => {
              setChosen([]);
              ask({ holds: next });
            }}
          />
        </Space>
      )}
    </Block>
  );
}
