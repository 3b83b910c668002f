import { Progress } from 'antd';
import { shanghai, yuan } from '../../format.tsx';
import { DataTable } from '../../manage/data-table.tsx';
import { percent } from './money.ts';
import { Counted, useListLink } from './parts.tsx';
import { useText } from './texts.ts';
import type { CreditJson } from './types.ts';

const ALMOST = 90;

/** How much of an account's limit is used; a limit of nothing has no share. */
function Used({ account }: { account: CreditJson }) {
  const text = useText();
  const { usedFen = '0', limitFen = '0' } = account;
  const share = percent(BigInt(usedFen), BigInt(limitFen));
  if (share === null) return <>—</>;
  const value = Number.parseFloat(share);
  return (
    <Progress
      percent={Math.min(value, 100)}
      size="small"
      status={value >= ALMOST ? 'exception' : 'normal'}
      format={() => share}
      aria-label={`${account.account} ${text('usedShare')}`}
      style={{ width: 160 }}
    />
  );
}

/** What the accounts of malls may owe, owe, and should have paid. */
export function Credits({ accounts }: { accounts: readonly CreditJson[] }) {
  const text = useText();
  const linkOf = useListLink();
  return (
    <DataTable<CreditJson>
      rowKey="account"
      dataSource={accounts}
      columns={[
        { title: text('account'), dataIndex: 'account' },
        { title: text('limit'), render: (_, { limitFen }) => yuan(limitFen) },
        { title: text('used'), render: (_, { usedFen }) => yuan(usedFen) },
        { title: text('usedShare'), render: (_, account) => <Used account={account} /> },
        { title: text('openOrders'), render: (_, { openOrders = 0 }) => openOrders },
        { title: text('period'), dataIndex: 'periodDays' },
        {
          title: text('dueFen'),
          render: (_, { account, dueOrders = 0, dueFen, isMore = false }) => (
            <Counted
              count={dueOrders}
              atLeast={isMore}
              to={linkOf('due', { account })}
              label={`${account} ${text('due')}`}
            >
              {yuan(dueFen)}
            </Counted>
          ),
        },
        {
          title: text('overdueFen'),
          render: (_, { account, overdueOrders = 0, overdueFen }) => (
            <Counted
              count={overdueOrders}
              to={linkOf('due', { account, overdue: 'yes' })}
              label={`${account} ${text('overdue')}`}
            >
              {yuan(overdueFen)}
            </Counted>
          ),
        },
        { title: text('oldest'), render: (_, one) => shanghai(one.oldestReceivedAt) },
      ]}
    />
  );
}
