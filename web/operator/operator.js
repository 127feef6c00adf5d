// The invented subscribers of the operator's stand-in: who they are, how to be one, and what the stand-in does wrong.

import { Words, copy, element, moment, timeElement } from "/page.js";
import { TEXTS } from "./words.js";

const EVERY = 2_000;
const CHANGES_SHOWN = 40;
const NORMAL = { only: "", slow_seconds: 0, down: false, fail_next: 0, lose_next: 0, refuse_activations: 0 };
const FAULTS = ["lose_next", "fail_next", "refuse_activations"];
const LOOK = { number_blocked: "danger", not_active: "danger", bill_overdue: "danger", not_registered: "warn", no_quota: "warn", new_owner: "active" };
const MAIL_DOMAIN = "pelanggan.example"; // RFC 2606: no such domain ever answers
const ZONES = { WIB: "Asia/Jakarta", WITA: "Asia/Makassar", WIT: "Asia/Jayapura" };

const byId = (id) => document.getElementById(id);
const words = new Words(TEXTS);
let doors = {};
let subscribers = null;
let changes = null;
let behaviour = null;
let reachable = true;
let chatting = ""; // the number of whom the chat was opened as last
let drawnPeople = "";
let drawnChanges = "";

/** +62 817-0817-0101 */
function readable(number) {
  return number.replace(/^(\+62)(\d{3})(\d{4})(\d+)$/, "$1 $2-$3-$4");
}

/** 0817-0817-0101, as customers write it. */
function written(number) {
  return number.replace(/^\+62(\d{3})(\d{4})(\d+)$/, "0$1-$2-$3");
}

/** Sari Wulandari <sari.wulandari@pelanggan.example> */
function mailer(name) {
  const local = name.normalize("NFD").toLowerCase().replace(/[^a-z0-9 ]/g, "").trim().replace(/ +/g, ".");
  return `${name} <${local}@${MAIL_DOMAIN}>`;
}

function rupiah(amount) {
  return `Rp${amount.toLocaleString("id-ID")}`;
}

function data(megabytes) {
  const [value, unit] = megabytes < 1024 ? [megabytes, "MB"] : [megabytes / 1024, "GB"];
  return `${value.toLocaleString(words.locale(), { maximumFractionDigits: 1 })} ${unit}`;
}

/** 17 Des (dalam 23 hari); days are those of the operator's books, in Jakarta. */
function due(written) {
  const today = new Date().toLocaleDateString("en-CA", { timeZone: ZONES.WIB });
  const days = Math.round((Date.parse(written) - Date.parse(today)) / 86_400_000);
  const away = new Intl.RelativeTimeFormat(words.locale(), { numeric: "auto" }).format(days, "day");
  const day = new Date(`${written}T12:00`).toLocaleDateString(words.locale(), { day: "numeric", month: "short" });
  return `${day} (${away})`;
}

function date(written) {
  return new Date(`${written}T12:00`).toLocaleDateString(words.locale(), { day: "numeric", month: "short", year: "numeric" });
}

function timeIn(zone) {
  return new Date().toLocaleTimeString(words.locale(), { hour: "2-digit", minute: "2-digit", timeZone: ZONES[zone] });
}

function drawWords() {
  words.apply();
  document.title = words.t("page_title");
  drawCodes();
  byId("find").placeholder = words.t("find");
  for (const button of document.querySelectorAll("[data-more]")) {
    button.setAttribute("aria-label", words.t("one_more", { what: words.t(button.dataset.more) }));
  }
  byId("language").textContent = words.t("other_language");
  byId("language").lang = words.language === "id" ? "en" : "id";
}

// Where the codes arrive: the sentence has its link in the middle.
function drawCodes() {
  const [before, after] = words.t("codes_text").split("{sms}");
  const sms = words.t("codes_sms");
  byId("codes").replaceChildren(
    before, doors.sms ? element("a", { href: doors.sms, target: "_blank", rel: "noopener" }, sms) : sms, after);
}

function wanted() {
  const text = byId("find").value.trim().toLowerCase();
  const digits = text.replace(/[\s().+-]/g, "").replace(/^(0|62)/, "");
  const which = byId("which").value;
  return subscribers.filter((one) => {
    const told = [one.name, one.called, one.area, one.zone, one.package_name, one.story[words.language]].join(" ").toLowerCase();
    const found = told.includes(text) || (/^\d{3,}$/.test(digits) && one.number.includes(digits));
    return found && (which === "special" ? one.states.length > 0 : !which || one.segment === which);
  });
}

function drawPeople() {
  const shown = subscribers ? wanted() : [];
  const look = JSON.stringify([words.language, shown, doors, chatting, subscribers === null, new Date().getMinutes()]);
  if (look === drawnPeople) return;
  drawnPeople = look;
  const focused = document.activeElement?.dataset?.focus;
  byId("cards").replaceChildren(...shown.map(card));
  if (focused) document.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
  byId("found").textContent = subscribers ? words.t("found", { n: shown.length, of: subscribers.length }) : "";
  byId("none").hidden = shown.length > 0;
  byId("none").replaceChildren(subscribers
    ? element("h3", {}, words.t("nobody"))
    : element("p", { class: "waiting" }, words.t("loading")));
}

function card(one) {
  const prepaid = one.segment === "prepaid";
  const rows = [
    ["package", one.package_name || words.t("no_package")],
    ["quota", data(one.quota_mb)],
    prepaid ? ["balance", rupiah(one.balance)] : ["bill", rupiah(one.bill)],
    one.bill_due && one.bill > 0 && ["bill_due", due(one.bill_due)],
    prepaid && ["active_until", due(one.active_until)],
    one.states.includes("not_active") && ["grace_until", due(one.grace_until)],
    ["owner_since", date(one.owner_since)],
  ].filter(Boolean);
  return element("li", {},
    element("div", { class: "who" },
      element("h3", {}, one.called),
      element("span", { class: "small muted num" }, `${one.area}, ${timeIn(one.zone)} ${one.zone}`)),
    element("p", {}, one.name),
    element("p", { class: "number" },
      element("span", { class: "num" }, readable(one.number)),
      element("button", { type: "button", class: "quiet small", "data-focus": `copy ${one.number}`, onclick: (event) => copyNumber(event, one) },
        words.t("copy"))),
    element("p", { class: "small" }, one.story[words.language]),
    element("div", { class: "badges" },
      element("span", { class: "badge" }, words.t(one.segment)),
      ...one.states.map((state) => element("span", { class: `badge ${LOOK[state]}` }, words.t(`state_${state}`)))),
    element("dl", {}, ...rows.flatMap(([key, value]) => [element("dt", {}, words.t(key)), element("dd", {}, value)])),
    element("div", { class: "doors" },
      link(one, "call", doors.phone && `${doors.phone}?from=${encodeURIComponent(one.number)}`),
      link(one, "sms", smsOf(one)),
      link(one, "mail", doors.mailbox && `${doors.mailbox}?from=${encodeURIComponent(mailer(one.name))}`),
      link(one, "chat", doors.chat && `${doors.chat}?say=${encodeURIComponent(words.t("say", { number: written(one.number) }))}`)),
    element("p", { class: "next small" }, ...(chatting === one.number ? next(one) : [])));
}

function smsOf(one) {
  return doors.sms && `${doors.sms}#${one.number}`;
}

// What to do in the chat that was opened, and where the code will be.
function next(one) {
  const sms = words.t("sms_as", { name: one.called });
  return [words.t("next"), " ", element("a", { href: smsOf(one), target: "_blank", rel: "noopener" }, sms), ". ",
    words.t("next_other")];
}

function link(one, door, href) {
  if (!href) return null;
  return element("a", {
    class: "button", href, target: "_blank", rel: "noopener", "data-focus": `${door} ${one.number}`,
    "aria-label": words.t(`${door}_as`, { name: one.called }), title: words.t(`${door}_as`, { name: one.called }),
    onclick: door === "chat" && (() => chat(one)),
  }, words.t(door));
}

function chat(one) {
  chatting = one.number;
  drawPeople();
}

async function copyNumber(event, one) {
  const button = event.currentTarget;
  button.textContent = words.t((await copy(one.number)) ? "copied" : "copy_failed");
  setTimeout(() => (button.textContent = words.t("copy")), 2_000);
}

function drawChanges() {
  const look = JSON.stringify([words.language, changes, subscribers?.length]);
  if (look === drawnChanges) return;
  drawnChanges = look;
  const people = new Map((subscribers ?? []).map((one) => [one.number, one.called]));
  byId("to-changes").textContent = words.t("to_changes", { n: changes?.length ?? 0 });
  byId("changes").replaceChildren(...(changes ?? []).slice(-CHANGES_SHOWN).reverse().map((one) => {
    const [state, text] = one.refunded
      ? ["warn", words.t("refunded")]
      : one.outcome === "done" ? ["ok", words.t("done")] : ["danger", reason(one.outcome)];
    return element("li", {},
      element("span", { class: "line" },
        element("strong", {}, people.get(one.number) ?? readable(one.number)),
        timeElement(one.at, moment(new Date(one.at), words.locale()))),
      element("span", { class: "line" },
        words.t(`did_${one.what}`, { value: one.what === "charge" ? rupiah(one.value) : one.value }),
        element("span", { class: `badge ${state}` }, text)),
      element("span", { class: "small muted" }, element("code", {}, one.key),
        one.repeats > 0 && ` · ${words.t("repeated", { n: one.repeats })}`));
  }));
  byId("no-changes").hidden = (changes?.length ?? 0) > 0;
  byId("no-changes").replaceChildren(element("p", {}, words.t("no_changes")));
}

function reason(outcome) {
  return words.has(`reason_${outcome}`) ? words.t(`reason_${outcome}`) : outcome;
}

function drawBehaviour() {
  const state = byId("state");
  if (!reachable) {
    state.className = "badge danger";
    state.textContent = words.t("unreachable_state");
    return;
  }
  if (!behaviour) {
    state.className = "badge";
    state.textContent = words.t("loading");
    return;
  }
  const waiting = FAULTS.reduce((sum, name) => sum + behaviour[name], 0);
  const seconds = behaviour.slow_seconds.toLocaleString(words.locale());
  const [look, text] = behaviour.down
    ? ["danger", words.t("is_down")]
    : behaviour.slow_seconds > 0
      ? ["warn", words.t("is_slow", { seconds })]
      : waiting > 0 ? ["warn", words.t("is_faulty", { n: waiting })] : ["ok", words.t("is_normal")];
  state.className = `badge ${look}`;
  state.textContent = text;
  for (const id of ["slow", "only"]) {
    const value = String(id === "slow" ? behaviour.slow_seconds : behaviour.only);
    if (document.activeElement === byId(id)) continue;
    if (![...byId(id).options].some((option) => option.value === value)) {
      byId(id).append(element("option", { value }, words.t("is_slow", { seconds })));
    }
    byId(id).value = value;
  }
  byId("down").checked = behaviour.down;
  for (const name of FAULTS) byId(name).textContent = behaviour[name];
  byId("normal").disabled = Object.entries(NORMAL).every(([name, value]) => behaviour[name] === value);
}

function draw() {
  drawPeople();
  drawChanges();
  drawBehaviour();
}

async function get(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new TypeError(String(answer.status));
  return answer.json();
}

async function load() {
  try {
    [subscribers, changes, behaviour] = await Promise.all(
      ["subscribers", "changes", "behaviour"].map((part) => get(`/stand-in/${part}`)));
    reachable = true;
  } catch (failure) {
    if (!(failure instanceof TypeError || failure instanceof SyntaxError)) throw failure;
    reachable = false;
  }
  draw();
}

async function follow() {
  if (document.visibilityState === "visible") await load();
  setTimeout(follow, EVERY);
}

async function ask(method, path, body) {
  byId("problem").hidden = true;
  try {
    const answer = await fetch(path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new TypeError(String(answer.status));
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure;
    byId("problem").hidden = false;
    byId("problem").textContent = words.t("not_done", { reason: failure.message });
  }
  await load();
}

const behave = (wished) => ask("PATCH", "/stand-in/behaviour", wished);

byId("slow").addEventListener("change", () => behave({ slow_seconds: Number(byId("slow").value) }));
byId("only").addEventListener("change", () => behave({ only: byId("only").value }));
byId("down").addEventListener("change", () => behave({ down: byId("down").checked }));
for (const button of document.querySelectorAll("[data-more]")) {
  button.addEventListener("click", () => behave({ [button.dataset.more]: (behaviour?.[button.dataset.more] ?? 0) + 1 }));
}
byId("normal").addEventListener("click", () => behave(NORMAL));
byId("reset").addEventListener("click", () => ask("POST", "/stand-in/reset"));
byId("filter").addEventListener("submit", (event) => event.preventDefault());
byId("filter").addEventListener("input", drawPeople);
byId("language").addEventListener("click", () => {
  words.switch();
  drawWords();
  draw();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());

byId("controls").open = matchMedia("(min-width: 1024px)").matches;
drawWords();
draw();
doors = (await get("/about.json").catch(() => ({}))).doors ?? {};
drawCodes();
follow();
