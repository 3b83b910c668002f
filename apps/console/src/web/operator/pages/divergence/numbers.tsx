import { Select, Space, Tag, Typography } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { sellerUrl } from '../../api.ts';
import { Kind, Place, pieces } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { mayAct, pageOf, useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { useSession } from '../../session.ts';
import { Block, Pager } from '../shared.tsx';
import { File } from '../stock/parts.tsx';
import { Reported } from './places.tsx';
import { Carry, ITEMS_MAX } from './plan.tsx';
import { useCode, useText } from './texts.ts';
import { itemOf, nameOf } from './types.ts';
import type { DivergenceJson } from './types.ts';

const REFRESH_MS = 5_000;
const COLORS: Readonly<Record<string, string>> = { SHORT: 'red', UNREPORTED: 'gold' };

function useColumns() {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  return [
    {
      title: text('kind'),
      render: (_: unknown, { kinds = [] }: DivergenceJson) =>
        kinds.map((kind) => (
          <Tag key={kind} color={COLORS[kind] ?? 'default'} title={kind}>
            {code(kind)}
          </Tag>
        )),
    },
    {
      title: text('place'),
      render: (_: unknown, { place }: DivergenceJson) => <Place value={place} />,
    },
    {
      title: text('goods'),
      render: (_: unknown, { goodsId }: DivergenceJson) => (
        <Link to={`${pageOf(seller, 'stock')}?${new URLSearchParams({ goods: goodsId })}`}>
          {goodsId}
        </Link>
      ),
    },
    {
      title: text('stockKind'),
      render: (_: unknown, { stockKind }: DivergenceJson) => <Kind value={stockKind} />,
    },
    {
      title: text('onHand'),
      render: (_: unknown, { quantityMilli }: DivergenceJson) => pieces(quantityMilli),
    },
    {
      title: text('held'),
      render: (_: unknown, { heldMilli }: DivergenceJson) => pieces(heldMilli),
    },
    {
      title: text('unreported'),
      render: (_: unknown, { unreportedMilli }: DivergenceJson) => pieces(unreportedMilli),
    },
    {
      title: text('lastReport'),
      render: (_: unknown, { reportedAtMs }: DivergenceJson) => <Reported atMs={reportedAtMs} />,
    },
    {
      title: text('proposed'),
      render: (_: unknown, { proposedMilli }: DivergenceJson) =>
        proposedMilli === undefined ? text('waitsForReport') : pieces(proposedMilli),
    },
  ];
}

/** The rows of a page; those that can be adjusted may be chosen, by who may act. */
function Rows(props: {
  rows: DivergenceJson[];
  isMore: boolean;
  chosen: readonly DivergenceJson[];
  onChoose: ((rows: readonly DivergenceJson[]) => void) | null;
}) {
  const { rows, isMore, chosen, onChoose } = props;
  const text = useText();
  const columns = useColumns();
  if (rows.length === 0) {
    return <Typography.Text>{text(isMore ? 'lookFurther' : 'none')}</Typography.Text>;
  }
  return (
    <DataTable<DivergenceJson>
      rowKey={nameOf}
      dataSource={rows}
      columns={columns}
      {...(onChoose && {
        rowSelection: {
          // The row that measures the table would repeat the box that chooses all, where nobody sees it.
          hideSelectAll: true,
          selectedRowKeys: chosen.map(nameOf),
          onChange: (_: unknown, next: DivergenceJson[]) => onChoose(next.slice(0, ITEMS_MAX)),
          getCheckboxProps: (of: DivergenceJson) => ({
            disabled: of.proposedMilli === undefined,
            'aria-label': nameOf(of),
          }),
        },
      })}
    />
  );
}

/** Chooses all that can be adjusted; undefined where none can. */
function allOf(
  rows: readonly DivergenceJson[],
  onChoose: (rows: readonly DivergenceJson[]) => void,
): (() => void) | undefined {
  const all = rows.filter(({ proposedMilli }) => proposedMilli !== undefined);
  return all.length === 0 ? undefined : () => onChoose(all.slice(0, ITEMS_MAX));
}

/** Numbers that differ, with what would settle them; the chosen ones are adjusted as one plan. */
export function Numbers() {
  const text = useText();
  const code = useCode();
  const seller = useSeller();
  const session = useSession();
  const { asked, ask } = useAsked();
  const [kind, place, token] = [asked('kind'), asked('place'), asked('token')];
  const [chosen, setChosen] = useState<readonly DivergenceJson[]>([]);
  const answer = useRead<{ divergences?: DivergenceJson[]; nextToken?: string }>(
    sellerUrl(seller, ['divergence', 'numbers'], { kind, place, token }),
    REFRESH_MS,
  );
  const change = (values: Record<string, string>): void => {
    setChosen([]);
    ask({ ...values });
  };
  const plan = {
    items: chosen.flatMap((of) => itemOf(of) ?? []),
    effects: chosen.map((of) => ({
      what: nameOf(of),
      now: pieces(of.quantityMilli),
      after: pieces(of.proposedMilli),
    })),
  };
  return (
    <Block
      title={text('list')}
      of={answer}
      extra={
        <File
          href={sellerUrl(seller, ['divergence', 'numbers.csv'], { kind, place })}
          what={text('list')}
        />
      }
    >
      {({ divergences = [], nextToken }) => (
        <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
          <Space wrap>
            <Select
              aria-label={text('kind')}
              className="filter"
              value={kind}
              onChange={(next) => change({ kind: next, token: '' })}
              options={[
                { value: '', label: text('allKinds') },
                ...['SHORT', 'UNREPORTED'].map((value) => ({ value, label: code(value) })),
              ]}
            />
            {place === '' ? null : (
              <Tag closable onClose={() => change({ place: '', token: '' })}>
                {text('atPlace')} {place}
              </Tag>
            )}
            {mayAct(session, seller) ? (
              <Carry
                label={text('adjust')}
                warning={text('adjustWarning')}
                plan={plan}
                onAll={allOf(divergences, setChosen)}
                onDone={() => setChosen([])}
              />
            ) : null}
          </Space>
          <Rows
            rows={divergences}
            isMore={(nextToken ?? '') !== ''}
            chosen={chosen}
            onChoose={mayAct(session, seller) ? setChosen : null}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => change({ token: next })} />
        </Space>
      )}
    </Block>
  );
}
