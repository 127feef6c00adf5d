// One case: its facts, its single timeline, and what the agent does about it.

import { bytes, element, grouped, moment, remember, remembered, timeElement, uuid } from "../page.js";
import { Acts, promiseItems } from "./acts.js";
import { ORDER_ENDS, ORDER_LOOK, STATUS_LOOK, dueBadge, isHeld, isWaiting, priorityBadge } from "./state.js";

const DELIVERY_LOOK = { due: "", claimed: "active", sent: "active", delivered: "ok", failed: "danger" };
const DRAFT = "care.desk.draft.";
const LONG = 1200;
const DONE_SHOWN = 8_000;
const SLOW = 800;
const LOOK = 5 * 60_000;

export class CaseView extends EventTarget {
  /** Events: "changed" (an action succeeded), "signedout". */
  constructor(words, api, agent) {
    super();
    this.words = words;
    this.api = api;
    this.agent = agent;
    this.file = null;
    this.reference = null;
    this.look = null; // the click that asked for personal numbers, while they are shown
    this.busy = false;
    this.attempt = null; // what was last sent and under which id, so that trying again does nothing twice
    for (const id of ["case", "case-empty", "case-title", "badges", "summary", "attention", "timeline", "facts", "take",
      "write", "composer", "text", "composer-hint", "written", "too-long", "problem", "done", "reply", "resolve", "closed",
      "confirm", "confirm-title", "confirm-text", "confirm-words", "confirm-do", "earlier", "loaded", "held", "held-why",
      "release", "discard", "numbers", "numbers-hint", "order", "order-facts", "known",
      "known-list", "promises", "promise-list"]) this[id] = document.getElementById(id);
    this.entries = new Map(); // the nodes of what is shown
    this.#forget();
    this.take.addEventListener("click", () => this.#take());
    this.write.addEventListener("click", () => this.text.focus());
    this.numbers.addEventListener("click", () => this.#showNumbers(!this.look));
    this.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#reply();
    });
    this.resolve.addEventListener("click", () => this.#askToResolve());
    this.release.addEventListener("click", () =>
      this.#act(() => this.api.release(this.reference), () => this.words.t("released")));
    this.discard.addEventListener("click", () => this.#askToDiscard());
    this.earlier.addEventListener("click", () => this.#showEarlier());
    this.text.addEventListener("input", () => this.#keepDraft());
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.composer.requestSubmit();
    });
    this.acts = new Acts(words, (name, body) => this.#perform(name, body), (failure) => this.#reason(failure));
    this.confirm.addEventListener("close", () => this.confirm.returnValue === "do" && this.confirmed());
  }

  /** Turn to another case (or none); its file follows by `show`. */
  open(reference) {
    if (reference === this.reference) return;
    this.reference = reference;
    this.file = null;
    this.#endLook();
    this.#forget();
    this.#say({});
    this.acts.close();
    this.text.value = (reference && remembered(DRAFT + reference, "sessionStorage")) ?? "";
    this.draw();
  }

  /** Whether a file that was asked for earlier still fits what is shown: numbers once hidden stay hidden. */
  accepts(file) {
    return Boolean(file.unmasked) === Boolean(this.look);
  }

  /** The newest page of the case; earlier ones that were asked for stay. */
  show(file) {
    this.file = file;
    const first = file.timeline[0]?.number ?? 1;
    if (first > this.newest + 1) this.#forget();
    if (this.timelineSeen.size === 0) this.before = file.before;
    this.#remember(file);
    this.masked ||= file.masked;
    this.draw();
  }

  /** The case cannot be shown: `code` says why. */
  fail(code) {
    if (this.file) return;
    const { words } = this;
    this.case.hidden = true;
    this["case-empty"].hidden = false;
    this["case-empty"].replaceChildren(
      ...(code === "not_found"
        ? [element("h3", {}, words.t("not_found")),
            element("p", {}, words.t("not_found_text", { reference: grouped(this.reference) }))]
        : [element("p", { class: "error" }, this.#reason({ code }))]),
    );
  }

  draw() {
    const { words, file } = this;
    this.case.hidden = !file;
    this["case-empty"].hidden = Boolean(file);
    if (!file) {
      this["case-empty"].replaceChildren(
        ...(this.reference
          ? [element("p", { class: "waiting" }, words.t("loading"))]
          : [element("h3", {}, words.t("choose")), element("p", {}, words.t("choose_text"))]),
      );
      return;
    }
    const one = file.case;
    const channel = this.#via();
    setText(this["case-title"], grouped(one.reference));
    setText(this.summary, one.summary);
    // What asks for attention when the work is done leaves the list once somebody has seen to it.
    const toLook = Boolean(one.attention) && !isWaiting(one);
    const held = isHeld(one);
    this.take.hidden = held || (!toLook && (Boolean(one.owner) || !isWaiting(one)));
    setText(this.take, words.t(toLook ? "looked" : "take"));
    this.reply.className = one.owner && isWaiting(one) ? "primary" : "";
    this.resolve.hidden = !isWaiting(one);
    // Of a suggestion there is news also once it is closed.
    this.composer.hidden = held || (one.status === "closed" && one.kind !== "suggestion");
    this.write.hidden = this.composer.hidden;
    setText(this["composer-hint"], one.customer
      ? words.t("hint", { channel, language: words.t(`language_${one.language}`) })
      : words.t("hint_nowhere"));
    this.closed.hidden = isWaiting(one);
    renew(this.closed, [
      one.status === "closed" ? words.t("is_closed", { as: words.t(`as_${one.closed_as}`) }) : words.t(one.unasked ? "is_told" : "is_resolved"),
      ...(one.merged_into ? [" ", this.#link(one.merged_into)] : []),
    ]);
    this.attention.hidden = !one.attention;
    setText(this.attention, one.attention ? this.#known("attention", one.attention) : "");
    this.held.hidden = !held;
    setText(this["held-why"], held ? words.t(`held_why_${one.held}`) : "");
    this.#drawBadges(one);
    this.#drawOrder(one.order);
    this.#drawPromises(one.promises);
    this.#drawKnown();
    this.acts.draw(file, held);
    this.#drawFacts(one);
    this.#drawNumbers();
    this.#drawTimeline();
    this.#drawCount();
    this.#enable();
  }

  // A resolution may be longer than a reply: where it is asked about by SMS, its words are not repeated.
  #drawCount() {
    const { words, file } = this;
    const length = this.#length();
    const isLong = length > file.longest.reply;
    setText(this.written, length ? words.t("count", this.#amounts({ length, longest: file.longest.reply })) : "");
    this.written.className = `num ${isLong ? "error" : "muted"}`;
    setText(this["too-long"], isLong ? words.t("too_long", { channel: this.#via() }) : "");
  }

  #length() {
    return this.text.value.trim().length;
  }

  #amounts({ length, longest }) {
    const locale = this.words.locale();
    return { length: length.toLocaleString(locale), longest: longest.toLocaleString(locale) };
  }

  #via() {
    const one = this.file.case;
    return this.words.t(`via_${one.customer?.channel ?? one.channel}`);
  }

  #drawBadges(one) {
    const { words } = this;
    const badges = [
      priorityBadge(one, words),
      element("span", { class: `badge ${STATUS_LOOK[one.status] ?? ""}` }, words.t(`status_${one.status}`)),
      isHeld(one) ? element("span", { class: "badge warn" }, words.t(`held_${one.held}`)) : dueBadge(one, words),
      one.cycle > 1 && element("span", { class: "badge" }, words.t("cycle", { n: one.cycle })),
      one.from_regulator && element("span", { class: "badge warn" }, words.t("from_regulator")),
    ].filter(Boolean);
    renew(this.badges, badges);
  }

  #drawFacts(one) {
    const { words } = this;
    const locale = words.locale();
    const time = (iso) => timeElement(iso, moment(new Date(iso), locale));
    const waits = isWaiting(one) && !isHeld(one);
    const said = one.scores.length > 0 ? one.scores : [one.satisfaction].filter(Boolean);
    const rows = [
      ["customer", this.#customer(one.customer)],
      one.others.length > 0 && ["others", one.others.map((other) => this.#customer(other)).join("; ")],
      (one.area || one.zone) && ["area", one.area && one.zone ? `${one.area} (${one.zone})` : one.area || one.zone],
      one.segment && ["segment", words.t(`segment_${one.segment}`)],
      ["language", words.t(`language_${one.language}`)],
      ["kind", words.t(`kind_${one.kind}`)],
      ["category", words.t(`category_${one.category}`)],
      ["team", words.t(`team_${one.team}`)],
      ["owner", !one.owner ? words.t("nobody") : one.owner_id === this.agent ? `${one.owner} (${words.t("mine")})` : one.owner],
      ["answerable", one.answerable],
      one.tier > 1 && ["tier", words.t(`tier_${one.tier}`)],
      ["opened_at", time(one.opened_at)],
      waits && !one.responded_at && one.response_due_at && ["response_due", time(one.response_due_at)],
      one.responded_at && ["responded", time(one.responded_at)],
      waits && one.due_at && ["due", one.paused ? words.t("paused") : time(one.due_at)],
      one.escalation_level > 0 && ["escalation", words.t("level", { n: one.escalation_level })],
      one.resolver && ["resolver", one.resolver],
      said.length > 0 && ["satisfaction", said.map((answer) => this.#answer(`${answer.verdict} ${answer.score ?? ""}`)).join("; ")],
      one.unasked && ["unasked", this.#known("unasked", one.unasked)],
    ].filter(Boolean);
    renew(this.facts, this.#rows(rows));
  }

  #drawPromises(promises) {
    this.promises.hidden = promises.length === 0;
    const look = JSON.stringify([this.words.language, promises]);
    if (this["promise-list"].dataset.look === look) return;
    this["promise-list"].dataset.look = look;
    this["promise-list"].replaceChildren(...promiseItems(promises, this.words, (promise) =>
      this.#act(() => this.api.act(this.reference, "keep", { promise }), () => this.words.t("done_keep"))));
  }

  #link(reference) {
    return element("a", { class: "num", href: `#${reference}` }, grouped(reference));
  }

  #rows(rows) {
    return rows.flatMap(([key, value]) => [element("dt", {}, this.words.t(key)), element("dd", {}, value)]);
  }

  #drawOrder(order) {
    const { words } = this;
    this.order.hidden = !order;
    if (!order) return;
    const rows = [
      ["order_package", order.name],
      ["order_number", element("span", { class: "num" }, order.number)],
      ["order_price", element("span", { class: "num" }, `Rp${order.price.toLocaleString("id-ID")}`)],
      ["order_state", element("span", {},
        element("span", { class: `badge ${ORDER_LOOK[order.state] ?? ""}` }, this.#known("order", order.state)))],
      order.reason && ["order_reason", this.#known("refusal", order.reason)],
      order.waiting && !ORDER_ENDS.includes(order.state) && ["order_told", words.t("order_waiting")],
    ].filter(Boolean);
    renew(this["order-facts"], this.#rows(rows));
  }

  // What was tried and proven before an agent came: nobody asks the customer again.
  #drawKnown() {
    const told = [...this.timelineSeen.values()].filter((entry) =>
      entry.what === "note" && entry.by === "care" && this.#noted(entry) === entry.text);
    this.known.hidden = told.length === 0 || !isWaiting(this.file.case);
    renew(this["known-list"], [...new Set(told.map((entry) => entry.text))].map((text) => element("li", {}, text)));
  }

  #drawNumbers() {
    this.numbers.hidden = !this.look && !this.masked;
    this.numbers.setAttribute("aria-pressed", String(Boolean(this.look)));
    setText(this.numbers, this.words.t(this.look ? "hide_numbers" : "show_numbers"));
    this["numbers-hint"].hidden = !this.look;
  }

  // For a while: nobody who leaves the desk open leaves the numbers open, and each look is noted anew.
  #showNumbers(wanted) {
    this.#endLook();
    this.#forget();
    if (wanted) {
      this.look = uuid();
      this.lookEnds = setTimeout(() => this.#showNumbers(false), LOOK);
    }
    this.#drawNumbers();
    this.dispatchEvent(new Event("changed"));
  }

  #endLook() {
    clearTimeout(this.lookEnds);
    this.look = null;
  }

  // Where a chat is reached is an id that says nothing to a person.
  #customer(customer) {
    if (!customer) return this.words.t("no_customer");
    const channel = this.words.t(`channel_${customer.channel}`);
    const where = customer.channel === "chat" ? channel : `${customer.value} (${channel})`;
    return customer.name ? `${customer.name}, ${where}` : where;
  }

  // Entries never change; only how far a message got does. What did not change is left alone.
  #drawTimeline() {
    const { words, file } = this;
    this.earlier.hidden = !this.before;
    let previous = null;
    for (const entry of [...this.timelineSeen.values()].sort((one, other) => one.number - other.number)) {
      const message = this.messagesSeen.get(entry.message);
      const look = JSON.stringify([words.language, entry, message, file.case.held]);
      let node = this.entries.get(entry.number);
      if (node?.dataset.look !== look) {
        const next = this.#entry(entry, message);
        next.dataset.look = look;
        this.entries.set(entry.number, next);
        if (node) node.replaceWith(next);
        else this.timeline.insertBefore(next, previous ? previous.nextSibling : this.timeline.firstChild);
        node = next;
      }
      previous = node;
    }
  }

  // A page of the timeline beside what was seen of it before.
  #remember(page) {
    for (const entry of page.timeline) this.timelineSeen.set(entry.number, entry);
    for (const message of page.messages) this.messagesSeen.set(message.key, message);
    this.newest = Math.max(this.newest, page.timeline.at(-1)?.number ?? 0);
  }

  #forget() {
    this.timelineSeen = new Map(); // entries by number
    this.messagesSeen = new Map(); // messages by key
    this.newest = 0;
    this.masked = false; // whether anything that was seen is
    this.before = null; // the entry before which there are more
    setText(this.loaded, "");
    this.entries.clear();
    this.timeline.replaceChildren();
  }

  async #showEarlier() {
    const { reference, before, look } = this;
    this.earlier.disabled = true;
    try {
      const page = await this.api.file(reference, look, before);
      if (reference !== this.reference || look !== this.look || before !== this.before) return;
      this.before = page.before;
      this.#remember(page);
      this.masked ||= page.masked;
      this.#drawNumbers();
      this.#drawTimeline();
      this.#drawKnown();
      setText(this.loaded, this.words.t("earlier_loaded"));
    } catch (failure) {
      this.#failed(failure);
    } finally {
      this.earlier.disabled = false;
    }
    // A button that goes takes the focus with it.
    (this.earlier.hidden ? this.timeline : this.earlier).focus({ preventScroll: true });
  }

  #entry(entry, message) {
    const { words } = this;
    const { attachments } = entry;
    const status = words.t(`status_${entry.status}`);
    const channel = entry.channel ? words.t(`${entry.what === "message_out" ? "via" : "channel"}_${entry.channel}`) : "";
    const said = this.#said(entry);
    const isWords = ["opened", "message_in", "message_out", "note", "promised", "kept", "broken", "refused", "transferred"]
      .includes(entry.what);
    // How an order ended is told by its own entry.
    const ended = ["satisfied", "unconfirmed", "answered", "merged", "discarded", "customer silent", ""].includes(entry.text)
      || (entry.by === "care" && entry.text in ORDER_LOOK);
    const reason = entry.what === "moved" && !ended;
    const what = this.#known("what", said.as ?? entry.what, {
      channel, status, text: entry.text, answer: this.#answer(entry.text), order: this.#ordered(entry.text), ...said.values,
    });
    const by = words.has(`by_${entry.by}`) ? words.t(`by_${entry.by}`) : entry.by;
    const side = entry.by === "customer" ? "customer" : entry.by === "care" ? "care" : "agent";
    return element("li", { class: `${isWords ? "written" : "event"} ${entry.what === "message_out" ? "out" : side}` },
      element("div", { class: "row head" },
        element("span", { class: "grow" }, element("strong", {}, by), ` ${what}`, said.reference && " ", said.reference && this.#link(said.reference)),
        message && element("span", { class: `badge ${DELIVERY_LOOK[message.status] ?? ""}` },
          words.t(`delivery_${message.status}`)),
        entry.sign && element("span", { class: "small muted" }, words.t(`sign_${entry.sign}`)),
        message?.attempts > 1 && element("span", { class: "small muted" }, words.t("attempts", { n: message.attempts })),
        timeElement(entry.at, moment(new Date(entry.at), words.locale()))),
      (isWords || reason) && (said.words ?? entry.text) && this.#written(said.words ?? this.#noted(entry), entry),
      entry.original && this.#original(entry),
      attachments.length > 0 && element("ul", { class: "attachments", "aria-label": words.t("attachments") },
        ...attachments.map((file) => element("li", {}, this.#attachment(file, entry.number)))),
    );
  }

  // What the text of an entry names: `as` which sentence it is, what that has in it, a case to go to, and the words left.
  #said(entry) {
    const { words } = this;
    const [first, ...rest] = entry.text.split(" ");
    const [from, to] = entry.text.split("\n")[0].split(" > ");
    switch (entry.what) {
      case "warned":
        return { values: { which: this.#known("which", entry.text) } };
      case "escalated":
        return entry.text === "response" ? { as: "escalated_response" } : {};
      case "unasked":
        return { values: { why: this.#known("unasked", entry.text) } };
      case "notified":
        return { values: { why: this.#known("notice", first), name: rest.join(" ") } };
      case "priority":
        return { values: { from: this.#known("priority", from), to: this.#known("priority", to ?? "") } };
      case "transferred":
        return {
          values: { from: words.t(`team_${from}`), to: words.t(`team_${to}`) },
          words: entry.text.split("\n").slice(1).join("\n"),
        };
      case "merged":
        return { as: first === this.file.case.merged_into ? "merged_into" : "merged", reference: first };
      case "split":
        return { as: rest.length > 0 ? "split" : "split_from", reference: first };
      default:
        return {};
    }
  }

  // "bulanan-10-gb refunded not_eligible": the package, how far its order is, and why.
  #ordered(text) {
    const [name, state = "", reason = ""] = text.split(" ");
    const { order } = this.file.case;
    const what = order?.package === name ? order.name : name;
    const how = `${what}: ${this.#known("order", state)}`;
    return reason ? `${how} (${this.#known("refusal", reason)})` : how;
  }

  // What the centre notes by itself has words; a person's note is shown as written.
  #noted(entry) {
    const key = `note_${entry.text.replaceAll(" ", "_")}`;
    return entry.what === "note" && this.words.has(key) ? this.words.t(key) : entry.text;
  }

  // A long mail opens in full on demand, so that the timeline can be overlooked.
  #written(text, entry) {
    if (text.length <= LONG && !entry.cut) return element("p", { class: "words" }, text);
    const whole = element("p", {}, text);
    const details = element("details", { class: "words" },
      element("summary", {}, `${text.slice(0, LONG / 3).trimEnd()}… `, element("span", { class: "more" }, this.words.t("more"))),
      whole);
    if (entry.cut) details.addEventListener("toggle", () => details.open && this.#readWhole(entry.number, whole));
    return details;
  }

  // Of a mail only what is new is shown; quotes and signature stand in the whole of it.
  #original(entry) {
    const whole = element("p", {});
    const details = element("details", { class: "words small" },
      element("summary", {}, element("span", { class: "more" }, this.words.t("original"))), whole);
    details.addEventListener("toggle", () => details.open && this.#readWhole(entry.number, whole, true));
    return details;
  }

  // A page has the beginning of what is very long.
  async #readWhole(number, node, original = false) {
    try {
      const { entry, masked } = await this.api.entry(this.reference, number, this.look, original);
      node.textContent = entry.text;
      this.masked ||= masked;
      this.#drawNumbers();
    } catch (failure) {
      this.#failed(failure);
    }
  }

  #attachment(file, entry) {
    const size = bytes(file.size, this.words.locale());
    if (this.file.case.held) return element("span", { class: "small muted" }, this.words.t("withheld", { name: file.name, size }));
    if (file.danger) {
      const why = this.#known("danger", file.danger);
      return element("span", { class: "small muted" }, this.words.t("quarantined", { name: file.name, size, why }));
    }
    return element("button", {
      type: "button",
      class: "small",
      "aria-label": this.words.t("open_attachment", { name: file.name, size }),
      onclick: () => this.#openAttachment(entry, file.number),
    }, file.name, " ", element("span", { class: "muted num" }, size));
  }

  // The window is opened before the address is known: later no browser would let us.
  async #openAttachment(entry, number) {
    const tab = window.open("about:blank", "_blank");
    try {
      const { url } = await this.api.attachment(this.reference, entry, number);
      if (tab) {
        tab.opener = null;
        tab.location.replace(url);
      } else location.assign(url);
    } catch (failure) {
      tab?.close();
      this.#failed(failure);
    }
  }

  async #take() {
    const done = this.words.t(isWaiting(this.file.case) ? "took" : "looked_done");
    await this.#act(() => this.api.take(this.reference), () => done);
  }

  async #reply() {
    if (!this.#hasText("need_text") || !this.#fits("reply")) return;
    const { reference } = this;
    const id = this.#idFor("reply");
    const via = this.#via();
    const text = this.text.value.trim();
    await this.#act(() => this.api.reply(reference, id, text), () => this.words.t("replied", { channel: via }), true);
  }

  #askToResolve() {
    if (!this.#hasText("need_resolution") || !this.#fits("resolve")) return;
    const { words } = this;
    this["confirm-title"].textContent = words.t("confirm_title", { reference: grouped(this.reference) });
    this["confirm-text"].textContent = words.t(this.#isComplaint() ? "confirm_complaint" : "confirm_request");
    this.#ask("resolve_do", this.text.value.trim(), () => this.#resolve());
  }

  #askToDiscard() {
    const { words, reference } = this;
    this["confirm-title"].textContent = words.t("confirm_discard_title", { reference: grouped(reference) });
    this["confirm-text"].textContent = words.t("confirm_discard");
    this.#ask("discard_do", "", () => this.#act(() => this.api.discard(reference), () => words.t("discarded")));
  }

  #ask(button, text, confirmed) {
    this["confirm-do"].textContent = this.words.t(button);
    this["confirm-words"].textContent = text;
    this["confirm-words"].hidden = !text;
    this.confirmed = confirmed;
    this.confirm.returnValue = "";
    this.confirm.showModal();
  }

  async #resolve() {
    const { reference } = this;
    const id = this.#idFor("resolve");
    const done = this.words.t(this.#isComplaint() ? "resolved_complaint" : "resolved_request");
    const text = this.text.value.trim();
    await this.#act(() => this.api.resolve(reference, id, text), () => done, true);
  }

  #isComplaint() {
    return this.file.case.kind === "complaint";
  }

  #hasText(problem) {
    return this.text.value.trim() ? true : this.#refuse(this.words.t(problem));
  }

  #fits(what) {
    const failure = { code: "too_long", details: { length: this.#length(), longest: this.file.longest[what] } };
    if (failure.details.length <= failure.details.longest) return true;
    return this.#refuse(this.words.t("failed", { reason: this.#reason(failure) }));
  }

  #refuse(problem) {
    this.#say({ problem });
    this.text.setAttribute("aria-invalid", "true");
    this.text.focus();
    return false;
  }

  // The same words tried again go under the same id; other words are another message.
  #idFor(what) {
    const key = JSON.stringify([what, this.reference, this.text.value.trim()]);
    if (this.attempt?.key !== key) this.attempt = { key, id: uuid() };
    return this.attempt.id;
  }

  async #act(call, done, writes = false) {
    if (this.busy) return;
    const { reference } = this;
    this.busy = true;
    this.#enable();
    this.#say({});
    const slow = setTimeout(() => this.#say({ done: this.words.t("sending") }), SLOW);
    try {
      const file = await call();
      clearTimeout(slow);
      if (writes) {
        this.attempt = null;
        remember(DRAFT + reference, null, "sessionStorage");
      }
      this.dispatchEvent(new Event("changed"));
      if (reference !== this.reference) return;
      if (writes) this.text.value = "";
      this.#say({ done: done() });
      this.show(file);
    } catch (failure) {
      clearTimeout(slow);
      this.#failed(failure);
    } finally {
      this.busy = false;
      this.#enable();
    }
  }

  // What fails is told where it was asked for, and what was typed stays there.
  async #perform(name, body) {
    const { reference } = this;
    const file = await this.api.act(reference, name, body);
    this.dispatchEvent(new Event("changed"));
    if (reference !== this.reference) return;
    this.#say({ done: this.words.t(`done_${name}`) });
    this.show(file);
  }

  #failed(failure) {
    if (failure.code === undefined) throw failure;
    this.#say({ problem: this.words.t("failed", { reason: this.#reason(failure) }) });
    if (failure.code === "signed_out") this.dispatchEvent(new Event("signedout"));
    else this.dispatchEvent(new Event("changed"));
  }

  #reason(failure) {
    if (failure.code === "too_long") return this.words.t("error_too_long", this.#amounts(failure.details));
    if (failure.code === "another_agent") {
      return this.words.t("error_another_agent", { until: moment(new Date(failure.details.until), this.words.locale()) });
    }
    const key = `error_${failure.code}`;
    return this.words.has(key) ? this.words.t(key) : failure.message || failure.code;
  }

  #answer(text) {
    const [verdict, score] = String(text).split(" ");
    const words = this.#known("answer", verdict);
    return score ? `${words} (${score}/5)` : words;
  }

  // Words for a name the service chose; a name we have no words for is shown as it is.
  #known(prefix, name, values) {
    const key = `${prefix}_${name}`;
    return this.words.has(key) ? this.words.t(key, values) : name;
  }

  #enable() {
    for (const button of [this.take, this.reply, this.resolve, this.release, this.discard]) button.disabled = this.busy;
  }

  #say({ problem = "", done = "" }) {
    for (const [node, text] of [[this.problem, problem], [this.done, done]]) {
      node.hidden = !text;
      setText(node, text);
    }
    clearTimeout(this.fading);
    if (done) this.fading = setTimeout(() => (this.done.hidden = true), DONE_SHOWN);
    if (!problem) this.text.removeAttribute("aria-invalid");
  }

  #keepDraft() {
    remember(DRAFT + this.reference, this.text.value || null, "sessionStorage");
    this.#say({});
    this.#drawCount();
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function renew(node, children) {
  const next = document.createElement(node.tagName);
  next.append(...children);
  if (next.innerHTML !== node.innerHTML) node.replaceChildren(...next.childNodes);
}
