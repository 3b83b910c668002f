export { default } from '../../vite.pages.ts';
