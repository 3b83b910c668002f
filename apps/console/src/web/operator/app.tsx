import { QueryClientProvider } from '@tanstack/react-query';
import { Alert, Button, Card, ConfigProvider, Input, Select, Spin } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { HashRouter, Navigate, NavLink, Outlet, Route, Routes, useNavigate } from 'react-router';
import type { Session } from '../shared/api.ts';
import { useWords } from '../shared/language.ts';
import { useMotion } from '../shared/motion.ts';
import { AreaLink, SignOut } from '../shared/switches.tsx';
import type { StartJson } from './api.ts';
import { useText } from './language.ts';
import { firstSeller, maySee, pageOf, rememberSeller, useSeller } from './navigation.ts';
import { SearchBox } from './pages/search/box.tsx';
import { Answer } from './pages/shared.tsx';
import { queries, useReadOnce } from './read.ts';
import { GROUPS, SECTIONS } from './sections.tsx';
import type { Section } from './sections.tsx';
import { SessionContext, useSession } from './session.ts';
import './operator.css';

/** Where a section begins: of the seller looked at, or for itself. */
const startOf = ({ of, path }: Section, seller: string): string =>
  of === 'seller' ? pageOf(seller, path) : `/${path}`;

/** The sections by group, beside the pages or, on a narrow screen, behind the menu's button. */
function Navigation({ isOpen, onChosen }: { isOpen: boolean; onChosen: () => void }) {
  const words = useWords();
  const session = useSession();
  const seller = useSeller() || firstSeller(session);
  const shown = ({ of, isFor }: Section) => (of === 'platform' || seller !== '') && isFor(session);
  return (
    <nav className={isOpen ? 'open' : undefined}>
      {GROUPS.map(({ label, sections }) => {
        const links = sections.filter(shown);
        return links.length === 0 ? null : (
          <section key={label[1]} aria-label={words(label)}>
            <h2>{words(label)}</h2>
            {links.map((section) => (
              <NavLink key={section.path} to={startOf(section, seller)} onClick={onChosen}>
                {words(section.label)}
              </NavLink>
            ))}
          </section>
        );
      })}
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
    if (chosen !== '') void navigate(pageOf(chosen, 'today'));
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

/** Colours that can be read: at least 4.5 to 1 on every ground that they stand on. */
const THEME = {
  token: {
    fontSize: 14,
    borderRadius: 4,
    colorPrimary: '#1457c8',
    colorPrimaryHover: '#0f48a6',
    colorLink: '#1457c8',
    colorLinkHover: '#0f48a6',
    colorError: '#c41220',
    colorTextDescription: '#000000a6',
    colorTextPlaceholder: '#0000008c',
  },
  components: { Descriptions: { labelColor: '#595959' } },
};

type Props = { session: Session; onEnd: () => void; switcher: ReactNode };

function Bar({ session, onEnd, switcher, menu }: Props & { menu: ReactNode }) {
  const text = useText();
  const seller = useSeller() || firstSeller(session);
  return (
    <header className="bar">
      {menu}
      <span className="brand">{text('brand')}</span>
      <SellerChoice />
      {seller === '' ? null : <SearchBox seller={seller} />}
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
  const [isOpen, setIsOpen] = useState(false);
  const isGranted = seller === '' || maySee(props.session, seller);
  useEffect(() => {
    if (seller !== '' && isGranted) rememberSeller(seller);
  }, [seller, isGranted]);
  return (
    <div className="operator">
      <Bar
        {...props}
        menu={
          <Button
            className="menu"
            aria-label={text('menu')}
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
          >
            ☰
          </Button>
        }
      />
      <div className="frame">
        <Navigation isOpen={isOpen} onChosen={() => setIsOpen(false)} />
        <main className="content">
          {isGranted ? (
            <Suspense fallback={<Spin size="large" className="loading" />}>
              <Outlet />
            </Suspense>
          ) : (
            <Alert type="error" showIcon title={text('FORBIDDEN')} />
          )}
        </main>
      </div>
      <footer>{text('tagline')}</footer>
    </div>
  );
}

/** An address without a seller: the first of the session, or the configured one, or the question. */
function Start() {
  const text = useText();
  const first = firstSeller(useSession());
  const start = useReadOnce<StartJson>('/api/start');
  if (first !== '') return <Navigate to={pageOf(first, 'today')} replace />;
  return (
    <Answer of={start}>
      {({ sellerId }) =>
        sellerId === '' ? (
          <Card>{text('chooseSeller')}</Card>
        ) : (
          <Navigate to={pageOf(sellerId, 'today')} replace />
        )
      }
    </Answer>
  );
}

const routesOf = ({ path, pages }: Section) => (
  <Route key={path} path={path}>
    {pages.map(({ path: below, component: Page }) =>
      below === '' ? (
        <Route key={below} index element={<Page />} />
      ) : (
        <Route key={below} path={below} element={<Page />} />
      ),
    )}
  </Route>
);

/** The pages, each with all that it shows in its address. */
function Pages(props: Props) {
  return (
    <HashRouter>
      <Routes>
        <Route element={<Frame {...props} />}>
          <Route path="/sellers/:seller">
            <Route index element={<Start />} />
            {SECTIONS.filter(({ of }) => of === 'seller').map(routesOf)}
          </Route>
          {SECTIONS.filter(({ of, isFor }) => of === 'platform' && isFor(props.session)).map(
            routesOf,
          )}
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
  const motion = useMotion();
  const theme = { ...THEME, token: { ...THEME.token, motion } };
  return (
    <SessionContext value={props.session}>
      <ConfigProvider theme={theme}>
        <QueryClientProvider client={queries}>
          <Pages {...props} />
        </QueryClientProvider>
      </ConfigProvider>
    </SessionContext>
  );
}
