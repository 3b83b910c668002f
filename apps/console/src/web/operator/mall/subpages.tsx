import { Segmented } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import { pageOf, useSeller } from '../navigation.ts';
import { useText } from './texts.ts';

/** Orders of malls, and who may call for them. */
export function Subpages() {
  const text = useText();
  const seller = useSeller();
  const navigate = useNavigate();
  const isAccounts = useLocation().pathname.endsWith('/accounts');
  return (
    <Segmented
      value={isAccounts ? 'accounts' : 'orders'}
      options={(['orders', 'accounts'] as const).map((value) => ({ value, label: text(value) }))}
      onChange={(value) =>
        void navigate(
          value === 'accounts' ? pageOf(seller, 'mall', 'accounts') : pageOf(seller, 'mall'),
        )
      }
    />
  );
}
