// The rules of the page of predictions, after those of all pages. Slides are shown on white in the dark too: glass is white.
import { markStyle } from "./class-marks.ts";

/** The style sheet as text. */
export const SHEET_STYLE = `${markStyle()}
[hidden]{display:none!important}
body:has(.contact) main,body:has(.contact)>header,body:has(.contact)>footer{max-width:1560px}
.swatch{display:inline-block;flex:none;width:.8em;height:.8em;border-radius:2px;margin-right:.45em;vertical-align:-.05em;forced-color-adjust:none}
.bar{display:inline-block;width:100%;height:9px;background:var(--wash);border-radius:2px;overflow:hidden}
.bar i{display:block;height:100%;forced-color-adjust:none}
.overview{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,480px);gap:1rem 3rem;align-items:start}
.overview figure{margin:.7rem 0 0}
.overview figcaption{font-size:.8rem;font-weight:600;margin-bottom:.6rem}
td.share{min-width:9rem;white-space:nowrap}
td.share .bar{width:6rem;margin-right:.6rem;vertical-align:middle}
.sheet .key{row-gap:.3rem}
table.confusion,table.labels{min-width:min(100%,34rem)}
.confusion thead .name{overflow-wrap:break-word}
.confusion .none{color:var(--muted)}
.confusion .agrees{font-weight:600;color:var(--right)}
.confusion .differs{font-weight:600;color:var(--wrong)}
.marks{position:absolute;width:0;height:0}
.legends{display:flex;flex-wrap:wrap;gap:.4rem 2.4rem;align-items:center;margin:.2rem 0 1rem}
.legends .key{margin:0}
.legends .key li{gap:0}
.heat-scale{display:flex;align-items:center;gap:.5rem;font-size:.82rem;margin:0}
.heat-scale svg{width:120px;height:12px;border-radius:2px}
.layers{border:0;margin:0 0 .8rem;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.9rem}
.layers legend{float:left;margin-right:.9rem;padding:0;color:var(--muted)}
.layers label{display:flex;align-items:center;gap:.4rem;cursor:pointer}
.controls{display:flex;flex-wrap:wrap;gap:.7rem 1rem;align-items:flex-end;padding:.9rem 1rem;background:var(--wash);border-radius:6px;font-size:.86rem}
.controls label{display:flex;flex-direction:column;gap:.2rem;min-width:0}
.controls label>span{color:var(--muted);font-size:.78rem}
.pair{display:flex;gap:.4rem;align-items:flex-end}
.controls .tickbox{flex-direction:row;align-items:center;gap:.4rem;min-height:2.2rem}
.controls .tickbox span{font-size:.86rem;color:var(--ink)}
.sheet select,.sheet input:not([type=radio],[type=checkbox]),.sheet button,dialog button{font:inherit;color:var(--ink);background:var(--paper);border:1px solid var(--muted);border-radius:4px;padding:.32rem .55rem;min-height:2.2rem;max-width:17rem}
.controls input[type=number]{width:5.2rem}
.sheet button,dialog button{cursor:pointer}
button:disabled{opacity:.45;cursor:default}
select:focus-visible,input:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.shown{display:flex;justify-content:space-between;align-items:center;min-height:2.2rem;font-size:.86rem;color:var(--muted);margin:.6rem 0;scroll-margin-top:.5rem}
.shown p{margin:0}
.contact{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,270px),1fr));gap:1.8rem 1.4rem;max-width:none}
.slide{min-width:0;font-size:.86rem}
@media (scripting:enabled){.contact:not(.ready){display:none}} /* thousands of cards need not be laid out before the script picks a page */
.contact:not(.paged) .slide{content-visibility:auto;contain-intrinsic-size:auto 270px auto 410px}
.slide p,.slide h3,.slide dl,#large-words p{margin:.3rem 0 0;max-width:none}
.slide h3{font-size:.92rem;line-height:1.3;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.picture{display:block;position:relative;aspect-ratio:4/3;background:#fff;border:1px solid var(--rule);border-radius:4px;overflow:hidden;color:#5c6670}
.picture:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.picture img{position:absolute;inset:0;width:100%;height:100%;object-fit:contain;background:#fff}
.picture img.heat,.picture img.bare{display:none}
body:has(#show-bare:checked) .picture img.bare,body:has(#show-heat:checked) .picture img:not(:first-child){display:block}
.picture img.heat{background:none;opacity:.72}
body:has(#show-heat:checked) .picture img.bare{filter:grayscale(1) opacity(.6)}
body:has(#show-heat:checked) .picture img:first-child{visibility:hidden}
@media (hover:hover){body:not(:has(#show-heat:checked)) .contact .picture:hover img:not(:first-child){display:block}
body:not(:has(#show-heat:checked)) .contact .picture:hover img.bare{filter:grayscale(1) opacity(.6)}
body:not(:has(#show-heat:checked)) .contact .picture:hover img:first-child,body:has(#show-heat:checked) .contact .picture:hover img:not(:first-child){visibility:hidden}
body:has(#show-heat:checked) .contact .picture:hover img:first-child{visibility:visible}}
.call{display:flex;align-items:baseline;gap:.1rem}
.call b{overflow-wrap:anywhere}
.call span{margin-left:auto;padding-left:.6rem;font-weight:600;font-variant-numeric:tabular-nums}
.truth{display:flex;gap:.4rem;align-items:flex-start;line-height:1.35}
.truth .tick{width:15px;height:15px}
.truth.right{color:var(--right)}
.truth.wrong .tick{fill:var(--wrong);stroke:var(--paper)}
.bars{display:grid;grid-template-columns:minmax(3rem,auto) minmax(3rem,1fr);gap:.1rem .6rem;font-size:.8rem;line-height:1.35}
.bars dt{margin:0;font-weight:400;color:var(--muted);max-width:9rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bars dd{margin:0;display:flex;gap:.5rem;align-items:center;font-variant-numeric:tabular-nums}
.bars .bar{flex:1;min-width:0}
.slide .quiet,#large-words .quiet{font-size:.8rem}
.slide .quiet a,#large-words .quiet a{margin-left:.5em}
.note{font-size:.8rem;border-left:3px solid var(--warn-rule);padding-left:.5rem;line-height:1.35;overflow-wrap:anywhere}
.pager{position:sticky;bottom:0;display:flex;gap:1rem;align-items:center;justify-content:center;padding:.6rem;margin-top:1.2rem;background:var(--paper);border-top:1px solid var(--rule);font-size:.9rem;font-variant-numeric:tabular-nums}
dialog{width:min(96vw,1320px);max-width:none;max-height:96vh;border:1px solid var(--rule);border-radius:8px;padding:.8rem 1rem;background:var(--paper);color:var(--ink);font-size:.9rem}
dialog::backdrop{background:rgb(0 0 0/.6)}
.bar-top{display:flex;gap:.5rem;align-items:center;margin-bottom:.6rem}
.bar-top h3{flex:1;margin:0 .4rem;min-width:0}
.bar-top button{min-width:2.6rem;font-size:1.15rem;line-height:1}
dialog .picture{aspect-ratio:auto;height:min(66vh,900px)}
#large-words{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,260px),1fr));gap:.3rem 1.6rem;align-items:start;margin-top:.6rem}
dialog>.quiet{font-size:.8rem;margin:.6rem 0 0}
@media screen and (max-width:860px){.overview{grid-template-columns:minmax(0,1fr)}}
@media screen and (max-width:640px){.controls label{flex:1 1 40%}.controls select,.controls input:not([type=checkbox]){width:100%;max-width:none}.controls .tickbox input{width:auto}}
@media print{.controls,.pager,.layers,#sizes,dialog{display:none!important}.contact{grid-template-columns:repeat(4,1fr);gap:5mm}.slide{break-inside:avoid;content-visibility:visible!important;font-size:7pt}.slide h3{font-size:7.5pt}.bars,.slide .quiet,.note{font-size:6.5pt}svg,i{print-color-adjust:exact;-webkit-print-color-adjust:exact}.slide .quiet a{display:none}}
`;
