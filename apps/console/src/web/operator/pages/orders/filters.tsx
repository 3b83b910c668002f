import { Button, Input, Select, Space, Tag } from 'antd';
import { isTextKey, useText } from './texts.ts';

const STATES = [
  'RECEIVED',
  'RESERVED',
  'ROUTING',
  'AWAITING_ALLOCATION',
  'ALLOCATED',
  'ACCEPTED',
  'SHIPPED',
  'ALLOCATE_FAILED',
  'UNFULFILLABLE',
  'CLOSED',
];
const FLAGS = ['STOCK_REFUSED', 'ON_HOLD'];
const CHANNELS = ['tmall'];

/** What a list of orders is narrowed by, as it stands in the address. */
export const FILTERS = [
  'state',
  'flag',
  'channel',
  'place',
  'from',
  'to',
  'queue',
  'stage',
  'day',
  'q',
] as const;

export type Filters = Readonly<Record<(typeof FILTERS)[number], string>>;

type Ask = (values: Readonly<Record<string, string>>) => void;

/** One thing that the list is narrowed by; nothing by default. */
function Choice(props: {
  label: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}) {
  const text = useText();
  const { label, value, options, onChange } = props;
  return (
    <Select
      aria-label={label}
      className="filter"
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: `${label}: ${text('any')}` },
        // The code is the option's title, for who knows the words of the services.
        ...options.map((code) => ({
          value: code,
          title: code,
          label: isTextKey(code) ? text(code) : code,
        })),
      ]}
    />
  );
}

/** A day of payment; a browser's own field, in its own form. */
function Day(props: { label: string; value: string; onChange: (value: string) => void }) {
  const { label, value, onChange } = props;
  return (
    <Input
      type="date"
      aria-label={label}
      prefix={label}
      className="day"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** The filters of the list. All that is chosen must hold; what is chosen is in the address. */
export function OrderFilters({ filters, ask }: { filters: Filters; ask: Ask }) {
  const text = useText();
  const set = (name: keyof Filters) => (value: string) => ask({ [name]: value, token: '' });
  const isNarrowed = FILTERS.some((name) => filters[name] !== '');
  const none = Object.fromEntries([...FILTERS, 'token'].map((name) => [name, '']));
  const words = (code: string) => (isTextKey(code) ? text(code) : code);
  return (
    <Space wrap className="filters">
      {filters.queue === '' ? null : (
        <Tag closable onClose={() => set('queue')('')}>
          {text('queue')}: {words(filters.queue)}
        </Tag>
      )}
      {filters.stage === '' ? null : (
        <Tag closable onClose={() => ask({ stage: '', day: '', token: '' })}>
          {filters.day} {words(filters.stage)}
        </Tag>
      )}
      {filters.q === '' ? null : (
        <Tag closable onClose={() => set('q')('')}>
          {filters.q}
        </Tag>
      )}
      <Choice
        label={text('state')}
        value={filters.state}
        options={STATES}
        onChange={set('state')}
      />
      <Choice label={text('flag')} value={filters.flag} options={FLAGS} onChange={set('flag')} />
      <Choice
        label={text('channel')}
        value={filters.channel}
        options={CHANNELS}
        onChange={set('channel')}
      />
      <Input.Search
        key={filters.place}
        className="filter"
        aria-label={text('place')}
        placeholder={`${text('place')} ${text('placeHint')}`}
        defaultValue={filters.place}
        allowClear
        onSearch={(value) => set('place')(value.trim())}
      />
      <Day label={text('paidFrom')} value={filters.from} onChange={set('from')} />
      <Day label={text('paidTo')} value={filters.to} onChange={set('to')} />
      {isNarrowed ? <Button onClick={() => ask(none)}>{text('reset')}</Button> : null}
    </Space>
  );
}
