import { Tag } from 'antd';
import { useWords } from '../../../shared/language.ts';
import type { PlaceJson } from '../../api.ts';
import { Place } from '../../format.tsx';
import type { Part } from './phrase.ts';
import { OTHER_CODE, isCode, useWordsOf } from './words.ts';

const COLORS: Readonly<Record<string, string>> = {
  ALLOCATED: 'blue',
  OFFERED: 'blue',
  ACCEPTED: 'cyan',
  SHIPPED: 'green',
  REROUTED: 'green',
  RELEASED: 'green',
  HELD: 'gold',
  INTERCEPTED: 'gold',
  PENDING: 'gold',
  ON_HOLD: 'gold',
  REFUSED: 'orange',
  STORE_ACCEPTED: 'orange',
  STORE_REFUSED: 'orange',
  NOT_PLACED: 'red',
  FAILED: 'red',
  ALLOCATE_FAILED: 'red',
  UNFULFILLABLE: 'red',
};

/** A code in words; the code itself is the tag's title, for who compares with a log. */
export function Coded({ value }: { value: string | undefined }) {
  const wordsOf = useWordsOf();
  const words = useWords();
  if (!value) return <>—</>;
  return (
    <Tag color={COLORS[value] ?? 'default'} title={value}>
      {isCode(value) ? wordsOf(value) : `${words(OTHER_CODE)} ${value}`}
    </Tag>
  );
}

const TYPES = { STORE: 'PLACE_TYPE_STORE', WAREHOUSE: 'PLACE_TYPE_WAREHOUSE' } as const;

/** A note with its places and codes in words. */
export function Phrase({ parts }: { parts: readonly Part[] }) {
  const wordsOf = useWordsOf();
  return parts.map((part, index) => {
    const key = `${index}/${part.text}`;
    if (part.kind === 'place') {
      return <Place key={key} value={{ type: TYPES[part.type], id: part.text }} />;
    }
    return part.kind === 'text' ? (
      <span key={key}>{part.text}</span>
    ) : (
      <span key={key} title={part.text}>
        {wordsOf(part.text)}
      </span>
    );
  });
}

/** A place, or the word for none. */
export const PlaceOr = ({ value, none }: { value: PlaceJson | undefined; none: string }) =>
  value?.id ? <Place value={value} /> : <>{none}</>;
