"use strict";
// The page shows one dtype; this script shows the others, filters the rows, and opens the panel behind a cell.
// Text of the results only ever becomes text: nothing is parsed as HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const map = document.querySelector(".map");
  const rows = [...map.querySelectorAll("tr[data-loss]")];
  const panel = find("panel");
  const chosenDtype = () => document.querySelector("input[name=dtype]:checked").value;

  // An element with attributes and children; strings become text.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  // The map.

  function show(dtype) {
    for (const row of rows) {
      const entries = data.entries[dtype][row.dataset.loss];
      for (const button of row.querySelectorAll("button")) {
        const column = button.dataset.column;
        const label = `${row.dataset.loss} in ${data.cells[column].id}, ${dtype}: ${entries[column].words}`;
        button.className = entries[column].look;
        button.textContent = entries[column].text;
        button.title = label;
        button.setAttribute("aria-label", label);
      }
    }
    filter();
  }

  function hasProblem(loss, dtype) {
    return data.entries[dtype][loss].some((entry) => entry.state === "fail" || entry.state === "gap");
  }

  function filter() {
    const words = find("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = find("only-problems").checked;
    let shown = 0;
    for (const body of map.tBodies) {
      let any = false;
      for (const row of body.querySelectorAll("tr[data-loss]")) {
        const name = `${row.dataset.loss} ${body.dataset.family}`.toLowerCase();
        const fits = words.every((word) => name.includes(word));
        row.hidden = !fits || (only && !hasProblem(row.dataset.loss, chosenDtype()));
        any ||= !row.hidden;
        shown += !row.hidden;
      }
      body.hidden = !any;
    }
    find("nothing").hidden = shown > 0;
    find("count").textContent = `${shown} of ${rows.length} losses`;
  }

  // One button of the map is in the tab order; the arrow keys go to the others.

  function grid() {
    return [...map.querySelectorAll("tr")]
      .filter((row) => !row.hidden && !row.parentElement.hidden && row.querySelector("button"))
      .map((row) => [...row.querySelectorAll("button")]);
  }

  function enter(button) {
    map.querySelector("button[tabindex='0']")?.setAttribute("tabindex", "-1");
    button.tabIndex = 0;
  }

  function light(button) {
    for (const head of map.querySelectorAll(".cells th")) {
      head.classList.toggle("lit", head.querySelector("button")?.dataset.column === button.dataset.column);
    }
  }

  function move(event) {
    const buttons = grid();
    const y = buttons.findIndex((row) => row.includes(event.target));
    if (y < 0) return;
    const x = buttons[y].indexOf(event.target);
    const goal = {
      ArrowUp: [y - 1, x],
      ArrowDown: [y + 1, x],
      ArrowLeft: [y, x - 1],
      ArrowRight: [y, x + 1],
      Home: [y, 0],
      End: [y, buttons[y].length - 1],
    }[event.key];
    const next = goal && buttons[goal[0]]?.[goal[1]];
    if (goal) event.preventDefault();
    next?.focus();
  }

  // The panel.

  function open(loss, column, dtype) {
    const cell = data.cells[column];
    const entry = loss === null ? null : data.entries[dtype][loss][column];
    find("panel-title").replaceChildren(
      ...(entry ? [make("code", {}, loss), ` in ${cell.id}, ${dtype}`] : [`The cell ${cell.id}`]),
    );
    find("panel-body").replaceChildren(...about(cell), ...(entry ? behind(loss, column, dtype, entry) : []));
    offer(entry ? snippets(entry) : []);
    if (!panel.open) panel.showModal();
    panel.scrollTop = 0;
  }

  function about(cell) {
    const versions = Object.entries(cell.versions).map(([name, version]) => `${name} ${version}`);
    const kind = cell.kind === "peer" ? "the framework’s own losses" : `${cell.backend} on ${cell.device}, ${cell.mode}`;
    const machine = cell.machine.device || cell.machine.cpu;
    const said = [
      make("p", { class: "about" }, [kind, ...versions].join(" · ")),
      make("p", { class: "about" }, `arrayloss ${cell.arrayloss} · ${machine} · ${cell.date} · ${cell.ran} of ${cell.expected} comparisons`),
    ];
    if (cell.not_run) said.push(make("p", { class: "reason" }, make("strong", {}, "Not run: "), cell.not_run));
    if (cell.fault) said.push(make("p", { class: "reason fail" }, make("strong", {}, "FAIL: "), cell.fault));
    return said;
  }

  function behind(loss, column, dtype, entry) {
    const ours = data.cells[column].kind === "ours";
    const failures = (entry.failures ?? []).map((one) => failure(one, ours));
    const found = [];
    if (!entry.compared && !data.cells[column].not_run) found.push(make("p", { class: "reason" }, entry.words));
    if (ours) found.push(...folded(failures, 3, (n) => `${n} more that failed`));
    found.push(...folded((entry.gaps ?? []).map(gap), 3, (n) => `${n} more known to fail`));
    if (entry.compared) {
      const count = `${entry.compared} comparisons` + (entry.unsupported ? `, ${entry.unsupported} unsupported` : "");
      found.push(make("h3", {}, `Furthest off in ${count}`));
      found.push(worst("value", entry.value), worst("gradient", entry.gradient));
    }
    found.push(...beside(loss, column, dtype));
    if (!ours) found.push(...folded(failures, 0, (n) => `${n} ${n === 1 ? "comparison" : "comparisons"} off`));
    return found;
  }

  // The first few as they are, the rest behind a line that says how many.
  function folded(elements, first, words) {
    const rest = elements.slice(first);
    if (!rest.length) return elements;
    return [...elements.slice(0, first), make("details", {}, make("summary", {}, words(rest.length)), ...rest)];
  }

  function failure(one, ours) {
    const problems = one.problems.map((problem) => make("li", {}, problem));
    const name = make("strong", {}, `${ours ? "FAIL" : "off ✗"} ${one.case}. `);
    return make("div", { class: ours ? "reason fail" : "reason" }, name, why(one.case), make("ul", { class: "plain" }, ...problems));
  }

  function gap(one) {
    // Only an address of the web becomes a link.
    const link = /^https?:\/\//.test(one.link)
      ? make("a", { href: one.link, rel: "noreferrer" }, one.link)
      : one.link;
    return make("p", { class: "reason gap" }, make("strong", {}, `gap ▲ ${one.case}. `), one.reason, " ", link);
  }

  function why(id) {
    return make("span", { class: "why" }, data.whys[id] ?? "");
  }

  function worst(what, one) {
    if (!one) return make("p", { class: "about" }, `No ${what} was measured.`);
    const name = (one.of ? `gradient of ${one.of}` : what) + `[${one.index}]`;
    const condition = one.condition === null ? "condition undefined" : `condition ${one.condition}`;
    return make(
      "div",
      { class: `worst worst-${what}` },
      make("b", { class: `step-${one.step}` }, one.shown, make("small", {}, "ulps")),
      make("div", {}, make("strong", {}, name), ` of `, make("code", {}, one.case), `, ${condition}. `, why(one.case)),
      make("dl", { class: "numbers" }, make("dt", {}, "got"), make("dd", {}, one.got), make("dt", {}, "exact"), make("dd", {}, one.exact)),
    );
  }

  // The peers' distances for the same loss, beside those of the chosen cell or of ours on the same library.
  function beside(loss, column, dtype) {
    const peers = data.cells.flatMap((cell, i) => (cell.kind === "peer" ? [i] : []));
    if (!peers.length) return [];
    const cell = data.cells[column];
    const ours = data.cells.flatMap((one, i) => (one.kind === "ours" && !one.not_run ? [i] : []));
    const like = ours.find((i) => data.cells[i].backend === cell.backend) ?? ours[0];
    const first = cell.kind === "ours" || like === undefined ? column : like;
    const lines = [...new Set([first, ...peers])].map((i) => line(data.cells[i].id, data.entries[dtype][loss][i], i === column));
    const head = ["cell", "value", "gradient", "outside"].map((name) => make("th", { scope: "col" }, name));
    return [
      make("h3", {}, "Beside the frameworks’ own losses: ulps, and how many answers are outside of what ours must keep"),
      make("table", { class: "beside" }, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...lines)),
    ];
  }

  function line(id, entry, chosen) {
    const cells = [entry.value, entry.gradient].map((one) =>
      one ? make("td", { class: `step-${one.step}` }, one.shown) : make("td", { class: "plain" }, entry.compared ? "—" : entry.text),
    );
    const outside = entry.compared ? `${entry.failures.length + entry.gaps.length} of ${entry.compared}` : "";
    cells.push(make("td", { class: "plain" }, outside));
    return make("tr", chosen ? { class: "chosen" } : {}, make("th", { scope: "row" }, id), ...cells);
  }

  // The snippets, each question once.
  function snippets(entry) {
    const named = [
      ...(entry.failures ?? []).map((one) => ["failed", one]),
      ...(entry.gaps ?? []).map((one) => ["known gap", one]),
      ["worst value", entry.value],
      ["worst gradient", entry.gradient],
    ];
    const offers = new Map();
    for (const [what, one] of named) {
      if (!one || one.snippet === null) continue;
      const offer = offers.get(one.snippet) ?? { case: one.case, whats: new Set() };
      offers.set(one.snippet, { ...offer, whats: offer.whats.add(what) });
    }
    return [...offers].map(([number, offer]) => [number, `${[...offer.whats].join(", ")}: ${offer.case}`]);
  }

  function offer(offers) {
    find("repro").hidden = !offers.length;
    find("which").replaceChildren(...offers.map(([number, name]) => make("option", { value: number }, name)));
    pick();
  }

  function pick() {
    find("snippet").textContent = data.snippets[find("which").value] ?? "";
    find("copy").textContent = "Copy";
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(find("snippet").textContent);
      find("copy").textContent = "Copied";
    } catch {
      // Not allowed here: select it, so that one key copies it.
      getSelection().selectAllChildren(find("snippet"));
      find("copy").textContent = "Selected";
    }
  }

  // The address names what is open, so that it can be sent to somebody.

  function goTo(loss, column, dtype) {
    const parts = loss === null ? [data.cells[column].id] : [loss, data.cells[column].id, dtype];
    history.replaceState(null, "", `#${parts.map(encodeURIComponent).join("/")}`);
    open(loss, column, dtype);
  }

  function decoded(part) {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  }

  function follow() {
    const parts = location.hash.slice(1).split("/").map(decoded);
    const [loss, id, dtype] = parts.length === 1 ? [null, parts[0], chosenDtype()] : parts;
    const column = data.cells.findIndex((cell) => cell.id === id);
    if (column < 0 || (loss !== null && !data.entries[dtype]?.[loss])) return;
    const radio = document.querySelector(`input[name=dtype][value="${dtype}"]:enabled`);
    if (radio) radio.checked = true;
    show(chosenDtype());
    open(loss, column, dtype);
  }

  for (const button of map.querySelectorAll("button")) button.tabIndex = -1;
  enter(rows[0]?.querySelector("button") ?? map.querySelector("button"));
  map.addEventListener("focusin", (event) => {
    if (!event.target.matches("button")) return;
    enter(event.target);
    light(event.target);
  });
  map.addEventListener("pointerover", (event) => event.target.matches("td button") && light(event.target));
  map.addEventListener("keydown", move);
  map.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) goTo(button.closest("tr").dataset.loss ?? null, Number(button.dataset.column), chosenDtype());
  });
  find("controls").addEventListener("submit", (event) => event.preventDefault());
  find("controls").addEventListener("input", (event) =>
    event.target.name === "dtype" ? show(event.target.value) : filter(),
  );
  find("which").addEventListener("input", pick);
  find("copy").addEventListener("click", copy);
  find("close").addEventListener("click", () => panel.close());
  panel.addEventListener("click", (event) => event.target === panel && panel.close());
  panel.addEventListener("close", () => history.replaceState(null, "", location.pathname + location.search));
  addEventListener("hashchange", follow);
  filter();
  if (location.hash) follow();
})();
