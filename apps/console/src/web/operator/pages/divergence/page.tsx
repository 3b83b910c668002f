import { Space } from 'antd';
import { Link } from 'react-router';
import { useAge } from '../../age.ts';
import { sellerUrl } from '../../api.ts';
import { pageOf, useSeller } from '../../navigation.ts';
import { useRead } from '../../read.ts';
import { Block } from '../shared.tsx';
import { OverHolds } from './holds.tsx';
import { Numbers } from './numbers.tsx';
import { Places } from './places.tsx';
import { Shelves } from './shelves.tsx';
import './divergence.css';
import { useText } from './texts.ts';
import type { ReportsJson } from './types.ts';

const REFRESH_MS = 10_000;
const REFUSED = 'STOCK_REFUSED';

type QueuesJson = {
  queues?: { queue: string; count?: number; isMore?: boolean; oldestSince?: string }[];
};

/** Orders whose sale found no stock; they are dealt with in their own list. */
function RefusedSales() {
  const text = useText();
  const age = useAge();
  const seller = useSeller();
  const answer = useRead<QueuesJson>(sellerUrl(seller, ['overview', 'orders']), REFRESH_MS);
  return (
    <Block title={text('refused')} of={answer}>
      {({ queues = [] }) => {
        const found = queues.find(({ queue }) => queue === REFUSED);
        const { count = 0, isMore = false, oldestSince } = found ?? {};
        return (
          <Space size="large" wrap>
            <span>
              {text('refusedCount')}{' '}
              <Link
                to={`${pageOf(seller, 'orders')}?queue=${REFUSED}`}
                className={count === 0 ? 'nothing' : 'waiting'}
                aria-label={`${text('refused')} ${count}`}
              >
                {count}
                {isMore ? '+' : ''}
              </Link>
            </span>
            <span>
              {text('oldest')} {oldestSince ? age(oldestSince) : '—'}
            </span>
          </Space>
        );
      }}
    </Block>
  );
}

/** Where what others say does not agree with the ledger, and what settles it. */
export function DivergencePage() {
  const text = useText();
  const seller = useSeller();
  const places = useRead<{ places?: ReportsJson[]; morePlaces?: boolean }>(
    sellerUrl(seller, ['divergence']),
    REFRESH_MS,
  );
  return (
    <div className="divergence">
      <Block title={text('places')} of={places}>
        {({ places: found = [], morePlaces = false }) => (
          <Places places={found} isMore={morePlaces} />
        )}
      </Block>
      <Numbers />
      <OverHolds />
      <Shelves />
      <RefusedSales />
    </div>
  );
}
