/** What the timeline page has beyond the other pages. Winners are full and blue, losers hatched and orange, each with its sign. */
export const timelineStyle = `
.toolbar{margin:0 0 8px}.toolbar label{display:flex;align-items:center;gap:6px;color:var(--dim);font-size:14px}
.toolbar select{max-width:min(420px,70vw)}.toolbar button{min-width:36px}
.toolbar .gap{flex:1}.toolbar .pair{display:inline-flex;gap:8px}
button:disabled{opacity:.4;cursor:default}button:disabled:hover{border-color:var(--line)}
.chart{position:relative}
#timeline{display:block;width:100%;touch-action:pan-y;user-select:none;-webkit-user-select:none;cursor:crosshair}
#timeline:focus-visible{outline-offset:6px;border-radius:4px}
#timeline text{fill:var(--text);font-size:12.5px;font-variant-numeric:tabular-nums}
#timeline .band{font-weight:600;fill:var(--dim);font-size:13px}
#timeline .none,#timeline .axis text{fill:var(--dim)}
#timeline .axis line{stroke:var(--dim)}#timeline .axis .grid{stroke:var(--line)}
#timeline .hit{fill:transparent}
#timeline .webhooks .tick{fill:var(--info)}
#timeline .errors .mark{fill:var(--warn)}#timeline .errors .count{font-size:10.5px;fill:var(--warn)}
#timeline .bar .body{stroke-width:1.5}
#timeline .won .body{fill:var(--good);stroke:var(--good)}
#timeline .granted .body{fill:var(--goodbg);stroke:var(--good)}
#timeline .lost .body{fill:url(#hatch);stroke:var(--bad)}
#timeline .later .body,#timeline .refused .body{fill:var(--badbg);stroke:var(--bad);stroke-dasharray:5 3}
#timeline .failed .body{fill:var(--warnbg);stroke:var(--warn);stroke-dasharray:2 2}
#timeline .bar text{font-weight:600;pointer-events:none}
#timeline .won .inside{fill:var(--bg)}
#timeline .plate{fill:none;pointer-events:none}#timeline .lost .plate{fill:var(--badbg)}
#timeline .losing{fill:var(--bad);opacity:.07}
#timeline .beside{paint-order:stroke;stroke:var(--card);stroke-width:4px;stroke-linejoin:round;font-weight:500}
#timeline .faint{opacity:.42}
#timeline .bar:focus{outline:none}#timeline .bar:focus .body,#timeline .bar:hover .body{stroke:var(--text);stroke-width:3;stroke-dasharray:none}
#timeline line.revoked{stroke:var(--bad);stroke-width:2;stroke-dasharray:6 4}#timeline .diamond{fill:var(--bad)}
#timeline text.revoked{fill:var(--bad);font-weight:650}
#timeline .columns .granted,#timeline .strip .granted{fill:var(--good)}
#timeline .columns .refused{fill:url(#hatch);stroke:var(--bad);stroke-width:.7}#timeline .strip .refused{fill:var(--bad)}
#timeline .columns .base{stroke:var(--text)}
#timeline .columns .none{paint-order:stroke;stroke:var(--card);stroke-width:4px}
#timeline .strip{cursor:grab}#timeline .strip .ground{fill:var(--sunk)}
#timeline .strip .frame{fill:var(--accent);fill-opacity:.12;stroke:var(--accent);stroke-width:2}
#timeline .marked{fill:var(--accent);fill-opacity:.18;stroke:var(--accent);pointer-events:none}
.hatch-ground{fill:var(--badbg)}.hatch-line{stroke:var(--bad);stroke-width:2.5}
#tip{position:absolute;z-index:5;max-width:min(420px,94vw);background:var(--card);border:1px solid var(--dim);border-radius:8px;padding:8px 12px;font-size:13px;box-shadow:0 6px 24px rgb(0 0 0/.18);pointer-events:none;overflow-wrap:anywhere}
#tip dl,.facts{display:grid;grid-template-columns:auto 1fr;gap:0 12px;margin:4px 0 0}
#tip dt,.facts dt{color:var(--dim)}#tip dd,.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.facts{margin:8px 0;max-width:760px}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:13px;color:var(--dim);margin:8px 0 0;padding:0;list-style:none}
.legend li{display:flex;align-items:center;gap:6px}.legend svg{width:26px;height:14px;flex:none}
.legend .won{fill:var(--good);stroke:var(--good)}.legend .lost{fill:url(#hatch);stroke:var(--bad)}.legend .later{fill:var(--badbg);stroke:var(--bad);stroke-dasharray:5 3}
.legend .granted{fill:var(--goodbg);stroke:var(--good)}.legend .failed{fill:var(--warnbg);stroke:var(--warn);stroke-dasharray:2 2}
.legend .losing{fill:var(--bad);opacity:.18}.legend .line{stroke:var(--bad);stroke-width:2;stroke-dasharray:5 3}.legend .tick{fill:var(--info)}.legend .mark{fill:var(--warn)}
.keys{margin-top:8px}kbd{font:12px ui-monospace,Menlo,Consolas,monospace;border:1px solid var(--line);border-bottom-width:2px;border-radius:4px;padding:0 5px;background:var(--sunk)}
.race-panel ul{margin:6px 0;padding-left:20px}
.steps{counter-reset:step;list-style:none;margin:0;padding:0}.steps li{margin:10px 0 0}.steps .command{margin:4px 0 0}
.bad-edge{border-left:4px solid var(--bad)}.warn-edge{border-left:4px solid var(--warn)}.info-edge{border-left:4px solid var(--info)}
.plain-table{overflow-x:auto;padding:0}.plain-table caption{font-weight:600}.plain-table th,.plain-table td{overflow-wrap:break-word}.plain-table tbody th{min-width:16ch;max-width:36ch;overflow-wrap:anywhere}
@media print{.legend{font-size:9.5px}#tip,.keys{display:none}#timeline{max-height:120mm}}
`;
