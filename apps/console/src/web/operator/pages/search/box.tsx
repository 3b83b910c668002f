import { Input } from 'antd';
import { useNavigate, useSearchParams } from 'react-router';
import { pageOf } from '../../navigation.ts';
import { useText } from '../orders/texts.ts';

/** The box in the bar: leads to what a number or a code names. */
export function SearchBox({ seller }: { seller: string }) {
  const text = useText();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  const q = search.get('q') ?? '';
  const go = (value: string) => {
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
