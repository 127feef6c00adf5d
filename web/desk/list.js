// The list of cases in the order the desk gives them, kept fresh without moving what the agent points at.

import { element, grouped, timeElement } from "../page.js";
import { STATUS_LOOK, dueBadge, goesFirst, isHeld, isWaiting, priorityBadge } from "./state.js";

export class CaseList {
  /** `agent` is the id of whoever is signed in. */
  constructor(words, agent) {
    this.words = words;
    this.agent = agent;
    this.root = document.getElementById("list");
    this.empty = document.getElementById("list-empty");
    this.count = document.getElementById("count");
    this.first = document.getElementById("first");
    this.rows = new Map();
    this.cases = null;
    this.more = false;
    this.which = "open";
    this.chosen = null;
  }

  /** Cases of the list `which` in the order given, each once; `more` of them follow. Null while they are on their way. */
  show(cases, which, more = false) {
    this.cases = cases && [...new Map(cases.map((one) => [one.reference, one])).values()];
    this.which = which;
    this.more = more;
    this.draw();
  }

  choose(reference) {
    this.chosen = reference;
    for (const [key, row] of this.rows) {
      if (key === reference) row.firstChild.setAttribute("aria-current", "true");
      else row.firstChild.removeAttribute("aria-current");
    }
  }

  draw() {
    const { words } = this;
    const cases = this.cases ?? [];
    this.count.textContent = this.cases ? `${cases.length}${this.more ? "+" : ""}` : "";
    const first = cases.filter(goesFirst).length;
    this.first.hidden = first === 0;
    this.first.textContent = words.t("n_first", { n: first === cases.length && this.more ? `${first}+` : first });
    document.getElementById("more").hidden = !this.more;
    this.empty.hidden = cases.length > 0;
    this.empty.replaceChildren(
      ...(this.cases
        ? [element("h3", {}, words.t("no_cases")), element("p", {}, words.t(`no_cases_${this.which}`))]
        : [element("p", { class: "waiting" }, words.t("loading"))]),
    );
    const wanted = new Set(cases.map((one) => one.reference));
    for (const [reference, row] of this.rows) {
      if (wanted.has(reference)) continue;
      row.remove();
      this.rows.delete(reference);
    }
    let previous = null;
    for (const one of cases) {
      const row = this.#row(one);
      const place = previous ? previous.nextSibling : this.root.firstChild;
      if (row !== place) this.#move(row, place);
      previous = row;
    }
    this.choose(this.chosen);
  }

  /** Move the focus by one row. */
  step(by) {
    const links = [...this.root.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const from = at >= 0 ? at : links.findIndex((link) => link.getAttribute("aria-current"));
    const next = links[Math.min(Math.max(from + by, 0), links.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  // Moving an element takes the focus from it: give it back.
  #move(row, place) {
    const focused = row.contains(document.activeElement);
    this.root.insertBefore(row, place);
    if (focused) row.firstChild.focus({ preventScroll: true });
  }

  #row(one) {
    const { words } = this;
    const due = dueBadge(one, words);
    const look = JSON.stringify([one, words.language, due?.textContent]);
    let row = this.rows.get(one.reference);
    if (row?.dataset.look === look) return row;
    if (!row) {
      row = element("li", {}, element("a", { href: `#${one.reference}` }));
      this.rows.set(one.reference, row);
    }
    row.dataset.look = look;
    const owner = !one.owner ? words.t("nobody") : one.owner_id === this.agent ? words.t("mine") : one.owner;
    row.firstChild.classList.toggle("first", goesFirst(one));
    row.firstChild.replaceChildren(
      element("span", { class: "line" },
        element("span", { class: "num" }, grouped(one.reference)),
        due ?? timeElement(one.opened_at, "")),
      element("span", { class: "said" }, one.summary),
      element("span", { class: "line muted" },
        element("span", {}, `${words.t(`kind_${one.kind}`)}, ${words.t(`category_${one.category}`)}`),
        element("span", { class: "owner" }, owner)),
      element("span", { class: "line badges" },
        priorityBadge(one, words),
        element("span", { class: `badge ${STATUS_LOOK[one.status] ?? ""}` }, words.t(`status_${one.status}`)),
        isHeld(one) && element("span", { class: "badge warn" }, words.t(`held_${one.held}`)),
        one.attention && element("span", { class: "badge warn" }, words.t("attention"))),
    );
    return row;
  }
}
