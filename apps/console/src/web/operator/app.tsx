import { QueryClientProvider } from '@tanstack/react-query';
import { Alert, Card, ConfigProvider, Input, Select } from 'antd';
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { HashRouter, Navigate, NavLink, Outlet, Route, Routes, useNavigate } from 'react-router';
import type { Session } from '../shared/api.ts';
import { AreaLink, SignOut } from '../shared/switches.tsx';
import type { StartJson } from './api.ts';
import { useText } from './language.ts';
import { firstSeller, maySee, pageOf, rememberSeller, useSeller } from './navigation.ts';
import { DeadLetterListPage, DeadLettersPage } from './pages/dead-letters.tsx';
import { FiguresPage } from './pages/figures.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrdersPage } from './pages/orders.tsx';
import { ReceivablesPage } from './pages/receivables.tsx';
import { Answer } from './pages/shared.tsx';
import { StockPage } from './pages/stock.tsx';
import { queries, useReadOnce } from './read.ts';
import { SessionContext, useSession } from './session.ts';
import './operator.css';

const SECTIONS = ['orders', 'stock', 'receivables', 'figures'] as const;

function Navigation() {
  const text = useText();
  const session = useSession();
  const seller = useSeller() || firstSeller(session);
  const sections = seller === '' ? [] : SECTIONS;
  return (
    <nav>
      {sections.map((section) => (
        <NavLink key={section} to={pageOf(seller, section)}>
          {text(section)}
        </NavLink>
      ))}
      {session.allSellers ? <NavLink to="/deadletters">{text('deadLetters')}</NavLink> : null}
    </nav>
  );
}

/** Chooses the seller that is looked at, among those of the session: its pages have addresses of their own. */
function SellerChoice() {
  const text = useText();
  const { sellers, allSellers } = useSession();
  const seller = useSeller();
  const navigate = useNavigate();
  const choose = (next: string) => {
    const chosen = next.trim();
    if (chosen !== '') void navigate(pageOf(chosen, 'orders'));
  };
  if (allSellers) {
    return (
      <Input.Search
        key={seller}
        className="seller"
        aria-label={text('seller')}
        prefix={`${text('seller')}:`}
        defaultValue={seller}
        onSearch={choose}
      />
    );
  }
  return (
    <Select
      className="seller"
      aria-label={text('seller')}
      prefix={`${text('seller')}:`}
      value={seller === '' ? null : seller}
      options={sellers.map(({ sellerId }) => ({ value: sellerId, label: sellerId }))}
      onChange={choose}
    />
  );
}

type Props = { session: Session; onEnd: () => void; switcher: ReactNode };

function Bar({ session, onEnd, switcher }: Props) {
  const text = useText();
  return (
    <header className="bar">
      <span className="brand">{text('brand')}</span>
      <Navigation />
      <SellerChoice />
      <span className="me">{session.name}</span>
      <AreaLink session={session} to="store" />
      {switcher}
      <SignOut session={session} onEnd={onEnd} />
    </header>
  );
}

/** The frame of every page: navigation, the seller looked at, the language. */
function Frame(props: Props) {
  const text = useText();
  const seller = useSeller();
  const isGranted = seller === '' || maySee(props.session, seller);
  useEffect(() => {
    if (seller !== '' && isGranted) rememberSeller(seller);
  }, [seller, isGranted]);
  return (
    <div className="operator">
      <Bar {...props} />
      <main className="content">
        {isGranted ? <Outlet /> : <Alert type="error" showIcon title={text('FORBIDDEN')} />}
      </main>
      <footer>{text('tagline')}</footer>
    </div>
  );
}

/** An address without a seller: the first of the session, or the configured one, or the question. */
function Start() {
  const text = useText();
  const first = firstSeller(useSession());
  const start = useReadOnce<StartJson>('/api/start');
  if (first !== '') return <Navigate to={pageOf(first, 'orders')} replace />;
  return (
    <Answer of={start}>
      {({ sellerId }) =>
        sellerId === '' ? (
          <Card>{text('chooseSeller')}</Card>
        ) : (
          <Navigate to={pageOf(sellerId, 'orders')} replace />
        )
      }
    </Answer>
  );
}

/** The pages, each with all that it shows in its address. */
function Pages(props: Props) {
  return (
    <HashRouter>
      <Routes>
        <Route element={<Frame {...props} />}>
          <Route path="/sellers/:seller">
            <Route index element={<OrdersPage />} />
            <Route path="orders" element={<OrdersPage />} />
            <Route path="orders/:channel/:number" element={<OrderPage />} />
            <Route path="stock" element={<StockPage />} />
            <Route path="receivables" element={<ReceivablesPage />} />
            <Route path="figures" element={<FiguresPage />} />
          </Route>
          <Route path="/deadletters" element={<DeadLettersPage />} />
          <Route path="/deadletters/:topic/:group" element={<DeadLetterListPage />} />
          {/* The way to the store's pages, for who has them: the frame around these opens them. */}
          <Route path="/store/*" element={props.session.store ? null : <Start />} />
          <Route path="*" element={<Start />} />
        </Route>
      </Routes>
    </HashRouter>
  );
}

/** The operators' pages. Nothing that was read stays when the session ends. */
export function OperatorApp(props: Props) {
  useEffect(() => () => queries.clear(), []);
  return (
    <SessionContext value={props.session}>
      <ConfigProvider theme={{ token: { fontSize: 14, borderRadius: 4 } }}>
        <QueryClientProvider client={queries}>
          <Pages {...props} />
        </QueryClientProvider>
      </ConfigProvider>
    </SessionContext>
  );
}
