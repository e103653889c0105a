/*
 * Texts keep a contrast of at least 4.5 to 1 on every background they stand on, in both themes (a test computes it). What is good and
 * what is bad also differ in their sign and wording, never in hue alone: blue and orange are told apart with any colour vision.
 */

/** A theme's colours, by the name of their CSS variable. */
export const light: Readonly<Record<string, string>> = {
  bg: "#f5f6f9",
  card: "#ffffff",
  sunk: "#eef0f5",
  text: "#171a21",
  dim: "#545b6b",
  line: "#dadee7",
  accent: "#3243c4",
  good: "#0b5f87",
  goodbg: "#e0f1fa",
  bad: "#a8320b",
  badbg: "#fdeae1",
  warn: "#7a4d00",
  warnbg: "#fdf1d7",
  info: "#434b5e",
  infobg: "#e9ecf3",
  band: "#8f9aea",
};

export const dark: Readonly<Record<string, string>> = {
  bg: "#12141a",
  card: "#1a1d25",
  sunk: "#22262f",
  text: "#e9ebf1",
  dim: "#a6adbd",
  line: "#343a48",
  accent: "#a3aeff",
  good: "#7cc8f0",
  goodbg: "#12303f",
  bad: "#ff9f7a",
  badbg: "#43210f",
  warn: "#f1c46b",
  warnbg: "#3a2c0e",
  info: "#b9c1d3",
  infobg: "#2a2f3b",
  band: "#5967d8",
};

function variables(theme: Readonly<Record<string, string>>): string {
  return Object.entries(theme)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");
}

/** What all pages share. */
export const baseStyle = `
:root{${variables(light)};color-scheme:light}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${variables(dark)};color-scheme:dark}}
:root[data-theme=dark]{${variables(dark)};color-scheme:dark}
*{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;scroll-padding-top:56px}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Ubuntu,sans-serif}
.top,main,footer{max-width:1200px;margin:0 auto;padding-left:24px;padding-right:24px}
.top{display:flex;flex-wrap:wrap;align-items:center;gap:4px 12px;padding-top:16px;color:var(--dim);font-size:14px}
.top strong{color:var(--text);font-size:15px;letter-spacing:-.01em}
.top button{margin-left:auto}
main{padding-bottom:8px}
footer{padding-top:16px;padding-bottom:40px;color:var(--dim);font-size:13px}
h1{font-size:28px;line-height:1.2;font-weight:680;letter-spacing:-.02em;margin:0;text-wrap:balance}
h2{font-size:19px;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin:40px 0 12px}
h3{font-size:15px;font-weight:650;margin:0}
p{margin:6px 0}
ul.plain,ol.plain{list-style:none;margin:0;padding:0}
code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere;unicode-bidi:isolate}
bdi{overflow-wrap:anywhere}
.dim{color:var(--dim)}.small{font-size:13px}
.card>:last-child{margin-bottom:0}
.row{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 20px;margin:0 0 12px}
.badge{display:inline-flex;gap:6px;align-items:center;border-radius:6px;padding:1px 8px;font-weight:600;font-size:13px;line-height:20px;white-space:nowrap}
.good{color:var(--good);background:var(--goodbg)}.bad{color:var(--bad);background:var(--badbg)}
.warn{color:var(--warn);background:var(--warnbg)}.info{color:var(--info);background:var(--infobg)}
button,select,input{font:inherit;font-size:14px;line-height:20px;color:var(--text);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px;min-height:34px}
input,select{border-color:var(--dim)}
::placeholder{color:var(--dim);opacity:1}
select{padding-right:6px;max-width:240px}
button{cursor:pointer;font-weight:550}
button:hover{border-color:var(--accent)}
button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--bg)}
button.link{border:0;background:none;padding:0;min-height:0;color:var(--accent);text-decoration:underline;text-underline-offset:2px;text-align:left;font-weight:inherit;overflow-wrap:anywhere}
a{color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
summary{cursor:pointer;font-weight:550}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:8px;background:var(--card);padding:8px 12px;border-radius:8px;z-index:9}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.segments{display:inline-flex}
.segments button{border-radius:0;margin-left:-1px}
.segments button:first-child{border-radius:8px 0 0 8px;margin-left:0}.segments button:last-child{border-radius:0 8px 8px 0}
.segments button:focus-visible{z-index:1}
.hero{display:grid;grid-template-columns:auto 1fr;gap:4px 20px;align-items:center;margin:24px 0 16px}
.hero svg{width:60px;height:60px;display:block}
.hero .eyebrow{color:var(--dim);margin:0 0 4px;font-size:14px}
.hero .lead{grid-column:2;font-size:16px;margin:6px 0 0;max-width:80ch}
.next{border-left:4px solid var(--accent)}
.next h2{margin:0 0 4px;font-size:15px}
.command{display:flex;align-items:center;gap:8px;background:var(--sunk);border-radius:8px;padding:6px 6px 6px 12px;margin:8px 0;min-height:42px}
.command code{flex:1;white-space:pre-wrap}
.command code::before{content:"$ ";content:"$ "/"";color:var(--dim)}
.command button{min-height:30px;padding:3px 10px;font-size:13px}
.tiles{display:flex;flex-wrap:wrap;gap:8px;margin:0 0 16px}
.tiles div{flex:1 1 110px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px 14px;display:flex;flex-direction:column-reverse;justify-content:flex-end}
.tiles dt{font-size:13px;color:var(--dim);line-height:1.35}
.tiles dd{margin:0;font-size:24px;font-weight:650;letter-spacing:-.02em;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles .bad dt,.tiles .bad dd{color:var(--bad)}.tiles .warn dt,.tiles .warn dd{color:var(--warn)}
.tiles .bad{background:var(--badbg);border-color:var(--bad)}.tiles .warn{background:var(--warnbg);border-color:var(--warn)}
.filters{margin:0 0 8px}
.filters label{display:flex;align-items:center;gap:6px;font-size:14px;color:var(--dim)}
.filters .search{flex:1 1 280px}.filters .search input{width:100%}
/* Positioned, so that what only screen readers get is cut off with the rest of a wide table. */
.scroll{position:relative;border:1px solid var(--line);border-radius:12px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.45}
caption{text-align:left}
th,td{text-align:left;vertical-align:top;font-weight:inherit;padding:8px 12px;overflow-wrap:anywhere}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th{border-bottom:1px solid var(--line);color:var(--dim);font-weight:600;font-size:13px}
tbody tr+tr>*,tbody+tbody tr:first-child>*{border-top:1px solid var(--line)}
.data{table-layout:fixed}
.data>thead th{padding:0;position:sticky;top:0;background:var(--card);z-index:1;box-shadow:0 1px 0 var(--line);border:0}.data>thead th:first-child{border-top-left-radius:12px}.data>thead th:last-child{border-top-right-radius:12px}
.data>thead button{border:0;background:none;padding:8px 12px;width:100%;text-align:left;color:inherit;font-size:13px;font-weight:600}
.data>thead button:hover{color:var(--accent)}
.data>thead button::after{content:"↕";content:"↕"/"";opacity:.45;padding-left:6px}
.data>thead th[aria-sort=ascending] button::after{content:"↑";content:"↑"/"";opacity:1}.data>thead th[aria-sort=descending] button::after{content:"↓";content:"↓"/"";opacity:1}
.data tbody tr[data-row]:hover>*{background:var(--sunk)}
.data .fold{border:0;background:none;padding:0 0 0 18px;min-height:0;text-align:left;position:relative;overflow-wrap:anywhere;font-weight:600}
.data .fold::before{content:"";position:absolute;left:1px;top:5px;border:5px solid transparent;border-left:7px solid var(--dim);border-right:0}
.data .fold[aria-expanded=true]::before{left:-1px;top:8px;border:5px solid transparent;border-top:7px solid var(--dim);border-bottom:0}
.data .detail>td{background:var(--sunk);border-top:0!important;padding:4px 20px 16px 30px}
.data .empty{text-align:center;color:var(--dim);padding:32px}
.more{display:block;margin:12px auto}
@media (max-width:1000px){.scroll{overflow-x:auto}.data{min-width:920px}}
@media (max-width:600px){.top,main,footer{padding-left:14px;padding-right:14px}h1{font-size:23px}.hero{gap:4px 14px}.hero svg{width:42px;height:42px}.card{padding:14px}.tiles div{flex-basis:90px}}
@media (forced-colors:active){button[aria-pressed=true]{text-decoration:underline;border-width:3px}.data .fold::before{forced-color-adjust:none}.badge,.card,.tiles div{border:1px solid}}
@media print{
:root,:root[data-theme=dark],:root:not([data-theme=light]){${variables(light)};--bg:#fff;--sunk:#f4f4f6;color-scheme:light}
body{font-size:10.5px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
@page{margin:14mm 12mm}
.noprint,:where(button:not(.fold,.link)),.skip{display:none!important}
button.fold,button.link,thead th,h3,h3 code{font-size:inherit}
.data>thead button{display:block!important;padding:3px 6px;font-size:9.5px}.data>thead button::after{display:none}
.top,main,footer{max-width:none;padding:0}
h1{font-size:20px}h2{font-size:14px;margin:18px 0 6px;break-after:avoid}.hero{margin:12px 0}.hero svg{width:40px;height:40px}.hero .lead,.hero .eyebrow,.top,.top strong{font-size:11px}.next h2{font-size:12px}.command{min-height:0;padding:3px 8px}
.card,.tiles div,tr{break-inside:avoid}.card{padding:8px 12px}
table,code,pre,.mono,.badge,.small,.tiles dt{font-size:9.5px}.tiles dd{font-size:16px}
th,td{padding:3px 6px}.scroll{overflow:visible;border:0}.data{min-width:0}.data>thead th{position:static}
.data .detail>td{padding:2px 10px 6px 22px}
}
`;
