import { useEffect, useSyncExternalStore } from 'react';

/** What Chromium offers a page that may be installed. */
type InstallOffer = Event & { prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }> };

let offer: InstallOffer | null = null;
const listeners = new Set<() => void>();
const tell = (next: InstallOffer | null) => {
  offer = next;
  for (const listener of listeners) listener();
};

// The browser offers it once, perhaps before the card that shows it is there.
window.addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  tell(event as InstallOffer);
});
window.addEventListener('appinstalled', () => tell(null));

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const LINKS = [
  { rel: 'manifest', href: '/app.webmanifest' },
  { rel: 'apple-touch-icon', href: '/icons/192.png' },
] as const;

/** The clerks' pages are an application of their own; the operators', at the same address, are none. */
export function useManifest(): void {
  useEffect(() => {
    const links = LINKS.map((link) => Object.assign(document.createElement('link'), link));
    document.head.append(...links);
    return () => {
      for (const link of links) link.remove();
    };
  }, []);
}

/** Puts the application on the device; null where the browser does not offer it, or it is there. */
export function useInstall(): (() => void) | null {
  const found = useSyncExternalStore(subscribe, () => offer);
  if (!found) return null;
  return () => void found.prompt().then(() => tell(null));
}
