import { Descriptions, Space, Tag, Typography } from 'antd';
import { DataTable } from '../../manage/data-table.tsx';
import type { OrderRefJson, PlaceJson } from '../../api.ts';
import { Place, pieces, shanghai } from '../../format.tsx';
import { Coded, PlaceOr } from './coded.tsx';
import { useOrderText } from './texts.ts';
import type { OrderText } from './texts.ts';
import { useWordsOf } from './words.ts';

export type CandidateJson = {
  place?: PlaceJson;
  name?: string;
  removed?: string;
  rank?: number;
  behindBy?: string;
  priority?: number;
  region?: number;
  distanceM?: string;
  availableMilli?: string;
};
export type DecisionJson = {
  orderRef?: OrderRefJson;
  allocation?: number;
  attempt?: number;
  at?: string;
  rules?: string;
  chosen?: PlaceJson;
  decidedBy?: string;
  candidateCount?: number;
  candidates?: CandidateJson[];
  removed?: Record<string, number>;
};

const AREAS: readonly OrderText[] = [
  'sameArea',
  'sameCity',
  'sameProvince',
  'elsewhere',
  'isWarehouse',
];

/** Why a candidate is where it is: the filter that took it out, or its rank and what put it there. */
function Verdict({ row }: { row: CandidateJson }) {
  const text = useOrderText();
  const wordsOf = useWordsOf();
  const { removed = '', rank = 0, behindBy = '' } = row;
  if (removed !== '') {
    return (
      <>
        <Tag color="red">{text('out')}</Tag>
        <span title={removed}>{wordsOf(removed)}</span>
      </>
    );
  }
  return (
    <>
      <Tag color={rank === 1 ? 'green' : 'default'}>
        {text('rank')}
        {rank}
      </Tag>
      {behindBy === '' ? null : (
        <span title={behindBy}>
          {text('behind')}: {wordsOf(behindBy)}
        </span>
      )}
    </>
  );
}

const metres = (distance: string | undefined): string =>
  distance === undefined ? '—' : `${(Number(distance) / 1_000).toFixed(1)} km`;

function Candidates({ decision }: { decision: DecisionJson }) {
  const text = useOrderText();
  const { candidates = [], candidateCount = 0 } = decision;
  const left = candidateCount - candidates.length;
  return (
    <>
      <DataTable<CandidateJson>
        rowKey={({ place }) => `${place?.type}/${place?.id}`}
        size="small"
        dataSource={candidates}
        columns={[
          {
            title: text('place'),
            render: (_, row) => <Place value={row.place} name={row.name ?? ''} />,
          },
          { title: text('verdict'), render: (_, row) => <Verdict row={row} /> },
          {
            title: text('areaRank'),
            render: (_, { region = 0 }) => text(AREAS[region] ?? 'elsewhere'),
          },
          { title: text('distance'), render: (_, row) => metres(row.distanceM) },
          { title: text('available'), render: (_, row) => pieces(row.availableMilli) },
          { title: text('priority'), render: (_, row) => row.priority ?? 0 },
        ]}
      />
      {left > 0 ? (
        <Typography.Text type="secondary">
          {text('more')} {left}
        </Typography.Text>
      ) : null}
    </>
  );
}

/** One decision with the table of everybody who was looked at. */
export function Decision({ decision }: { decision: DecisionJson }) {
  const text = useOrderText();
  const wordsOf = useWordsOf();
  const { allocation = 0, at, rules = '', chosen, decidedBy = '' } = decision;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          {
            key: 'allocation',
            label: text('decision'),
            children: `${allocation} · ${shanghai(at)}`,
          },
          {
            key: 'rules',
            label: text('rules'),
            children: rules === 'default' ? text('defaultRules') : rules,
          },
          {
            key: 'chosen',
            label: text('chosen'),
            children: chosen?.id ? <PlaceOr value={chosen} none="" /> : <Coded value="NO_PLACE" />,
          },
          {
            key: 'decidedBy',
            label: text('decidedBy'),
            children: chosen?.id ? (decidedBy === '' ? text('only') : wordsOf(decidedBy)) : '—',
          },
        ]}
      />
      <Candidates decision={decision} />
    </Space>
  );
}
