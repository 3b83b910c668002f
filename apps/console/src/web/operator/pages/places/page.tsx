import { Alert, Button, Input, Segmented, Select, Space } from 'antd';
import { sellerUrl } from '../../api.ts';
import { shanghaiDay } from '../../format.tsx';
import { useAsked, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block, Pager } from '../shared.tsx';
import { PlaceTable } from './table.tsx';
import { useText } from './texts.ts';
import type { PlaceText } from './texts.ts';
import type { PlacesJson } from './types.ts';
import './places.css';

const REFRESH_MS = 5_000;
const WEEK = 'week';

const ONLY: Readonly<Record<string, PlaceText>> = {
  waiting: 'waiting',
  refusing: 'refusing',
  silent: 'silent',
  full: 'full',
  open: 'openOnly',
  closed: 'closedOnly',
};
const SORTS: readonly PlaceText[] = [
  'oldest',
  'unanswered',
  'refused',
  'slowest',
  'inTime',
  'left',
];

type Ask = (values: Readonly<Record<string, string>>) => void;
type Asked = (name: string) => string;

/** The days that an address asks for; today where it asks for none. */
function periodOf(day: string): { from: string; to: string } {
  if (day === WEEK) return { from: shanghaiDay(-6), to: shanghaiDay(0) };
  const one = day === '' ? shanghaiDay(0) : day;
  return { from: one, to: one };
}

function Period({ day, ask }: { day: string; ask: Ask }) {
  const text = useText();
  const isPreset = day === '' || day === WEEK;
  return (
    <Space wrap>
      <Segmented<string>
        aria-label={text('day')}
        value={isPreset ? day : 'other'}
        onChange={(next) => ask({ day: next === 'other' ? shanghaiDay(-1) : next, token: '' })}
        options={[
          { value: '', label: text('today') },
          { value: WEEK, label: text('week') },
          { value: 'other', label: text('day') },
        ]}
      />
      {isPreset ? null : (
        <Input
          type="date"
          aria-label={text('day')}
          value={day}
          max={shanghaiDay(0)}
          onChange={({ target }) => ask({ day: target.value, token: '' })}
        />
      )}
    </Space>
  );
}

/** What narrows and sorts the list; all of it is in the address. */
function Filters({ asked, ask }: { asked: Asked; ask: Ask }) {
  const text = useText();
  return (
    <Space wrap className="filters">
      <Period day={asked('day')} ask={ask} />
      <Input.Search
        key={asked('q')}
        aria-label={text('search')}
        placeholder={text('search')}
        defaultValue={asked('q')}
        allowClear
        onSearch={(value) => ask({ q: value.trim(), token: '' })}
      />
      <Select
        aria-label={text('only')}
        value={asked('only')}
        onChange={(only) => ask({ only, token: '' })}
        options={[
          { value: '', label: `${text('only')}: ${text('all')}` },
          ...Object.entries(ONLY).map(([value, key]) => ({ value, label: text(key) })),
        ]}
      />
      <Select
        aria-label={text('sort')}
        value={asked('sort')}
        onChange={(sort) => ask({ sort, token: '' })}
        options={[
          { value: '', label: `${text('sort')}: ${text('byId')}` },
          ...SORTS.map((value) => ({ value, label: text(value) })),
        ]}
      />
    </Space>
  );
}

/** The seller's stores and warehouses: what waits for them, how they answer, what they can still take. */
export function PlacesPage() {
  const text = useText();
  const seller = useSeller();
  const { asked, ask } = useAsked();
  const token = asked('token');
  const [q, only, sort] = [asked('q'), asked('only'), asked('sort')];
  const query = { ...periodOf(asked('day')), q, only, sort };
  const answer = useRead<PlacesJson>(
    sellerUrl(seller, ['places'], { ...query, token }),
    REFRESH_MS,
  );
  return (
    <div className="places">
      <Filters asked={asked} ask={ask} />
      <Block
        title={text('title')}
        of={answer}
        extra={
          <Button size="small" href={sellerUrl(seller, ['places.csv'], query)} download>
            {text('csv')}
          </Button>
        }
      >
        {({ places, count, nextToken, away, isMore }) => (
          <>
            {away.length > 0 ? (
              <Alert
                type="warning"
                showIcon
                title={`${text('away')}${away.map((part) => text(part)).join('、')}`}
              />
            ) : null}
            {isMore ? <Alert type="warning" showIcon title={text('isMore')} /> : null}
            <p>
              {text('found')} {count} {text('count')}
            </p>
            <PlaceTable places={places} away={away} />
            <Pager token={token} nextToken={nextToken} onMove={(next) => ask({ token: next })} />
          </>
        )}
      </Block>
    </div>
  );
}
