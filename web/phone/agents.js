// The agents at this machine: how many and how fast, who waits for them, whom they talk with or call.

import { element } from "/page.js";

const LOOK_MS = 1000;
const SETTLED_MS = 600;

const $ = (id) => document.getElementById(id);

/** 7 s, 1:05, 1:02:03 */
export function lasting(seconds, words) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return words.t("seconds", { seconds: whole });
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (!parts[0]) parts.shift();
  return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

/** A number as it is read; any other text as it is. */
export function spaced(number) {
  return number.replace(/^(\+62)(\d{3})(\d{4})(\d+)$/, "$1 $2 $3 $4");
}

/** The panel. `onlook` is told every contact of the agents, at each look. */
export class Agents {
  constructor(words, onlook) {
    this.words = words;
    this.onlook = onlook;
    this.told = null;
    this.mine = null;
    this.shown = "";
    for (const field of [$("staffed"), $("talk-seconds")]) {
      field.addEventListener("input", () => {
        clearTimeout(this.settling);
        this.settling = setTimeout(() => this.#set(), SETTLED_MS);
      });
    }
  }

  /** Look now, and again and again while the page is seen. */
  async watch() {
    for (;;) {
      if (!document.hidden) await this.look();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async look() {
    try {
      const answer = await fetch("/phone/agents", { cache: "no-store" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      this.told = await answer.json();
    } catch {
      this.told = null;
    }
    this.show();
    this.onlook(this.told?.contacts ?? []);
  }

  async hangUp(contactId) {
    await fetch(`/phone/calls/${contactId}/agent-hangup`, { method: "POST" }).catch(() => {});
    await this.look();
  }

  show() {
    const { words, told } = this;
    const fields = [$("staffed"), $("talk-seconds")];
    for (const field of fields) field.disabled = told === null;
    if (told === null) {
      $("at-work").textContent = words.t("agents_lost");
      $("contacts").replaceChildren();
      this.shown = "";
      return;
    }
    const values = [told.agents, told.talk_seconds];
    fields.forEach((field, place) => {
      if (document.activeElement !== field && !field.matches("[aria-invalid=true]")) field.value = values[place];
    });
    const here = Math.round(told.talk_seconds_here * 10) / 10;
    if (!$("talk-hint").classList.contains("error")) {
      $("talk-hint").textContent = told.talk_seconds
        ? words.t("talk_here", { there: told.talk_seconds, here: here.toLocaleString(words.locale()) })
        : words.t("talk_open");
    }
    const waiting = told.contacts.filter((one) => one.position !== null).length;
    const at_work = words.t(told.agents ? "at_work" : "nobody_at_work", { free: told.free, agents: told.agents, waiting });
    if ($("at-work").textContent !== at_work) $("at-work").textContent = at_work;
    this.#list(told.contacts);
  }

  /** Rows are made anew only when there are others: what has the focus keeps it. */
  #list(contacts) {
    const look = JSON.stringify([this.words.language, this.mine, contacts.map(({ contact_id, state }) => [contact_id, state])]);
    if (look !== this.shown) {
      this.shown = look;
      $("contacts").replaceChildren(...contacts.map((one) => this.#row(one)));
    }
    contacts.forEach((one, place) => {
      $("contacts").children[place].querySelector(".doing").textContent = this.#doing(one);
    });
  }

  #row(one) {
    const { words } = this;
    const who = one.number ? spaced(one.number) : words.t("hidden_number");
    const end =
      one.state === "talking"
        ? element("button", { type: "button", class: "quiet small", onclick: () => this.hangUp(one.contact_id) }, words.t("agent_hangs_up"))
        : null;
    const text = element("div", { class: "grow" }, element("span", { class: "num who" }, who), element("span", { class: "doing small muted num" }));
    return element("li", { class: "row", "aria-current": one.contact_id === this.mine }, text, end);
  }

  #doing({ contact_id, state, back, agent, seconds }) {
    const key = { waiting: back ? "waits_back" : "waits_call", later: "waits_back_later", ringing: "rings", talking: "talks" }[state];
    const doing = this.words.t(key, { agent, time: lasting(seconds, this.words) });
    return contact_id === this.mine ? `${this.words.t("this_call")} · ${doing}` : doing;
  }

  async #set() {
    const agents = Number($("staffed").value);
    const talk_seconds = Number($("talk-seconds").value);
    const right = [
      [$("staffed"), $("staffed").value !== "" && Number.isInteger(agents) && agents >= 0 && agents <= 50],
      [$("talk-seconds"), $("talk-seconds").value !== "" && talk_seconds >= 0 && talk_seconds <= 86400],
    ];
    for (const [field, fits] of right) field.setAttribute("aria-invalid", !fits);
    const wrong = right.some(([, fits]) => !fits);
    $("talk-hint").classList.toggle("error", wrong);
    if (wrong) {
      $("talk-hint").textContent = this.words.t("agents_wrong");
      return;
    }
    const body = JSON.stringify({ agents, talk_seconds });
    await fetch("/phone/agents", { method: "PUT", headers: { "Content-Type": "application/json" }, body }).catch(() => {});
    await this.look();
  }
}
