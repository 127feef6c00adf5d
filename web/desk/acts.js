// What an agent can do to a case besides answering it: one plain button each, and a small form for what it needs.

import { element, moment, remember, remembered, uuid, zone } from "../page.js";
import { CATEGORIES, KINDS, PRIORITIES, TEAMS, isWaiting } from "./state.js";

const TYPED = "care.desk.act.";
const LONGEST = 10_000;
const DAYS = [1, 2, 3, 5, 10, 20];
const AT = "at"; // instead of working days: a time of the agent's choice

const choice = (prefix, values) => (words) => values.map((value) => [value, words.t(`${prefix}_${value}`)]);

const BY = {
  name: "by",
  options: (words) => [...DAYS.map((days) => [String(days), words.t(days === 1 ? "by_day" : "by_days", { n: days })]),
    [AT, words.t("by_time")]],
};
const TIME = { name: "at", type: "datetime-local", only: (values) => values.by === AT, label: (words) => words.t("at", { zone: zone() }) };
const TEXT = { name: "text", lines: 4 };

// For each act: when it can be done, what it asks for, and what of that is sent.
const ACTS = {
  note: { fields: [TEXT] },
  need: { when: (one) => isWaiting(one) && Boolean(one.customer), fields: [TEXT] },
  promise: { when: isWaiting, fields: [TEXT, BY, TIME], body: promised },
  priority: {
    when: isWaiting,
    fields: [{ name: "priority", options: choice("priority", PRIORITIES), value: (one) => one.priority }],
  },
  transfer: {
    when: isWaiting,
    fields: [
      { name: "team", options: (words, one) => choice("team", TEAMS.filter((team) => team !== one.team))(words) },
      { ...TEXT, optional: true },
    ],
  },
  merge: {
    when: (one) => one.status !== "closed",
    fields: [{ name: "into", type: "text", numbers: true }, { name: "same_customer", type: "checkbox" }],
    body: ({ into, same_customer }) => ({ into: into.replace(/\D/g, ""), same_customer }),
  },
  split: {
    fields: [
      { name: "kind", options: choice("kind", KINDS), value: (one) => one.kind },
      { name: "category", options: choice("category", CATEGORIES) },
      { name: "priority", options: choice("priority", PRIORITIES), value: () => "normal" },
      TEXT,
    ],
  },
  refuse: { when: isWaiting, fields: [TEXT] },
};

function promised({ text, by, at }) {
  return { text, ...(by === AT ? { due_at: new Date(at).toISOString() } : { working_days: Number(by) }) };
}

export class Acts {
  /** `send(act, body)` carries one out; `reason(failure)` says why that did not succeed. */
  constructor(words, send, reason) {
    this.words = words;
    this.send = send;
    this.reason = reason;
    this.file = null;
    this.act = null;
    this.busy = false;
    this.attempt = null; // what was last sent and under which id, so that trying again does nothing twice
    for (const id of ["acts", "act-list", "act", "act-form", "act-title", "act-text", "act-fields", "act-problem", "act-cancel",
      "act-do"]) this[id] = document.getElementById(id);
    this.buttons = Object.keys(ACTS).map((name) => {
      const button = element("button", { type: "button", id: `act-${name}`, onclick: () => this.#open(name) });
      this["act-list"].append(button);
      return [name, button];
    });
    this["act-cancel"].addEventListener("click", () => this.act.close());
    this["act-form"].addEventListener("input", () => this.#typed());
    this["act-form"].addEventListener("submit", (event) => {
      event.preventDefault();
      this.#do();
    });
  }

  /** What can be done to this case. */
  draw(file, hidden) {
    this.file = file;
    this.acts.hidden = hidden;
    for (const [name, button] of this.buttons) {
      button.hidden = !(ACTS[name].when ?? (() => true))(file.case);
      const label = this.words.t(`act_${name}`);
      if (button.textContent !== label) button.textContent = label;
    }
  }

  /** Another case is shown. */
  close() {
    this.acts.open = false;
    this.act.close();
  }

  #open(name) {
    const { words } = this;
    const one = this.file.case;
    this.name = name;
    this.key = `${TYPED}${one.reference}.${name}`;
    this["act-title"].textContent = words.t(`act_${name}`).replace("…", "");
    this["act-text"].textContent = words.t(`act_${name}_text`);
    this["act-do"].textContent = words.t(`act_${name}_do`);
    this.#say("");
    const typed = JSON.parse(remembered(this.key, "sessionStorage") ?? "{}");
    this.fields = ACTS[name].fields.map((field) => this.#field(field, one, typed[field.name]));
    this["act-fields"].replaceChildren(...this.fields.map(({ node }) => node));
    this.#fit();
    this.act.showModal();
    this.fields[0].input.focus();
  }

  #field(field, one, typed) {
    const { words } = this;
    const id = `act-field-${field.name}`;
    const label = element("label", { htmlFor: id },
      field.label?.(words) ?? words.t(this.words.has(`field_${this.name}_${field.name}`) ? `field_${this.name}_${field.name}` : `field_${field.name}`));
    const input = this.#input(field, id, one);
    if (field.type === "checkbox") input.checked = Boolean(typed);
    else input.value = typed ?? field.value?.(one) ?? input.value;
    // What was chosen then may not be there to choose any more.
    if (field.options && input.selectedIndex < 0) input.selectedIndex = 0;
    const count = field.lines ? element("p", { class: "small muted num count" }) : null;
    const node = field.type === "checkbox"
      ? element("div", { class: "field row check" }, input, label)
      : element("div", { class: "field" }, label, input, count);
    return { ...field, input, node, count };
  }

  #input(field, id, one) {
    if (field.options) {
      return element("select", { id }, ...field.options(this.words, one).map(([value, text]) => element("option", { value }, text)));
    }
    if (field.lines) return element("textarea", { id, rows: field.lines, required: !field.optional, maxLength: LONGEST });
    return element("input", {
      id, type: field.type, required: field.type !== "checkbox", autocomplete: "off",
      ...(field.numbers && { inputMode: "numeric", maxLength: 20 }),
    });
  }

  #values() {
    return Object.fromEntries(this.fields.map(({ name, type, input }) =>
      [name, type === "checkbox" ? input.checked : input.value.trim()]));
  }

  // Fields that belong to a choice are there with it; what has a limit is counted.
  #fit() {
    const values = this.#values();
    for (const { only, node, input, count } of this.fields) {
      if (only) {
        node.hidden = !only(values);
        input.disabled = node.hidden;
      }
      const longest = this.file.longest[this.name];
      if (count && longest) {
        const length = input.value.trim().length;
        const locale = this.words.locale();
        count.textContent = length
          ? this.words.t("count", { length: length.toLocaleString(locale), longest: longest.toLocaleString(locale) })
          : "";
        count.classList.toggle("error", length > longest);
      }
    }
  }

  #typed() {
    remember(this.key, JSON.stringify(this.#values()), "sessionStorage");
    this.#say("");
    this.#fit();
  }

  // The same act tried again goes under the same id.
  #id(body) {
    const key = JSON.stringify([this.key, body]);
    if (this.attempt?.key !== key) this.attempt = { key, id: uuid() };
    return this.attempt.id;
  }

  async #do() {
    if (this.busy) return;
    const { name, key } = this;
    const values = this.#values();
    const body = (ACTS[name].body ?? ((same) => same))(values);
    this.busy = true;
    this["act-do"].disabled = true;
    this.#say("");
    try {
      await this.send(name, { id: this.#id(body), ...body });
      this.attempt = null;
      remember(key, null, "sessionStorage");
      this.act.close();
    } catch (failure) {
      if (failure.code === undefined) throw failure;
      this.#say(this.words.t("failed", { reason: this.reason(failure) }));
    } finally {
      this.busy = false;
      this["act-do"].disabled = false;
    }
  }

  #say(problem) {
    this["act-problem"].hidden = !problem;
    this["act-problem"].textContent = problem;
  }
}

const PROMISE_LOOK = { open: "active", broken: "danger", kept: "ok" };

/** What was promised, the next to be kept first; `keep(id)` is asked for by a button. */
export function promiseItems(promises, words, keep) {
  const order = ["broken", "open", "kept"];
  const sorted = [...promises].sort((one, other) =>
    order.indexOf(one.state) - order.indexOf(other.state) || one.due_at.localeCompare(other.due_at));
  return sorted.map((one) => element("li", {},
    element("p", {}, one.words),
    element("p", { class: "row small" },
      element("span", { class: `badge ${PROMISE_LOOK[one.state]}` }, words.t(`promise_${one.state}`)),
      element("span", { class: "grow" }, words.t("promise_by", { by: one.by, due: moment(new Date(one.due_at), words.locale()) })),
      one.state !== "kept" && element("button", { type: "button", class: "small keep", onclick: () => keep(one.id) }, words.t("keep")))));
}
