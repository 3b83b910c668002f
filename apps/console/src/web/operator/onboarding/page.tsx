import { Space } from 'antd';
import { mayAct, useSeller } from '../navigation.ts';
import { useSession } from '../session.ts';
import { Areas } from './areas.tsx';
import { Clerks } from './clerks.tsx';
import { Connections } from './connections.tsx';
import { Keys } from './keys.tsx';
import { Sellers } from './sellers.tsx';

/** What a merchant begins with. Sellers, keys and connections reach beyond one seller: they are for who sees all. */
export function OnboardingPage() {
  const seller = useSeller();
  const session = useSession();
  const canAct = mayAct(session, seller);
  return (
    <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
      <Areas seller={seller} canAct={canAct} />
      <Clerks seller={seller} canAct={canAct} />
      {session.allSellers ? (
        <>
          <Keys seller={seller} />
          <Connections seller={seller} />
          <Sellers />
        </>
      ) : null}
    </Space>
  );
}
