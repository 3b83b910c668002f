import { QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { LanguageContext, savedLanguage, saveLanguage } from './language.ts';
import type { Language } from './language.ts';
import { queries } from './read.ts';

function Root() {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const change = (next: Language) => {
    saveLanguage(next);
    setLanguage(next);
  };
  return (
    <LanguageContext.Provider value={language}>
      <ConfigProvider
        locale={language === 'zh' ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        theme={{ token: { colorPrimary: '#1f4f8f', borderRadius: 4 } }}
      >
        <QueryClientProvider client={queries}>
          <App onLanguage={change} />
        </QueryClientProvider>
      </ConfigProvider>
    </LanguageContext.Provider>
  );
}

const container = document.getElementById('root');
if (!container) throw new Error('The page has no root element');
createRoot(container).render(
  <StrictMode>
    <Root />
  </StrictMode>,
);
