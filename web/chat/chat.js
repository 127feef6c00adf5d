// The chat page: draws a conversation and takes what the customer writes.

import { Conversation } from "./conversation.js";
import { TEXTS } from "./words.js";
import { Words, clock, copy, day, element, grouped, growing, sameDay, settings, timeElement } from "../page.js";

const STATE_LOOK = { open: "ok", connecting: "active", slow: "warn", waiting: "warn", offline: "warn" };
const NOTICE_AFTER = 1_500; // a reconnection shorter than this is not worth a word
const NEAR_TOP = 300; // px; who scrolls up so far finds the earlier messages there
const UNSPOKEN = 1_000; // earlier messages are counted to a screen reader, not read out as new ones

const page = Object.fromEntries(
  ["operator", "doors", "state", "restart", "language", "reference", "reference-number", "copy", "log", "earlier",
    "loaded", "notices", "composer", "text", "confirm"].map((id) => [id, document.getElementById(id)]),
);
const words = new Words(TEXTS, "id");
const fit = growing(page.text);
const drawn = new Map(); // key of a line → its element
let config = {};
let conversation = null;
let problem = null;
let noticeTimer = null;
let spokenTimer = null;
let firstDrawn = null; // the number of the first message on the page

function t(key, values = {}) {
  return words.t(key, { number: config.ShortNumber ?? "817", ...values });
}

function drawWords() {
  words.apply({ number: config.ShortNumber ?? "817" });
  document.title = t("page_title");
  page.operator.textContent = [config.OperatorName, config.ShortNumber].filter(Boolean).join(" ");
  page.text.placeholder = t("placeholder");
  page.language.textContent = t("other_language");
  page.language.lang = words.language === "id" ? "en" : "id";
  page.doors.replaceChildren();
  if (config.ShortNumber) page.doors.append(element("dt", {}, t("call")), element("dd", {}, config.ShortNumber));
  if (config.CareAddress) {
    page.doors.append(
      element("dt", {}, t("write")),
      element("dd", {}, element("a", { href: `mailto:${config.CareAddress}` }, config.CareAddress)),
    );
  }
  page.doors.append(element("dt", {}, t("look")), element("dd", {}, element("a", { href: "/status/" }, t("look_at"))));
}

function drawState() {
  const state = conversation.state;
  page.state.className = `badge ${STATE_LOOK[state]}`;
  page.state.textContent = t(`state_${state}`);
  clearTimeout(noticeTimer);
  if (["slow", "waiting", "offline"].includes(state)) {
    noticeTimer = setTimeout(drawNotice, state === "waiting" ? NOTICE_AFTER : 0);
  } else if (state === "open") drawNotice();
  drawMessages();
}

function drawNotice() {
  const state = conversation.state;
  const notices = [];
  if (["slow", "waiting", "offline"].includes(state)) {
    notices.push(
      element("div", { class: "notice warn row" },
        element("span", { class: "grow" }, t(`notice_${state}`)),
        state === "waiting" &&
          element("button", { type: "button", class: "quiet", onclick: () => conversation.now() }, t("try_now"))),
    );
  }
  if (problem) notices.push(element("div", { class: "notice danger" }, problem));
  page.notices.replaceChildren(...notices);
}

function dayLine(at) {
  const yesterday = new Date(Date.now() - 86_400_000);
  const text = sameDay(at, new Date()) ? t("today") : sameDay(at, yesterday) ? t("yesterday") : day(at, words.locale());
  return element("p", { class: "day" }, text);
}

function line(message, { who, pending = false, choices = false, first = true }) {
  const at = new Date(message.at);
  const when = element("span", { class: "when" });
  if (message.refused !== undefined) {
    when.append(
      element("span", { class: "error" }, message.refused || t("refused")), " ",
      element("button", { type: "button", class: "quiet small", onclick: () => edit(message.id) }, t("edit")),
    );
  } else if (pending) {
    when.append(conversation.state === "open" ? t("sending") : t("kept"));
  } else {
    when.append(timeElement(message.at, clock(at, words.locale())));
    if (who === "customer") when.append(` · ${t("sent")}`);
  }
  const name = who === "customer" ? t("you") : who === "agent" ? t("agent") : t("care");
  return element("div", { class: `said ${who}${pending ? " pending" : ""}` },
    element("span", { class: who === "customer" || !first ? "visually-hidden" : "who" }, name),
    element("p", { class: "words" }, message.text),
    choices && element("div", { class: "choices", role: "group", "aria-label": t("choices") },
      ...message.buttons.map((button) =>
        element("button", { type: "button", onclick: () => say(button.text) }, button.label))),
    when,
  );
}

// Only lines that changed are made anew, so that a screen reader hears each once and a selection stays.
function drawMessages() {
  const messages = conversation.messages;
  const answered = conversation.unanswered.length > 0 ? Infinity : lastOf(messages, (one) => one.from === "customer");
  const asking = lastOf(messages, (one) => one.buttons?.length > 0);
  const lines = [];
  let before = null;
  let speaker = null;
  for (const message of messages) {
    const at = new Date(message.at);
    if (!before || !sameDay(before, at)) lines.push([`day ${at.toDateString()}`, "", () => dayLine(at)]);
    const first = !before || message.from !== speaker || !sameDay(before, at);
    before = at;
    speaker = message.from;
    const choices = message.seq === asking && asking > answered;
    const look = `${choices} ${first}`;
    lines.push([`seq ${message.seq}`, look, () => line(message, { who: message.from, choices, first })]);
  }
  for (const message of conversation.pending) {
    const look = `${conversation.state === "open"} ${message.refused}`;
    lines.push([`id ${message.id}`, look, () => line(message, { who: "customer", pending: true })]);
  }
  if (lines.length === 0) {
    lines.push(["loading", "", () => element("p", { class: "empty waiting" }, t("loading"))]);
  }
  const came = firstDrawn === null ? 0 : messages.filter((one) => one.seq < firstDrawn).length;
  if (came > 0) tellLoaded(came);
  firstDrawn = messages[0]?.seq ?? null;
  const fromEnd = page.log.scrollHeight - page.log.scrollTop;
  const atEnd = fromEnd - page.log.clientHeight < 80;
  const wanted = new Set(lines.map(([key]) => key));
  for (const [key, node] of drawn) {
    if (wanted.has(key)) continue;
    node.remove();
    drawn.delete(key);
  }
  let previous = page.earlier;
  for (const [key, look, make] of lines) {
    let node = drawn.get(key);
    const version = `${words.language} ${look}`;
    if (!node || node.dataset.look !== version) {
      const made = make();
      made.dataset.look = version;
      if (node) node.replaceWith(made);
      drawn.set(key, made);
      node = made;
    }
    const place = previous.nextSibling;
    if (node !== place) page.log.insertBefore(node, place);
    previous = node;
  }
  drawEarlier();
  if (atEnd) page.log.scrollTop = page.log.scrollHeight;
  else if (came > 0 && !page.earlier.matches(":focus-visible")) page.log.scrollTop = page.log.scrollHeight - fromEnd;
  page.reference.hidden = !conversation.reference;
  page["reference-number"].textContent = grouped(conversation.reference ?? "");
}

// It stays the same element and is never disabled, so that the keyboard is not thrown off it while it loads.
function drawEarlier() {
  const { earlier, loading } = conversation;
  if (!earlier && page.earlier === document.activeElement) page.log.focus({ preventScroll: true });
  page.earlier.hidden = !earlier;
  page.earlier.textContent = t(loading ? "loading_earlier" : "earlier");
  page.earlier.setAttribute("aria-disabled", String(loading));
}

function tellLoaded(count) {
  page.log.setAttribute("aria-live", "off");
  page.loaded.textContent = t("loaded_earlier", { count });
  clearTimeout(spokenTimer);
  spokenTimer = setTimeout(() => page.log.setAttribute("aria-live", "polite"), UNSPOKEN);
}

function lastOf(messages, is) {
  return messages.reduce((last, message) => (is(message) ? Math.max(last, message.seq) : last), 0);
}

function say(text) {
  problem = null;
  drawNotice();
  conversation.send(text);
  page.log.scrollTop = page.log.scrollHeight;
  page.text.focus();
}

function edit(id) {
  const text = conversation.withdraw(id);
  page.text.value = page.text.value ? `${text}\n${page.text.value}` : text;
  fit();
  page.text.focus();
}

function onProblem(event) {
  problem = event.detail;
  drawNotice();
}

/** ?say=… puts words into the input, for whoever followed the link to send, change or leave. */
function takeWords() {
  const words = new URLSearchParams(location.search).get("say")?.trim();
  if (!words) return;
  history.replaceState(null, "", location.pathname);
  page.text.value = words.slice(0, page.text.maxLength);
  fit();
  page.text.focus();
}

page.composer.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = page.text.value.trim();
  if (!text || !conversation) return;
  page.text.value = "";
  fit();
  say(text);
});

page.text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  page.composer.requestSubmit();
});

page.earlier.addEventListener("click", () => conversation.load());
page.log.addEventListener("scroll", () => page.log.scrollTop < NEAR_TOP && conversation?.load(), { passive: true });

page.language.addEventListener("click", () => {
  words.switch();
  drawWords();
  if (conversation) {
    drawState();
    drawNotice();
  }
});

page.copy.addEventListener("click", async () => {
  const done = await copy(conversation.reference);
  page.copy.textContent = done ? t("copied") : t("copy");
  if (!done) {
    problem = t("copy_failed");
    drawNotice();
  }
  setTimeout(() => (page.copy.textContent = t("copy")), 2_000);
});

page.restart.addEventListener("click", () => page.confirm.showModal());
page.confirm.addEventListener("close", () => {
  if (page.confirm.returnValue !== "restart" || !conversation) return;
  problem = null;
  conversation.restart();
  page.text.focus();
});

drawWords();
takeWords();
try {
  config = await settings();
  drawWords();
  conversation = new Conversation(config.ChatSocketUrl);
  conversation.addEventListener("state", drawState);
  conversation.addEventListener("messages", drawMessages);
  conversation.addEventListener("problem", onProblem);
  drawState();
  conversation.start();
} catch {
  page.state.className = "badge danger";
  page.state.textContent = t("state_waiting");
  page.log.replaceChildren(
    element("div", { class: "empty" },
      element("p", {}, t("no_settings")),
      element("button", { type: "button", onclick: () => location.reload() }, t("reload"))),
  );
}
