// The ledger: lines that hold all words, of the chosen class, lesson and verdicts; sorted by a column.
"use strict";
{
  const table = document.getElementById("ledger"), shown = document.getElementById("shown");
  const words = document.getElementById("words"), kind = document.getElementById("class"), project = document.getElementById("project");
  const buttons = [...document.querySelectorAll(".filter")];
  const bodies = [...table.tBodies].map((body) => ({ body, data: body.dataset, rows: [...body.rows].map((row) => ({ row, verdict: row.dataset.v, text: null })) }));
  const text = (line, data) => (line.text ??= `${line.row.textContent} ${data.words}`.toLowerCase());
  const order = [...table.tBodies];

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = buttons.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.verdict);
    let count = 0;
    for (const { body, data, rows } of bodies) {
      const may = (!kind.value || data.class === kind.value) && (!project.value || data.project === project.value);
      let some = false;
      for (const line of rows) {
        const is = may && (!verdicts.length || verdicts.includes(line.verdict)) && wanted.every((w) => text(line, data).includes(w));
        if (line.row.hidden === is) line.row.hidden = !is;
        count += is;
        some ||= is;
      }
      body.hidden = !some;
    }
    shown.textContent = `${count.toLocaleString("en")} cells`;
  };

  const value = (cell) => {
    const said = cell.textContent.trim(), number = parseFloat(said.replace(/^[?<>≈+]/, "").replace(/,/g, "").replace("−", "-"));
    return Number.isNaN(number) ? said.toLowerCase() : number;
  };
  const compare = (a, b) => (typeof a === typeof b ? (a < b ? -1 : a > b ? 1 : 0) : typeof a === "number" ? -1 : 1);
  [...table.tHead.rows[0].cells].forEach((head, i) => head.firstChild.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    [...table.tHead.rows[0].cells].forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    // Lines of one table share a body with its class and lesson; sorted, each line takes a copy of that body with it.
    const lines = bodies.flatMap(({ data, rows }) => rows.map((line) => ({ line, data, key: value(line.row.cells[i]) })));
    lines.sort((a, b) => (down ? -1 : 1) * compare(a.key, b.key));
    order.forEach((body) => body.remove());
    const groups = [];
    for (const { line, data } of lines) {
      let last = groups.at(-1);
      if (!last || last.data !== data) {
        const body = document.createElement("tbody");
        Object.assign(body.dataset, data);
        groups.push((last = { body, data, rows: [] }));
      }
      last.body.append(line.row);
      last.rows.push(line);
    }
    document.querySelectorAll("#ledger tbody").forEach((body) => body.remove());
    table.append(...groups.map((g) => g.body));
    bodies.splice(0, bodies.length, ...groups);
    filter();
  }));

  let waiting;
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); });
  [kind, project].forEach((choice) => choice.addEventListener("change", filter));
  buttons.forEach((button) => button.addEventListener("click", () => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    filter();
  }));
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  const asked = new URLSearchParams(location.search);
  words.value = asked.get("q") || "";
  kind.value = asked.get("class") || "";
  project.value = asked.get("project") || "";
  buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.verdict === asked.get("verdict"))));
  if (location.search) filter();
}
