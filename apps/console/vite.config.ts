export { pages as default } from '../../vite.pages.ts';
