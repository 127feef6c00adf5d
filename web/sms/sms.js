// The telephones of invented customers: the SMS they got, and their answers.

import { Words, element, growing, moment, settings, timeElement } from "../page.js";
import { TEXTS } from "./words.js";

const EVERY = 2_000;
const LENGTH_TOLD_FROM = 60;

const byId = (id) => document.getElementById(id);
const words = new Words(TEXTS);
const fit = growing(byId("text"));
let messages = null;
let number = null; // of the telephone that is open
let drawnList = "";
let drawnThread = "";
let care = "";

/** E.164 as customers write it: 0817…, 62817…, +62817…, 0062817…; null when it is no number. */
function normal(text) {
  const digits = text.replace(/[\s().-]/g, "");
  const full = digits.replace(/^00/, "+").replace(/^0/, "+62").replace(/^62/, "+62");
  return /^\+[1-9]\d{6,14}$/.test(full) ? full : null;
}

/** +62 817-0000-1234 */
function readable(value) {
  const own = /^\+62(\d{3})(\d{3,4})(\d{3,})$/.exec(value);
  return own ? `+62 ${own.slice(1).join("-")}` : value;
}

const phoneOf = (message) => (message.direction === "in" ? message.from : message.to);

/** SMS parts: 160 characters in one and 153 in each of several; 70 and 67 beyond the GSM alphabet. */
function parts(text) {
  const isGsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/.test(text);
  const [one, many] = isGsm ? [160, 153] : [70, 67];
  return text.length <= one ? 1 : Math.ceil(text.length / many);
}

function drawWords() {
  words.apply();
  document.title = words.t("page_title");
  byId("text").placeholder = words.t("placeholder");
  byId("language").textContent = words.t("other_language");
  byId("language").lang = words.language === "id" ? "en" : "id";
  drawLength();
}

function drawList() {
  const newest = new Map();
  for (const message of messages ?? []) newest.set(phoneOf(message), message);
  const phones = [...newest].sort(([, one], [, other]) => other.at.localeCompare(one.at));
  const look = JSON.stringify([words.language, phones, number, messages === null]);
  if (look === drawnList) return;
  drawnList = look;
  const focused = document.activeElement?.closest("#list a")?.getAttribute("href");
  byId("list").replaceChildren(...phones.map(([phone, last]) =>
    element("li", {},
      element("a", { href: `#${phone}`, "aria-current": phone === number ? "true" : undefined },
        element("span", { class: "line" },
          element("strong", { class: "num" }, readable(phone)),
          timeElement(last.at, moment(new Date(last.at), words.locale()))),
        element("span", { class: "preview muted" },
          `${last.direction === "in" ? `${words.t("you")}: ` : ""}${last.text}`)))));
  if (focused) [...byId("list").querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
  byId("list-empty").hidden = phones.length > 0;
  byId("list-empty").replaceChildren(
    ...(messages
      ? [element("h3", {}, words.t("none")), element("p", {}, words.t("none_text"))]
      : [element("p", { class: "waiting" }, words.t("loading"))]),
  );
}

function drawThread() {
  byId("sms").classList.toggle("reading", Boolean(number));
  byId("thread").hidden = !number;
  byId("thread-empty").hidden = Boolean(number);
  byId("thread-empty").replaceChildren(
    element("h3", {}, words.t("choose")), element("p", {}, words.t("choose_text")));
  if (!number) return;
  const own = (messages ?? []).filter((message) => phoneOf(message) === number);
  const look = JSON.stringify([words.language, number, own]);
  if (look === drawnThread) return;
  drawnThread = look;
  byId("phone").textContent = readable(number);
  const log = byId("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  log.replaceChildren(
    ...own.map((message) => {
      const mine = message.direction === "in";
      return element("div", { class: `said ${mine ? "mine" : ""}` },
        element("span", { class: mine ? "visually-hidden" : "small muted" }, mine ? words.t("you") : message.from || care),
        element("p", { class: "words" }, message.text),
        element("span", { class: `small ${message.status === "unreachable" ? "error" : "muted"}` },
          timeElement(message.at, moment(new Date(message.at), words.locale())),
          ` · ${words.t(`status_${message.status}`)}`));
    }),
    ...(own.length === 0 ? [element("p", { class: "empty" }, words.t("no_messages"))] : []),
  );
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function drawLength() {
  const { length } = byId("text").value;
  byId("length").textContent = length > LENGTH_TOLD_FROM ? words.t("length", { n: length, parts: parts(byId("text").value) }) : "";
}

async function load() {
  try {
    const answer = await fetch("/sms/messages", { cache: "no-store" });
    if (!answer.ok) throw new TypeError(String(answer.status));
    messages = await answer.json();
    byId("connection").hidden = true;
  } catch (failure) {
    if (!(failure instanceof TypeError || failure instanceof SyntaxError)) throw failure;
    byId("connection").hidden = false;
    byId("connection").textContent = words.t("unreachable_state");
  }
  drawList();
  drawThread();
}

async function follow() {
  if (document.visibilityState === "visible") await load();
  setTimeout(follow, EVERY);
}

/** The address says which telephone is open: #+628170001234. */
function turn() {
  number = normal(decodeURIComponent(location.hash.slice(1)));
  byId("problem").hidden = true;
  byId("log").scrollTop = 0;
  drawList();
  drawThread();
  byId("log").scrollTop = byId("log").scrollHeight;
  if (number && matchMedia("(min-width: 900px)").matches) byId("text").focus();
}

async function send(text) {
  byId("send").disabled = true;
  try {
    const answer = await fetch("/sms/messages", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ from: number, text }),
    });
    const content = await answer.json();
    if (!answer.ok) return showProblem(content.error ?? String(answer.status));
    byId("problem").hidden = true;
    byId("text").value = "";
    fit();
    drawLength();
    await load();
    byId("log").scrollTop = byId("log").scrollHeight;
  } catch (failure) {
    if (!(failure instanceof TypeError || failure instanceof SyntaxError)) throw failure;
    showProblem(words.t("unreachable"));
  } finally {
    byId("send").disabled = false;
    byId("text").focus();
  }
}

function showProblem(reason) {
  byId("problem").hidden = false;
  byId("problem").textContent = words.t("not_sent", { reason });
}

byId("other").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = normal(byId("number").value);
  byId("number-problem").hidden = Boolean(wanted);
  byId("number-problem").textContent = words.t("bad_number");
  if (!wanted) return byId("number").focus();
  byId("number").value = "";
  location.hash = wanted;
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trim();
  if (text) send(text);
});
byId("text").addEventListener("input", drawLength);
byId("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
byId("language").addEventListener("click", () => {
  words.switch();
  drawWords();
  drawList();
  drawThread();
});
addEventListener("hashchange", turn);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());

drawWords();
const config = await settings().catch(() => ({}));
care = config.ShortNumber ?? "";
turn();
follow();
