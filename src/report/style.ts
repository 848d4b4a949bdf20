// The page's style sheet: one column of text, wide figures, light and dark by the reader's setting, and print.
import { COLOURS, darkFigureRules } from "./palette.ts";

const LIGHT = `--ink:${COLOURS.ink};--muted:${COLOURS.muted};--rule:#dfe3e7;--paper:${COLOURS.paper};--wash:#f5f7f9;--accent:${COLOURS.student};--right:#00724f;--wrong:#b02a1c;--warn:#fff6e0;--warn-rule:#d9a514`;
const DARK =
  "--ink:#e8ebee;--muted:#a3adb7;--rule:#2f363d;--paper:#15181c;--wash:#1d2126;--accent:#5ab8f0;--right:#43d6a2;--wrong:#ff8a7a;--warn:#2a2415;--warn-rule:#b58a17";

/** The style sheet as text. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}
${darkFigureRules()}
}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Liberation Sans",sans-serif}
main,header,footer{max-width:1200px;margin:0 auto;padding:0 24px}
header{padding-top:44px}
h1{font-size:1rem;font-weight:600;margin:0;color:var(--muted);letter-spacing:.01em;overflow-wrap:anywhere}
.finding{font-size:clamp(1.2rem,1rem + 1.1vw,1.65rem);line-height:1.35;font-weight:600;letter-spacing:-.012em;margin:.5rem 0 1.1rem;max-width:40em;text-wrap:pretty;overflow-wrap:anywhere}
.details{margin:0 0 1.4rem;padding:0;list-style:none;max-width:60em}
.details li{padding:.45rem 0;border-top:1px solid var(--rule);overflow-wrap:anywhere}
.details li:last-child{border-bottom:1px solid var(--rule)}
.basis{color:var(--muted);font-size:.88rem;margin:-.7rem 0 1.4rem;max-width:none}
.strip-facts{display:flex;flex-wrap:wrap;gap:.6rem 1.9rem;margin:0 0 1.4rem}
.strip-facts div{max-width:100%}
.strip-facts dt{font-size:.78rem;color:var(--muted);font-weight:400}
.strip-facts dd{margin:0;font-weight:600;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.research{border-left:4px solid var(--warn-rule);background:var(--warn);padding:.55rem .9rem;margin:0 0 1.2rem;font-size:.92rem}
nav ul{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;list-style:none;margin:0;padding:.6rem 0;border-top:1px solid var(--rule);border-bottom:1px solid var(--rule);font-size:.9rem}
a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:3px}
section{margin:3rem 0 0}
h2{font-size:1.32rem;line-height:1.3;letter-spacing:-.01em;margin:0 0 .3rem}
h3{font-size:1rem;margin:1.8rem 0 .4rem}
h2+p{margin-top:0}
p,ul.caveats,dl,section>ul{max-width:46em}
p.lead{color:var(--muted);margin-bottom:1.1rem}
svg{display:block;max-width:100%;height:auto}
.hero{margin:0 0 2rem}
.hero h3{margin:1rem 0 .2rem}
.caption{color:var(--muted);font-size:.88rem;max-width:56em;margin-top:.7rem}
.narrow{display:none}
.panels{display:grid;gap:2.2rem 1.8rem;align-items:start;justify-content:start}
.panels>*{min-width:0}
.small{grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr))}
.middle{grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}
.large{grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr))}
.table-box{overflow-x:auto;margin:.7rem 0 0;-webkit-overflow-scrolling:touch}
.table-box:focus-visible,.panels:focus-visible,summary:focus-visible,a:focus-visible,abbr:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.86rem;font-variant-numeric:tabular-nums;line-height:1.35;min-width:100%}
th,td{padding:.5rem .6rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule);font-weight:400}
thead th{font-weight:600;vertical-align:bottom;font-size:.8rem;line-height:1.25;border-bottom:1.5px solid var(--muted)}
tr.groups th,tr.groups td{border-bottom:none;padding-bottom:0;text-align:left;color:var(--muted);font-weight:400}
th.model,td.words,th.words{text-align:left}
th.model{position:sticky;left:0;background:var(--paper);z-index:1;min-width:9.5rem;max-width:17rem;padding-left:0;font-weight:600;overflow-wrap:anywhere}
tbody th.model .interval,thead .interval{font-weight:400}
tr.part th{text-align:left;padding:1.1rem 0 .35rem;font-weight:600;border-bottom:1.5px solid var(--rule)}
.interval{display:block;color:var(--muted);font-size:.73rem;white-space:nowrap}
table.wide th,table.wide td{padding-left:.38rem;padding-right:.38rem}
table.wide th.model{padding-left:0;min-width:7.8rem}
table.wide{font-size:.82rem}
table.wide .interval{font-size:.7rem}
.icon{display:inline-block;width:18px;height:18px;vertical-align:-4px;margin-right:.35rem}
.name{overflow-wrap:anywhere;unicode-bidi:isolate}
.quiet{color:var(--muted);font-weight:400}
abbr{text-decoration:none}
abbr.missing{color:var(--muted);text-decoration:underline dotted;text-underline-offset:3px;cursor:help}
td.strip{padding-top:0;padding-bottom:0;width:250px;vertical-align:middle}
.strip svg{width:240px;max-width:none}
td.words{white-space:nowrap}
table.settings td{text-align:left;overflow-wrap:anywhere;min-width:6.5rem}
table.settings th[scope=col]{text-align:left}
.example{border-top:1px solid var(--rule);padding:1.2rem 0 1.6rem}
.example h3{margin:0}
.source{margin:0 0 .8rem;font-size:.82rem;max-width:none;overflow-wrap:anywhere}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(46%,225px),1fr));gap:1.2rem}
.card{margin:0;min-width:0}
.tissue{width:100%;border-radius:3px;background:var(--wash)}
.pixelated image{image-rendering:pixelated}
.scale{margin:.5rem 0 .2rem}
.verdicts{list-style:none;margin:0;padding:0;font-size:.86rem;line-height:1.35}
.verdicts li{display:flex;align-items:flex-start;gap:.45rem;padding:.3rem 0;overflow-wrap:anywhere}
.verdicts .who{display:block;color:var(--muted);font-size:.8rem}
.verdicts .icon{transform:scale(.85);margin:0 .15rem 0 -2px}
.tick{flex:none;width:16px;height:16px;margin-top:.12rem;fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.right .tick{stroke:var(--right)}
.wrong .tick{stroke:var(--wrong)}
.wrong .tick rect{fill:var(--wrong)}
.wrong .tick path{stroke:var(--paper)}
.wrong .name{font-weight:600}
.study-figure{margin:0 0 2.6rem}
.study-figure h3{margin:1.2rem 0 .5rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.2rem;list-style:none;margin:0 0 .8rem;padding:0;font-size:.82rem}
.key li{display:flex;align-items:center;gap:.4rem;min-width:0}
.key svg{flex:none;width:28px;height:14px}
.third{grid-template-columns:repeat(auto-fill,minmax(min(100%,226px),226px))}
.column{grid-template-columns:repeat(auto-fill,minmax(min(100%,352px),352px))}
.plain li{margin:.35rem 0;overflow-wrap:anywhere}
table.study .interval{white-space:pre}
@media (min-width:861px){table.study th.model{min-width:12rem;max-width:22rem}}
table.study th.model .interval{white-space:normal}
.pairs .examples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,500px),1fr));column-gap:2.4rem}
.pairs .cards{grid-template-columns:1fr 1fr;max-width:560px}
header .table-box{margin-bottom:1.2rem}
table.study td{white-space:nowrap}
table.study td.wrap{white-space:normal;min-width:11rem;max-width:26rem;overflow-wrap:anywhere}
.caveats li{margin:.35rem 0}
.caveats li:first-child{font-weight:600}
dl{margin:.4rem 0}
dt{font-weight:600;margin-top:.7rem}
dd{margin:0}
dt.warned::after{content:" (not accuracy)";color:var(--wrong);font-weight:400}
dl.columns{columns:23em 2;column-gap:3rem;max-width:none}
dl.columns div{break-inside:avoid}
dl.facts{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;gap:.25rem 1.2rem}
dl.facts dt{margin:0;font-weight:400;color:var(--muted)}
dl.facts dd{overflow-wrap:anywhere}
pre{background:var(--wash);padding:.9rem 1rem;overflow-x:auto;font-size:.82rem;line-height:1.5;border-radius:3px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
summary{cursor:pointer;color:var(--accent);padding:.4rem 0}
footer{margin-top:3.5rem;padding-top:1rem;padding-bottom:3rem;color:var(--muted);font-size:.85rem}
@media screen and (max-width:860px){
.full{display:none}.narrow{display:block}.narrow svg{width:100%;max-width:560px}
main,header,footer{padding-left:16px;padding-right:16px}
header{padding-top:24px}
th.model{min-width:8rem;max-width:9.5rem}
.cards{gap:.9rem;grid-template-columns:repeat(auto-fill,minmax(min(46%,175px),1fr))}
.panels{display:flex;overflow-x:auto;gap:1.4rem;scroll-snap-type:x proximity;padding-bottom:.6rem}
.panels>*{flex:none;max-width:92vw;scroll-snap-align:start}
.research{margin-right:0}
}
@media screen and (max-width:640px){
table.forest,.forest thead,.forest tbody{display:block}
.forest tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--rule);padding:.35rem 0}
.forest th,.forest td{border:none;padding:.15rem 0}
.forest thead tr{padding:0}.forest thead th{display:none}.forest thead th.strip{display:block;grid-column:1/3}
.forest th.model{position:static;max-width:none}
.forest tr.part th{grid-column:1/3;border:none;padding-top:.8rem}
.forest td.strip{grid-column:1/3;width:auto;order:1}.forest td.strip svg,.forest th.strip svg{width:240px}
.forest td.p{text-align:left;order:2}.forest td.p::before{content:"p "}.forest td.words{text-align:right;order:3}
}
@media print{
@page{margin:13mm}
body{font-size:10.5pt}
main,header,footer{max-width:none;padding:0}
nav{display:none}
section{margin-top:1.6rem}
h2,h3,.caption{break-after:avoid}
figure,tr,.example,.panels>*{break-inside:avoid}
.table-box{overflow:visible}
table{font-size:6.6pt;line-height:1.2}
thead th,.interval,table.wide .interval{font-size:5.6pt}
table.wide{font-size:6.4pt}
.caption{font-size:8pt}
th,td{padding:2.5pt 2.5pt}
th.model,table.wide th.model{position:static;min-width:5rem}
table.settings td{min-width:0}
.interval{white-space:normal}
.cards{grid-template-columns:repeat(4,1fr)}
.small,.middle,.third{grid-template-columns:repeat(3,1fr)}
.column,.pairs .examples{grid-template-columns:1fr 1fr}
.strip svg{width:150px}
details::details-content{content-visibility:visible;display:block}
pre{white-space:pre-wrap}
}
`;
