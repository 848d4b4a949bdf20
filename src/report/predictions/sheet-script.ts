// What makes the contact sheet sort, filter and page. It reads nothing but the cards of its own page, writes no markup,
// and asks for nothing. Cards that are not shown are taken out of the page, so that thousands of slides stay quick.

/** The script as text; constant, since the page's security policy names its hash. */
export const SHEET_SCRIPT = `"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const list = $("cards");
if (!list) return;
const controls = $("controls"), large = $("large");
const slides = Array.from(list.children, (card, order) => {
  const { v, l, t, m, n } = card.dataset;
  const values = v.split(" ").map(Number);
  const label = Number(l), known = t === undefined ? null : Number(t);
  return {
    card, order, values, label, known, tissue: Number(m), pieces: Number(n),
    name: card.querySelector("h3").textContent,
    top: values[label] ?? Math.max(...values),
    entropy: -values.reduce((sum, p) => sum + (p > 0 ? p * Math.log2(p) : 0), 0),
    against: known === null ? -1 : 1 - (values[known] ?? 0),
    noted: card.querySelector(".note") !== null,
  };
});
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const falling = (of) => (a, b) => of(b) - of(a) || a.order - b.order;
const orders = {
  given: (a, b) => a.order - b.order,
  name: (a, b) => names.compare(a.name, b.name) || a.order - b.order,
  surest: falling((s) => s.top),
  unsurest: falling((s) => -s.top),
  entropy: falling((s) => s.entropy),
  against: falling((s) => s.against),
  tissue: falling((s) => s.tissue),
  pieces: falling((s) => s.pieces),
};
const orderOf = (name) => orders[name] ?? falling((s) => s.values[Number(name.slice(6))] ?? 0);
const chosen = (id) => $(id)?.value ?? "";
const limit = (id, other) => (chosen(id) === "" ? other : Number(chosen(id)));
const agreement = (s) => (s.known === null ? "none" : s.known === s.label ? "agrees" : "differs");
let found = slides, page = 0;

function sift() {
  const label = chosen("label"), known = chosen("known");
  const from = limit("from", 0), to = limit("to", 1);
  const part = chosen("name").trim().toLowerCase();
  const noted = $("noted")?.checked ?? false;
  found = slides.filter((s) =>
    (label === "" || s.label === Number(label)) &&
    (known === "" || agreement(s) === known) &&
    s.top >= from - 1e-9 && s.top <= to + 1e-9 &&
    (part === "" || s.name.toLowerCase().includes(part)) &&
    (!noted || s.noted)).sort(orderOf(chosen("sort")));
  page = 0;
  show();
}

function show() {
  const size = chosen("size") === "all" ? Math.max(1, found.length) : Number(chosen("size"));
  const pages = Math.max(1, Math.ceil(found.length / size));
  page = Math.min(Math.max(0, page), pages - 1);
  const visible = found.slice(page * size, (page + 1) * size);
  list.replaceChildren(...visible.map((s) => s.card));
  list.classList.add("ready");
  list.classList.toggle("paged", visible.length <= 240); // more are laid out only when they come into view
  const count = (n) => n.toLocaleString("en");
  const range = found.length <= size ? "" : count(page * size + 1) + " to " + count(page * size + visible.length) + " of ";
  $("shown").textContent = found.length === 0 ? "No slide is like this." : range + count(found.length) +
    (found.length === slides.length ? "" : " of " + count(slides.length)) + (slides.length === 1 ? " slide" : " slides");
  $("place").textContent = "Page " + count(page + 1) + " of " + count(pages);
  $("pager").hidden = pages === 1;
  $("previous").disabled = page === 0;
  $("next").disabled = page === pages - 1;
}

function turn(by) {
  const before = page;
  page += by;
  show();
  if (page !== before) $("shown").scrollIntoView({ block: "start" });
}

let at = 0;
function enlarge(index) {
  if (index < 0 || index >= found.length) return;
  at = index;
  const { card, name } = found[index];
  $("large-name").textContent = name;
  $("large-picture").replaceChildren(...Array.from(card.querySelectorAll(".picture img"), (img) => img.cloneNode()));
  $("large-words").replaceChildren(...Array.from(card.children).filter((part) => !part.matches(".picture,h3")).map((part) => part.cloneNode(true)));
  $("large-previous").disabled = index === 0;
  $("large-next").disabled = index === found.length - 1;
  if (!large.open) large.showModal();
}

function nextLayer() {
  const layers = Array.from(document.getElementsByName("layer"));
  layers[(layers.findIndex((layer) => layer.checked) + 1) % layers.length].checked = true;
}

list.addEventListener("click", (event) => {
  const link = event.target.closest("a.picture");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  enlarge(found.findIndex((s) => s.card.contains(link)));
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,select,textarea")) return;
  const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  if (large.open && by !== 0) enlarge(at + by);
  else if (large.open && event.key.toLowerCase() === "h") nextLayer();
  else if (by !== 0 && $("sheet").contains(event.target)) turn(by);
});
large.addEventListener("close", () => {
  const size = chosen("size") === "all" ? Math.max(1, found.length) : Number(chosen("size"));
  page = Math.floor(at / size);
  show();
  found[at].card.querySelector("a").focus();
});
large.addEventListener("click", (event) => { if (event.target === large) large.close(); });
$("large-previous").addEventListener("click", () => enlarge(at - 1));
$("large-next").addEventListener("click", () => enlarge(at + 1));
$("large-close").addEventListener("click", () => large.close());
$("previous").addEventListener("click", () => turn(-1));
$("next").addEventListener("click", () => turn(1));
controls.addEventListener("submit", (event) => event.preventDefault());
$("sheet").addEventListener("input", (event) => { if (event.target.form === controls) sift(); });
controls.addEventListener("reset", () => setTimeout(sift));
controls.hidden = $("sizes").hidden = false;
sift();
})();
`;
