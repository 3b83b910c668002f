import { Input, Layout, Menu, Segmented, Typography } from 'antd';
import { useState } from 'react';
import { HashRouter, Link, Route, Routes, useLocation } from 'react-router';
import { LanguageContext, useText } from './language.ts';
import type { Language } from './language.ts';
import { FiguresPage } from './pages/figures.tsx';
import { OrderPage } from './pages/order.tsx';
import { OrdersPage } from './pages/orders.tsx';
import { ReceivablesPage } from './pages/receivables.tsx';
import { StockPage } from './pages/stock.tsx';

const SELLER_KEY = 'astrolabe.seller';
const DEFAULT_SELLER = '21230';

function Navigation() {
  const text = useText();
  const section = useLocation().pathname.split('/')[1] || 'orders';
  return (
    <Menu
      mode="horizontal"
      theme="dark"
      style={{ flex: 1, minWidth: 0 }}
      selectedKeys={[section]}
      items={[
        { key: 'orders', label: <Link to="/orders">{text('orders')}</Link> },
        { key: 'stock', label: <Link to="/stock">{text('stock')}</Link> },
        { key: 'receivables', label: <Link to="/receivables">{text('receivables')}</Link> },
        { key: 'figures', label: <Link to="/figures">{text('figures')}</Link> },
      ]}
    />
  );
}

/** The frame of every page: navigation, the seller looked at, the language. */
export function App({ onLanguage }: { onLanguage: (language: Language) => void }) {
  const text = useText();
  const [seller, setSeller] = useState(localStorage.getItem(SELLER_KEY) ?? DEFAULT_SELLER);
  const choose = (next: string) => {
    localStorage.setItem(SELLER_KEY, next);
    setSeller(next);
  };
  return (
    <HashRouter>
      <Layout style={{ minHeight: '100vh' }}>
        <Layout.Header style={{ display: 'flex', alignItems: 'center', gap: 16 }}>
          <Typography.Text strong style={{ color: '#fff', fontSize: 18, whiteSpace: 'nowrap' }}>
            星盘 Astrolabe
          </Typography.Text>
          <Navigation />
          <Input.Search
            aria-label={text('seller')}
            prefix={`${text('seller')}:`}
            defaultValue={seller}
            onSearch={choose}
            style={{ width: 220 }}
          />
          <LanguageContext.Consumer>
            {(language) => (
              <Segmented<Language>
                value={language}
                onChange={onLanguage}
                options={[
                  { label: '中文', value: 'zh' },
                  { label: 'EN', value: 'en' },
                ]}
              />
            )}
          </LanguageContext.Consumer>
        </Layout.Header>
        <Layout.Content style={{ padding: 24, maxWidth: 1280, width: '100%', margin: '0 auto' }}>
          <Routes>
            <Route path="/" element={<OrdersPage seller={seller} />} />
            <Route path="/orders" element={<OrdersPage seller={seller} />} />
            <Route path="/orders/:trade" element={<OrderPage seller={seller} />} />
            <Route path="/stock" element={<StockPage seller={seller} />} />
            <Route path="/receivables" element={<ReceivablesPage seller={seller} />} />
            <Route path="/figures" element={<FiguresPage seller={seller} />} />
          </Routes>
        </Layout.Content>
        <Layout.Footer style={{ textAlign: 'center' }}>
          <Typography.Text type="secondary">{text('tagline')}</Typography.Text>
        </Layout.Footer>
      </Layout>
    </HashRouter>
  );
}
