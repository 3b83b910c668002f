import { Alert, Card, Empty, Space, Tag, Timeline, Typography } from 'antd';
import { Place, shanghai } from '../../format.tsx';
import { Coded, Phrase } from './coded.tsx';
import { useOrderText } from './texts.ts';
import { timelineOf } from './timeline.ts';
import type { Event, Known, Source } from './timeline.ts';
import { useWordsOf } from './words.ts';

const COLORS: Readonly<Record<Source, string>> = {
  order: 'blue',
  store: 'cyan',
  notice: 'gray',
  parcel: 'green',
  refund: 'orange',
  money: 'purple',
  supply: 'cyan',
};

/** A reason may begin with a code, as stores' do. */
const CODE = /^[A-Z][A-Z0-9_]+(?=\s|$)/;

function Line({ event }: { event: Event }) {
  const text = useOrderText();
  const wordsOf = useWordsOf();
  const { at, source, what, parts, place, person, onTime, isVoid } = event;
  const reason = event.reason.replace(CODE, (code) => wordsOf(code));
  return (
    <div data-what={what} data-source={source}>
      <Space wrap size={[8, 2]}>
        <Typography.Text type="secondary">{shanghai(at)}</Typography.Text>
        <Tag>{text(source)}</Tag>
        <Coded value={what} />
        {place?.id ? <Place value={place} /> : null}
        {onTime === undefined ? null : (
          <Tag color={onTime ? 'green' : 'red'}>{text(onTime ? 'onTime' : 'late')}</Tag>
        )}
        {isVoid ? <Tag>{text('void')}</Tag> : null}
      </Space>
      {parts.length === 0 ? null : (
        <div className="note">
          <Phrase parts={parts} />
        </div>
      )}
      {person || reason ? (
        <div className="note">
          {person ? `${text('by')}: ${person}` : ''} {reason ? `${text('because')}: ${reason}` : ''}
        </div>
      ) : null}
    </div>
  );
}

/** Everything that any service says of the order, in one order of time. `away`: who did not answer. */
export function TimelineBlock({ known, away }: { known: Known; away: readonly Source[] }) {
  const text = useOrderText();
  const events = timelineOf(known);
  return (
    <Card title={text('timeline')} data-block={text('timeline')}>
      {away.length === 0 ? null : (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={`${text('incomplete')}${away.map((source) => text(source)).join('、')}`}
        />
      )}
      {events.length === 0 ? <Empty description={text('none')} /> : null}
      <Timeline
        items={events.map((event, index) => ({
          key: `${event.at}/${index}`,
          color: COLORS[event.source],
          content: <Line event={event} />,
        }))}
      />
    </Card>
  );
}
