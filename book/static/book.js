// What every page does: theme, search, figures in large, equations and code that light each other. No library, no request.
"use strict";
const root = document.documentElement, up = root.dataset.up;
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// Theme: the other one than is shown, kept where the browser can.
document.getElementById("theme").addEventListener("click", () => {
  const shown = root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.theme = shown === "dark" ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch (_) { /* it holds for this page */ }
});

// Figures in large.
const dialog = document.getElementById("zoom");
document.addEventListener("click", (event) => {
  const button = event.target.closest(".zoom");
  if (button) {
    const image = button.querySelector("img"), large = dialog.querySelector("img");
    large.src = image.src;
    large.alt = image.alt;
    dialog.showModal();
  } else if (event.target === dialog || event.target.closest("#zoom button")) dialog.close();
});

// A formula that is a little too wide for its column is set a little smaller.
const fit = () => all(".scroll-x").forEach((box) => {
  box.style.fontSize = "";
  const ratio = box.clientWidth / box.scrollWidth;
  if (ratio < 1 && box.clientWidth) box.style.fontSize = `${Math.max(0.72, ratio * 0.98)}em`;
});

// What fits needs no scrolling, and so no stop of the keyboard.
const stops = () => all(".scroll, .scroll-x, pre").forEach((box) => {
  const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
  if (scrolls) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
});

// A panel of code begins at the function that its section is about.
const within = (panel, line, third = 0) => {
  panel.scrollTop += line.getBoundingClientRect().top - panel.getBoundingClientRect().top - 8 - third * panel.clientHeight;
};
const begin = (panel) => {
  const line = panel.querySelectorAll(".l")[Number(panel.dataset.start)];
  if (line && Number(panel.dataset.start)) within(panel, line);
};
all("pre[data-start]").forEach(begin);
all("aside.code details").forEach((part) => part.addEventListener("toggle", () => part.open && begin(part.querySelector("pre"))));

// Equations and lines of code: pointing at one lights the other.
const light = (numbers) => {
  all(".lit").forEach((element) => element.classList.remove("lit"));
  numbers.forEach((n) => all(`.eq[data-eq~="${n}"], .l[data-eq~="${n}"]`).forEach((element) => element.classList.add("lit")));
};
const reveal = (element, open) => {
  const code = element.closest(".row")?.querySelector("aside.code");
  if (!code || element.closest("aside.code")) return;
  let line = all("details[open] .l.lit", code)[0];
  const folded = all(".l.lit", code)[0];
  if (!line && folded && open) {
    folded.closest("details").open = true;
    line = folded;
  }
  const panel = line?.closest("pre");
  if (!panel) return;
  const box = panel.getBoundingClientRect(), at = line.getBoundingClientRect();
  if (at.top < box.top || at.bottom > box.bottom) within(panel, line, 0.33);
};
const point = (event, open) => {
  const element = event.target.closest?.("[data-eq]");
  if (!element) return;
  light(element.dataset.eq.split(" "));
  reveal(element, open);
};
document.addEventListener("pointerover", (event) => point(event, false));
document.addEventListener("focusin", (event) => point(event, true));
document.addEventListener("click", (event) => point(event, true));
document.addEventListener("pointerout", (event) => event.target.closest?.("[data-eq]") && !event.relatedTarget?.closest?.("[data-eq]") && light([]));

// Small screens: the path is folded until it is asked for, code too.
if (matchMedia("(max-width: 58rem)").matches) {
  all(".path .all").forEach((part) => { part.open = false; });
  all("aside.code details").forEach((part) => { part.open = false; });
}
const settle = () => { fit(); stops(); };
settle();
document.fonts?.ready.then(settle);
addEventListener("resize", settle);
document.addEventListener("toggle", stops, true);

// Search: the index is fetched at the first use; / goes there.
const field = document.getElementById("search"), found = document.getElementById("found");
let asked = null; // once, however many letters are typed meanwhile
const load = () => asked ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = `${up}search.js`;
  script.onload = () => resolve(window.INDEX);
  script.onerror = () => { asked = null; reject(new Error(script.src)); };
  document.head.append(script);
});
const escaped = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const marked = (text, words) => {
  const first = Math.max(0, Math.min(...words.map((w) => text.toLowerCase().indexOf(w)).filter((i) => i >= 0).concat(1e6)) - 50);
  const part = first < 1e5 ? text.slice(first, first + 150) : text.slice(0, 150);
  return words.reduce((html, w) => html.replace(new RegExp(`(${w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})(?![^<]*>)`, "gi"), "<mark>$1</mark>"), escaped(part));
};
const search = async () => {
  const index = await load();
  const words = field.value.toLowerCase().split(/\s+/).filter((w) => w.length > 1); // as it is now, not when asked
  found.hidden = !words.length;
  if (!words.length) return;
  const scored = index.map(([page, section, address, text]) => {
    const title = `${page} ${section}`.toLowerCase(), body = text.toLowerCase();
    const hits = words.map((w) => (title.includes(w) ? 10 : 0) + (page.toLowerCase().includes(w) ? 6 : 0) + Math.min(4, body.split(w).length - 1));
    return [hits.every(Boolean) ? hits.reduce((a, b) => a + b, 0) - (section ? 0.5 : 0) : 0, page, section, address, text];
  });
  const best = scored.filter((s) => s[0] > 0).sort((a, b) => b[0] - a[0]).slice(0, 12);
  found.innerHTML = best.map(([, page, section, address, text]) => `<a href="${up}${address}"><b>${escaped(page)}</b>${section ? ` · ${escaped(section)}` : ""}<small>${marked(text, words)}</small></a>`).join("") || "<p>Nothing found.</p>";
};
field.addEventListener("input", search);
field.addEventListener("focus", () => load().catch(() => {}));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  const links = all("a", found), at = links.indexOf(document.activeElement);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    field.focus();
  } else if (event.key === "Escape" && !found.hidden) {
    found.hidden = true;
    field.focus();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !found.hidden && (typing || at >= 0)) {
    event.preventDefault();
    (links[at + (event.key === "ArrowDown" ? 1 : -1)] || field).focus();
  } else if (event.key === "Enter" && event.target === field && links.length) links[0].click();
});
document.addEventListener("click", (event) => { if (!event.target.closest(".find")) found.hidden = true; });
