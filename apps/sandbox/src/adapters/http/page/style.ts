/** The page's own style; it needs nothing from elsewhere. */
export const STYLE = `
:root { color-scheme: light; --ink: #1b2430; --soft: #5b6675; --line: #d9dee5; --paper: #fff; --ground: #f4f6f8;
  --out: #0b57a4; --in: #7a3e9d; --bad: #b3261e; --good: #1b6e3c; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, 'Noto Sans CJK SC', sans-serif; }
header { padding: 16px 24px; background: var(--ink); color: #fff; }
header h1 { margin: 0; font-size: 20px; }
header p { margin: 4px 0 0; color: #c6ced8; }
main { display: grid; grid-template-columns: minmax(300px, 380px) minmax(0, 1fr); gap: 24px; max-width: 1320px;
  margin: 0 auto; padding: 24px; align-items: start; }
section, form { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 16px; }
.tools { display: grid; gap: 16px; }
h2 { margin: 0 0 12px; font-size: 16px; }
label { display: block; margin: 0 0 10px; color: var(--soft); font-size: 13px; }
input, select, textarea { display: block; width: 100%; margin-top: 3px; padding: 7px 9px; border: 1px solid #aab4c0;
  border-radius: 6px; font: inherit; color: var(--ink); background: #fff; }
textarea { min-height: 74px; font: 13px/1.5 ui-monospace, monospace; }
button { padding: 8px 14px; border: 0; border-radius: 6px; background: var(--out); color: #fff; font: inherit;
  cursor: pointer; }
button.second { background: #e6ebf1; color: var(--ink); }
.row { display: flex; flex-wrap: wrap; gap: 8px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; }
details.exchange { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 8px; background: #fff; }
details.exchange > summary { display: flex; flex-wrap: wrap; gap: 4px 12px; padding: 9px 12px; cursor: pointer;
  list-style: none; }
details.exchange > summary::before { content: '▸'; color: var(--soft); }
details.exchange[open] > summary::before { content: '▾'; }
summary .way { font-weight: 600; }
summary .to { color: var(--out); }
summary .from { color: var(--in); }
summary .method { flex: 1 1 180px; min-width: 0; overflow-wrap: anywhere; font: 13px/1.7 ui-monospace, monospace; }
summary time, summary .took { color: var(--soft); font-size: 13px; }
.wire { padding: 0 12px 12px; }
.wire h3 { margin: 10px 0 4px; font-size: 13px; color: var(--soft); font-weight: 600; }
pre { margin: 0; padding: 10px; border-radius: 6px; background: #f1f4f7; white-space: pre-wrap; overflow-wrap: anywhere;
  font: 12.5px/1.5 ui-monospace, 'Noto Sans Mono CJK SC', monospace; }
.note { max-width: 1272px; margin: 16px auto 0; padding: 10px 12px; border-radius: 6px; background: #e7f2ea; color: var(--good); overflow-wrap: anywhere; }
.note.bad { background: #fbe9e7; color: var(--bad); }
.empty { color: var(--soft); }
:focus-visible { outline: 3px solid #f0a500; outline-offset: 1px; }
@media (max-width: 820px) { main { grid-template-columns: minmax(0, 1fr); padding: 12px; gap: 12px; } header { padding: 12px; }
  .note { margin: 12px 12px 0; } }
`;
