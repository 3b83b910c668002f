import { Table, Typography } from 'antd';
import { Link, useParams } from 'react-router';
import { shanghai } from '../format.tsx';
import { useText } from '../language.ts';
import { useAsked } from '../navigation.ts';
import { useRead } from '../read.ts';
import { Block, Nothing, Pager } from './shared.tsx';

/** Every look asks Kafka itself. */
const REFRESH_MS = 30_000;

type CountJson = { topic: string; group: string; letters: number };
type LetterJson = {
  offset: string;
  id: string;
  type: string;
  subject: string;
  reason: string;
  attempts: number;
  failedAt: string;
};

const pathOf = ({ topic, group }: { topic: string; group: string }): string =>
  ['', 'deadletters', topic, group].map(encodeURIComponent).join('/');

/** How many messages the services gave up on, by topic and group. */
export function DeadLettersPage() {
  const text = useText();
  const answer = useRead<{ counts: CountJson[] }>('/api/deadletters', REFRESH_MS);
  return (
    <Block title={text('deadLetters')} of={answer}>
      {({ counts }) => (
        <Table<CountJson>
          rowKey={pathOf}
          dataSource={counts}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: <Nothing /> }}
          columns={[
            { title: text('group'), render: (_, row) => <Link to={pathOf(row)}>{row.group}</Link> },
            { title: text('topic'), dataIndex: 'topic' },
            { title: text('number'), dataIndex: 'letters' },
          ]}
        />
      )}
    </Block>
  );
}

/** The messages that one group gave up on, oldest first, with the command that replays them. */
export function DeadLetterListPage() {
  const text = useText();
  const { topic = '', group = '' } = useParams();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const query = token === '' ? '' : `?token=${encodeURIComponent(token)}`;
  const url = `/api${pathOf({ topic, group })}${query}`;
  const answer = useRead<{ letters: LetterJson[]; nextToken: string }>(url, REFRESH_MS);
  const command = `astrolabe deadletter replay OFFSET --group ${group} --topic ${topic} --apply`;
  return (
    <Block title={`${text('deadLetters')}: ${group}`} of={answer}>
      {({ letters, nextToken }) => (
        <>
          <Typography.Paragraph>
            {text('replayBy')}{' '}
            <Typography.Text code copyable>
              {command}
            </Typography.Text>
          </Typography.Paragraph>
          <Table<LetterJson>
            rowKey="offset"
            dataSource={letters}
            pagination={false}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: <Nothing /> }}
            columns={[
              { title: 'OFFSET', dataIndex: 'offset' },
              { title: text('at'), render: (_, row) => shanghai(row.failedAt) },
              { title: text('subject'), dataIndex: 'subject' },
              { title: text('type'), dataIndex: 'type' },
              { title: text('cause'), dataIndex: 'reason' },
              { title: text('attempts'), dataIndex: 'attempts' },
            ]}
          />
          <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
        </>
      )}
    </Block>
  );
}
