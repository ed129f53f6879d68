/** The report's style sheet: light, dark and print, no font or image from outside. */
import { DARK, figureStyles, styleOf } from '../../../shared/figures/drawing/sheet.ts';

const DARK_FIGURES = figureStyles((paint) => (typeof paint === 'number' ? styleOf(paint).dark : DARK[paint]));

export const REPORT_STYLES = `
:root{color-scheme:light dark;--ink:#16191d;--quiet:#545c66;--line:#c9ced5;--faint:#e6e9ed;--paper:#fff;--panel:#f5f7f9;--accent:#0b5c8e}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e8ebef;--quiet:#a3adb8;--line:#414952;--faint:#2a3037;--paper:#15181c;--panel:#1d2126;--accent:#7cc0f0}${DARK_FIGURES}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 Charter,"Bitstream Charter","Source Serif 4",Georgia,Cambria,"Times New Roman",serif}
main,header,footer{max-width:58rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
.meta,nav,table,figcaption,caption,.banner,footer,.sans{font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif}
h1{margin:0 0 .5rem;font-size:2rem;line-height:1.2;font-weight:600;overflow-wrap:anywhere}
h2{margin:2.6rem 0 .6rem;padding-top:.5rem;border-top:1px solid var(--line);font-size:1.3rem;line-height:1.3;font-weight:600}
h3{margin:1.6rem 0 .4rem;font-size:1.05rem;font-weight:600}
p{margin:.5rem 0 .8rem;max-width:44rem}
.meta,.banner{max-width:none}
.meta{margin:.2rem 0 1.2rem;color:var(--quiet);font-size:.85rem}
nav{margin:1.2rem 0 0;font-size:.85rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;list-style:none}
a{color:var(--accent)}
.banner{margin:1rem 0;padding:.6rem .9rem;border:1px solid var(--line);border-left:4px solid var(--accent);background:var(--panel);font-size:.9rem;max-width:none}
.scroll{overflow-x:auto;margin:.9rem 0 1.3rem}
table{border-collapse:collapse;width:100%;font-size:.84rem;line-height:1.4;font-variant-numeric:tabular-nums lining-nums}
caption{caption-side:top;text-align:left;padding:0 0 .5rem;color:var(--ink);font-size:.86rem}
caption b,figcaption b{font-weight:650}
th,td{padding:.32rem .34rem;text-align:left;vertical-align:top}
th:first-child,td:first-child{padding-left:.2rem}
thead th{border-top:1.5px solid var(--ink);border-bottom:1px solid var(--ink);font-weight:600;vertical-align:bottom}
tbody:last-of-type tr:last-child>*{border-bottom:1.5px solid var(--ink)}
tbody th{font-weight:400}
tbody tr.part>*{border-top:1px solid var(--line)}
tbody tr.child>*{padding-block:0 .1rem;color:var(--quiet);font-size:.95em}
tbody tr.child br{display:none}
tbody tr.child>:first-child{padding-left:2.7em}
tbody th.group{padding-top:.7rem;font-weight:650}
.n{text-align:right;white-space:nowrap}
a.run{color:inherit;text-decoration-style:dotted;text-underline-offset:.15em}
thead .n{white-space:normal}
.sans{font-size:.84rem}
sup{line-height:0}
.arm{white-space:nowrap}
.pair{white-space:nowrap;margin-right:.6em}
.init{display:inline}
table :is(th,td):has(>.swatch){padding-left:2.7em;text-indent:-2.3em;white-space:normal}
table :is(th,td):has(>.swatch) *{text-indent:0}
.quiet{color:var(--quiet)}
.swatch{display:inline-block;width:1.8em;height:.75em;margin-right:.5em;vertical-align:baseline}
.notes{margin:-.9rem 0 1.3rem;padding:0;color:var(--quiet);font-size:.8rem;list-style:none;max-width:none}
.mono{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"Liberation Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
figure{margin:1.2rem 0 1.6rem}
figcaption{margin-top:.5rem;color:var(--ink);font-size:.86rem;line-height:1.45}
svg.figure:not(.swatch){display:block;width:100%;height:auto}
svg text{font-variant-numeric:tabular-nums}
ul.plain{padding-left:1.1rem;max-width:46rem}
ul.plain li{margin:.3rem 0}
details{margin:0;border-top:1px solid var(--line)}
summary{cursor:pointer}
summary h2{display:inline-block;margin:.6rem 0;padding:0;border:0}
pre{overflow-x:auto;padding:.8rem 1rem;background:var(--panel);border:1px solid var(--line);font-size:.8rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:3rem;padding-bottom:3rem;color:var(--quiet);font-size:.8rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@page{size:A4;margin:16mm 15mm 18mm}
@media print{p,ul.plain{max-width:none}html{font-size:10pt}body{font-size:1rem}main,header,footer{max-width:none;padding:0}header{padding-top:0}nav{display:none}h1{font-size:19pt}h2{font-size:13pt;margin-top:1.6rem;break-after:avoid}h3,caption,tr:has(>.group){break-after:avoid}caption{break-inside:avoid}figure,tr,.scroll,svg.figure{break-inside:avoid}summary{list-style:none;break-after:avoid}details:not([open]){display:none}details[open]{break-before:page;border:0}figure:has(svg+svg){break-inside:auto}thead{display:table-header-group;break-after:avoid}tbody:first-of-type>tr:first-child{break-before:avoid}.scroll:has(tr:nth-of-type(5)),.scroll:has(tbody~tbody~tbody){break-inside:auto}tbody:not(:has(tr:nth-of-type(7))){break-inside:avoid}.scroll{overflow:visible}table{font-size:.8rem}th,td{padding:.22rem .4rem}a{color:inherit;text-decoration:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`;
