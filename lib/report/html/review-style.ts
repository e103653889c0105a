/** What the review page has beyond the other pages. */
export const reviewStyle = `
.split{justify-content:space-between;margin:40px 0 12px}.split h2{margin:0}
.bad-edge{border-left:4px solid var(--bad)}.warn-edge{border-left:4px solid var(--warn)}.info-edge{border-left:4px solid var(--info)}
@media screen{.finding h3 code{font-size:14px}}
.found{margin:8px 0;padding-left:20px;list-style:disc}.found li{margin:2px 0}
.rules{margin-top:12px}.rules li{display:grid;grid-template-columns:150px 190px 1fr;gap:2px 12px;padding:5px 0;align-items:baseline}
.rules .badge{justify-self:start}
.picture{overflow-x:auto}
.flow svg{display:block;width:100%;min-width:760px;height:auto;margin:4px 0 8px}
.flow text{fill:var(--text);font-size:14px;unicode-bidi:isolate}
.flow .name,.flow .number{font-weight:600}.flow .number{font-variant-numeric:tabular-nums}
.flow .sub{fill:var(--dim);font-size:13px}.flow .exception{fill:var(--warn);font-weight:650}
.flow .bands path{fill:var(--band);opacity:.42}
.flow .end rect{fill:var(--dim)}.flow .end.right rect{fill:var(--accent)}
.flow .pill rect{fill:var(--card);stroke:var(--band);stroke-width:1.5}
.flow .pill[role]{cursor:pointer}.flow .pill[role]:hover rect{stroke:var(--accent);fill:var(--sunk)}
.flow .pill:focus-visible{outline:none}.flow .pill:focus-visible rect{stroke:var(--accent);stroke-width:4}
.flow details{margin-top:8px}
.numbers{overflow-x:auto}.numbers table{margin:12px 0 16px}.numbers caption{font-weight:600;padding:4px 12px}
.chips{display:flex;flex-wrap:wrap;gap:4px}.chips .badge{white-space:normal}
.attributes{font-size:13px;background:var(--card);border-radius:8px;table-layout:fixed;margin-top:8px}
.attributes thead th:first-child{width:30%}
.attributes td code{white-space:pre-wrap;display:block;max-height:240px;overflow:auto}
del{color:var(--bad);background:var(--badbg);text-decoration:line-through;text-decoration-thickness:1px}
ins{color:var(--good);background:var(--goodbg);text-decoration:none;font-weight:600}
@media (max-width:700px){.rules li{grid-template-columns:1fr}}
@media print{.flow svg{min-width:0;max-height:90mm}.attributes td code{max-height:none}.rules li{padding:1px 0}}
`;
