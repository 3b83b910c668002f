import { Alert, Table, Tag } from 'antd';

/** What became of one of several: its words, and whether that is what was wanted. */
export type OutcomeRow = { key: string; code: string; words: string; ok: boolean };

/** What became of each; one that failed makes the whole no success. */
export function Outcomes(props: {
  outcomes: readonly OutcomeRow[];
  texts: { all: string; notAll: string; what: string; outcome: string };
}) {
  const { outcomes, texts } = props;
  const done = outcomes.filter(({ ok }) => ok).length;
  const isAll = done === outcomes.length;
  return (
    <>
      <Alert
        type={isAll ? 'success' : 'error'}
        showIcon
        title={`${isAll ? texts.all : texts.notAll} ${done} / ${outcomes.length}`}
        style={{ marginBottom: 12 }}
      />
      <Table<OutcomeRow>
        size="small"
        rowKey="key"
        dataSource={[...outcomes]}
        pagination={false}
        columns={[
          { title: texts.what, dataIndex: 'key' },
          {
            title: texts.outcome,
            render: (_, { code, words, ok }) => (
              <Tag color={ok ? 'green' : 'red'} title={code}>
                {words}
              </Tag>
            ),
          },
        ]}
      />
    </>
  );
}
