import { useSyncExternalStore } from 'react';

const LESS = matchMedia('(prefers-reduced-motion: reduce)');

const subscribe = (onChange: () => void): (() => void) => {
  LESS.addEventListener('change', onChange);
  return () => LESS.removeEventListener('change', onChange);
};

/** Whether things may move on the page: not for people whose system asks for less of it. */
export const useMotion = (): boolean => !useSyncExternalStore(subscribe, () => LESS.matches);
