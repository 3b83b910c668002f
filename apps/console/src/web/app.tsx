import { Card, Input, Segmented } from 'antd';
import { useContext, useEffect } from 'react';
import { HashRouter, Navigate, NavLink, Outlet, Route, Routes, useNavigate } from 'react-router';
import type { StartJson } from './api.ts';
import { LanguageContext, useText } from './language.ts';
import type { Language } from './language.ts';
import { lastSeller, pageOf, rememberSeller, useSeller } from './navigation.ts';
import { DeadLetterListPage, DeadLettersPage } from './pages/dead-letters.tsx';
import { FiguresPage } from './pages/figures.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrdersPage } from './pages/orders.tsx';
import { ReceivablesPage } from './pages/receivables.tsx';
import { Answer } from './pages/shared.tsx';
import { StockPage } from './pages/stock.tsx';
import { useReadOnce } from './read.ts';

const SECTIONS = ['orders', 'stock', 'receivables', 'figures'] as const;

function Navigation() {
  const text = useText();
  const seller = useSeller() || lastSeller();
  const sections = seller === '' ? [] : SECTIONS;
  return (
    <nav>
      {sections.map((section) => (
        <NavLink key={section} to={pageOf(seller, section)}>
          {text(section)}
        </NavLink>
      ))}
      <NavLink to="/deadletters">{text('deadLetters')}</NavLink>
    </nav>
  );
}

/** Chooses the seller that is looked at: its pages have addresses of their own. */
function SellerSearch() {
  const text = useText();
  const seller = useSeller();
  const navigate = useNavigate();
  const choose = (next: string) => {
    const chosen = next.trim();
    if (chosen !== '') void navigate(pageOf(chosen, 'orders'));
  };
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

type LanguageProps = { onLanguage: (language: Language) => void };

function Bar({ onLanguage }: LanguageProps) {
  const language = useContext(LanguageContext);
  return (
    <header className="bar">
      <span className="brand">
        星盘<span className="latin"> Astrolabe</span>
      </span>
      <Navigation />
      <SellerSearch />
      <Segmented<Language>
        value={language}
        onChange={onLanguage}
        options={[
          { label: '中文', value: 'zh' },
          { label: 'EN', value: 'en' },
        ]}
      />
    </header>
  );
}

/** The frame of every page: navigation, the seller looked at, the language. */
function Frame({ onLanguage }: LanguageProps) {
  const text = useText();
  const seller = useSeller();
  useEffect(() => {
    if (seller !== '') rememberSeller(seller);
  }, [seller]);
  return (
    <>
      <Bar onLanguage={onLanguage} />
      <main className="content">
        <Outlet />
      </main>
      <footer>{text('tagline')}</footer>
    </>
  );
}

/** An address without a seller: the last one of this browser, or the configured one, or the question. */
function Start() {
  const text = useText();
  const last = lastSeller();
  const start = useReadOnce<StartJson>('/api/start');
  if (last !== '') return <Navigate to={pageOf(last, 'orders')} replace />;
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
export function App({ onLanguage }: LanguageProps) {
  return (
    <HashRouter>
      <Routes>
        <Route element={<Frame onLanguage={onLanguage} />}>
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
          <Route path="*" element={<Start />} />
        </Route>
      </Routes>
    </HashRouter>
  );
}
