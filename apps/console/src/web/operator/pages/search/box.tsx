import { Input } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { pageOf } from '../../navigation.ts';
import { useText } from '../orders/texts.ts';

/** An order as pages call it: its channel and its number. */
const ORDER = /^([a-z0-9][a-z0-9-]{0,15})\/([^\s/#]{1,50})$/;

/** The box in the bar: leads to what a number or a code names. */
export function SearchBox({ seller }: { seller: string }) {
  const text = useText();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const q = search.get('q') ?? '';
  const go = (value: string) => {
    const [channel, number] = ORDER.exec(value.trim())?.slice(1) ?? [];
    if (channel && number) return void navigate(pageOf(seller, 'orders', channel, number));
    const asked = new URLSearchParams({ q: value.trim() });
    if (value.trim() !== '') void navigate(`${pageOf(seller, 'search')}?${asked}`);
  };
  return (
    <Input.Search
      key={q}
      className="search"
      aria-label={text('search')}
      placeholder={text('searchHint')}
      defaultValue={q}
      maxLength={64}
      allowClear
      onSearch={go}
    />
  );
}
