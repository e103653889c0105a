/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

export interface Page {
  readonly title: string;
  readonly style: string;
  /** HTML, escaped already. */
  readonly body: string;
  /** What the script reads, as JSON. */
  readonly data: unknown;
  /** Runs in the reader's browser; it is serialised, so it must refer to nothing outside itself. */
  readonly script: (data: never) => void;
}

/**
 * A page that needs nothing but itself: no network, no other file. Its policy forbids it to load anything, whatever a name in the
 * data may hold.
 */
export function renderPage(page: Page): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";
  // In a script element only `<` can end it, and JSON lets it be written otherwise. U+2028 and U+2029 end lines in old JavaScript.
  const data = JSON.stringify(page.data).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<style>${baseStyle}${page.style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
${page.body}
<script type="application/json" id="data">${data}</script>
<script>(${page.script.toString()})(JSON.parse(document.getElementById("data").textContent));</script>
</body>
</html>
`;
}

/** A switch between light and dark; without a choice the system's is followed. */
export const themeButton =
  '<button type="button" id="theme" class="quiet" aria-label="Switch between light and dark">Light / dark</button>';

/** Colours keep a contrast of 4.5 to 1 in both themes; good and bad differ in lightness and shape too, not in hue alone. */
const baseStyle = `
:root{--bg:#fbfbfd;--card:#fff;--text:#1b1d23;--dim:#5a6072;--line:#dfe2ea;--accent:#3d4fd1;--good:#0a6b50;--goodbg:#e2f4ec;
--bad:#b0261e;--badbg:#fdeceb;--warn:#8a5300;--warnbg:#fdf3e0;--info:#2a5c9a;--infobg:#e9f1fb;--band:#8791ea}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){--bg:#14161b;--card:#1c1f26;--text:#e8eaf0;--dim:#a2a9ba;--line:#333845;
--accent:#98a4ff;--good:#63d3ac;--goodbg:#14362b;--bad:#ff9b92;--badbg:#431d1b;--warn:#f3c06a;--warnbg:#3d2d11;--info:#90bdf5;--infobg:#1b2d45;--band:#5c69d6}}
:root[data-theme=dark]{--bg:#14161b;--card:#1c1f26;--text:#e8eaf0;--dim:#a2a9ba;--line:#333845;--accent:#98a4ff;--good:#63d3ac;--goodbg:#14362b;
--bad:#ff9b92;--badbg:#431d1b;--warn:#f3c06a;--warnbg:#3d2d11;--info:#90bdf5;--infobg:#1b2d45;--band:#5c69d6}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
main,header.top{max-width:1180px;margin:0 auto;padding:0 24px}
header.top{display:flex;align-items:center;justify-content:space-between;gap:16px;padding-top:20px;padding-bottom:4px;color:var(--dim);font-size:14px}
h1{font-size:26px;line-height:1.25;margin:6px 0 8px;letter-spacing:-.01em}
h2{font-size:18px;margin:36px 0 12px}
p{margin:8px 0}
code,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.dim{color:var(--dim)}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 20px;margin:12px 0}
.badge{display:inline-block;border-radius:999px;padding:2px 12px;font-weight:650;font-size:14px;white-space:nowrap}
.good{color:var(--good);background:var(--goodbg)}.bad{color:var(--bad);background:var(--badbg)}
.warn{color:var(--warn);background:var(--warnbg)}.info{color:var(--info);background:var(--infobg)}
button,select,input{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:6px 12px}
button{cursor:pointer}button:hover{border-color:var(--accent)}
button[aria-pressed=true]{background:var(--accent);border-color:var(--accent);color:var(--bg)}
.quiet{font-size:13px;color:var(--dim)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-9999px}.skip:focus{left:8px;top:8px;background:var(--card);padding:8px;z-index:9}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0 0 0 0);white-space:nowrap}
.row{display:flex;flex-wrap:wrap;gap:10px;align-items:center}
.next{border-left:4px solid var(--accent)}
@media print{:root,:root:not([data-theme=light]){--bg:#fff;--card:#fff;--text:#000;--dim:#444;--line:#bbb}body{font-size:11px}.noprint{display:none!important}main,header.top{max-width:none;padding:0}.card{break-inside:avoid}}
`;
