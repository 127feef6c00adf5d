// A small mail client for invented customers: read what the call centre sent, write to it, reply in the thread.

import { Words, bytes, clock, element, moment, remember, remembered, settings, timeElement } from "../page.js";
import { TEXTS } from "./words.js";

const EVERY = 3_000;
const CUSTOMER = "care.mailbox.customer"; // whose mail is shown
const LAST_FROM = "care.mailbox.from";
const DRAFT = "care.mailbox.draft";
const STATUS_LOOK = { sent: "active", delivered: "ok", bounced: "danger" };
const DONE_SHOWN = 8_000;

const byId = (id) => document.getElementById(id);
const words = new Words(TEXTS);
let care = "";
let messages = null;
let open = null; // the message shown
let answering = null; // the message a reply belongs to
let view = "text";
let rows = "";
let fading = null;

const addressOf = (value) => (/<([^<>]+)>\s*$/.exec(value)?.[1] ?? value).trim();
const nameOf = (value) => value.replace(/\s*<[^<>]*>\s*$/, "").replace(/^"|"$/g, "") || addressOf(value);
const customerOf = (message) => (message.box === "written" ? addressOf(message.from) : (message.to[0] ?? ""));

function drawWords() {
  words.apply({ care });
  document.title = words.t("page_title");
  byId("language").textContent = words.t("other_language");
  byId("language").lang = words.language === "id" ? "en" : "id";
  byId("composer-title").textContent = words.t(answering ? "reply_title" : "new_title");
}

function drawList() {
  const chosen = remembered(CUSTOMER) ?? "";
  const customers = [...new Set((messages ?? []).map(customerOf))].filter(Boolean).sort();
  if (chosen && !customers.includes(chosen)) customers.unshift(chosen);
  const shown = (messages ?? []).filter((message) => !chosen || customerOf(message) === chosen);
  const look = JSON.stringify([words.language, shown, customers, chosen, messages === null]);
  if (look !== rows) {
    rows = look;
    byId("customer").replaceChildren(
      element("option", { value: "" }, words.t("everyone")),
      ...customers.map((address) => element("option", { value: address }, address)),
    );
    byId("customer").value = chosen;
    byId("customers").replaceChildren(...customers.map((address) => element("option", { value: address })));
    const focused = document.activeElement?.closest("#list a")?.getAttribute("href");
    byId("list").replaceChildren(...shown.map(row));
    if (focused) [...byId("list").querySelectorAll("a")].find((link) => link.getAttribute("href") === focused)?.focus();
    byId("list-empty").hidden = shown.length > 0;
    byId("list-empty").replaceChildren(
      ...(messages
        ? [element("h3", {}, words.t("none")), element("p", {}, words.t("none_text", { care }))]
        : [element("p", { class: "waiting" }, words.t("loading"))]),
    );
  }
  const current = location.hash;
  for (const link of byId("list").querySelectorAll("a")) {
    if (link.getAttribute("href") === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function row(message) {
  const at = new Date(message.at);
  const mine = message.box === "written";
  return element("li", {},
    element("a", { href: `#${encodeURIComponent(message.id)}` },
      element("span", { class: "line" },
        element("span", { class: "name" }, mine ? `${nameOf(message.from)} → ${message.to.join(", ")}` : nameOf(message.from)),
        timeElement(message.at, moment(at, words.locale()))),
      element("span", { class: "subject" }, message.subject || words.t("no_subject")),
      element("span", { class: "preview muted" }, message.preview),
      element("span", { class: "line badges" },
        mine
          ? element("span", { class: "badge" }, words.t("written"))
          : element("span", { class: `badge ${STATUS_LOOK[message.status] ?? ""}` }, words.t(`status_${message.status}`)),
        !mine && element("span", { class: "muted" }, message.to.join(", ")),
        message.attachments > 0 && element("span", { class: "muted" }, `${words.t("attachments")}: ${message.attachments}`))),
  );
}

function drawReading() {
  const composing = !byId("composer").hidden;
  byId("mailbox").classList.toggle("reading", composing || Boolean(location.hash));
  byId("message").hidden = composing || !open;
  byId("reading-empty").hidden = composing || Boolean(open);
  if (!open) {
    const [title, text] = location.hash && open === undefined ? ["gone", "gone_text"] : ["choose", "choose_text"];
    byId("reading-empty").replaceChildren(
      ...(location.hash && open === null
        ? [element("p", { class: "waiting" }, words.t("loading"))]
        : [element("h3", {}, words.t(title)), element("p", {}, words.t(text, { care }))]),
    );
    return;
  }
  byId("subject").textContent = open.subject || words.t("no_subject");
  const rows = [
    ["label_from", open.from],
    ["label_to", open.to.join(", ")],
    ["label_date", timeElement(open.at, moment(new Date(open.at), words.locale()))],
    open.box === "received" && ["label_status",
      element("span", { class: `badge ${STATUS_LOOK[open.status] ?? ""}` }, words.t(`status_${open.status}`))],
  ].filter(Boolean);
  byId("who").replaceChildren(
    ...rows.flatMap(([key, value]) => [element("dt", {}, words.t(key)), element("dd", {}, value)]));
  byId("header-list").replaceChildren(...open.headers.map(({ name, value }) =>
    element("tr", {}, element("th", { scope: "row" }, name), element("td", { class: "mono" }, value))));
  byId("raw").href = open.raw;
  const both = Boolean(open.text && open.html);
  const asHtml = open.html && (view === "html" || !open.text);
  byId("views").hidden = !both;
  byId("view-text").setAttribute("aria-pressed", String(!asHtml));
  byId("view-html").setAttribute("aria-pressed", String(Boolean(asHtml)));
  byId("body").hidden = Boolean(asHtml);
  byId("body").textContent = open.text;
  byId("html").hidden = !asHtml;
  if (asHtml && byId("html").srcdoc !== open.html) byId("html").srcdoc = open.html;
  byId("attachments").replaceChildren(...open.attachments.map((file) =>
    element("li", {}, element("a", { class: "button small", href: file.url, download: file.name },
      file.name, " ", element("span", { class: "muted num" }, bytes(file.size, words.locale()))))));
}

async function load() {
  try {
    const answer = await fetch("/mailbox/messages?box=all", { cache: "no-store" });
    if (!answer.ok) throw new TypeError(String(answer.status));
    messages = await answer.json();
    byId("connection").hidden = true;
  } catch (failure) {
    if (!(failure instanceof TypeError || failure instanceof SyntaxError)) throw failure;
    byId("connection").hidden = false;
    byId("connection").textContent = words.t("unreachable_state");
  }
  drawList();
  const current = open && messages?.find((message) => message.id === open.id);
  if (current && current.status !== open.status) {
    open.status = current.status;
    drawReading();
  }
}

async function follow() {
  if (document.visibilityState === "visible") await load();
  setTimeout(follow, EVERY);
}

/** The address says which message is open. */
async function turn() {
  const id = decodeURIComponent(location.hash.slice(1));
  closeComposer();
  open = null;
  view = "text";
  drawReading();
  drawList();
  if (!id) return;
  const answer = await fetch(`/mailbox/messages/${encodeURIComponent(id)}`);
  const message = answer.ok ? await answer.json() : undefined;
  if (id !== decodeURIComponent(location.hash.slice(1))) return;
  open = message;
  byId("headers").open = false;
  drawReading();
  if (matchMedia("(max-width: 899px)").matches) byId("reading-pane").focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function compose(to, values) {
  answering = to;
  for (const [id, value] of Object.entries(values)) byId(id).value = value;
  byId("composer").hidden = false;
  byId("problem").hidden = true;
  drawWords();
  drawReading();
  window.scrollTo(0, 0);
  const first = ["from", "to", "subject-field"].find((id) => !byId(id).value) ?? "text";
  byId(first).focus();
  if (first === "text") byId("text").setSelectionRange(0, 0);
}

function write() {
  const from = remembered(CUSTOMER) || remembered(LAST_FROM) || "Siti Rahma <siti@customer.example>";
  compose(null, { from, to: care, "subject-field": "", text: "", ...drafted() });
}

function drafted() {
  return JSON.parse(remembered(DRAFT, "sessionStorage") ?? "{}");
}

/**
 * Be who the address names: ?from=Sari Wulandari <sari@pelanggan.example>, or ?from=<the address>&name=<the name>.
 * It is taken off the address, so that reading on and reloading do not begin another mail.
 */
function writeAs() {
  const asked = new URLSearchParams(location.search);
  const from = asked.get("from")?.trim();
  if (!from) return;
  history.replaceState(null, "", location.pathname);
  open = null;
  remember(CUSTOMER, addressOf(from));
  const name = asked.get("name")?.trim();
  compose(null, { to: care, "subject-field": "", text: "", ...drafted(), from: name ? `${name} <${from}>` : from });
  drawList();
}

// RFC 5322 section 3.6.4: In-Reply-To is the message answered, References those before it and it.
function reply() {
  const received = open.box === "received";
  const quoted = open.text.trimEnd().split("\n").map((line) => (line.startsWith(">") ? `>${line}` : `> ${line}`)).join("\n");
  const at = new Date(open.at);
  const date = `${at.toLocaleDateString(words.locale())} ${clock(at, words.locale())}`;
  const intro = words.t("wrote", { date, who: nameOf(open.from) });
  compose(open, {
    from: received ? open.to[0] : open.from,
    to: received ? replyAddress(open) : open.to.join(", "),
    "subject-field": /^re:/i.test(open.subject) ? open.subject : `Re: ${open.subject}`,
    text: `\n\n${intro}\n${quoted}\n`,
  });
}

function replyAddress(message) {
  const header = message.headers.find(({ name }) => name.toLowerCase() === "reply-to");
  return addressOf(header?.value ?? message.from);
}

async function send() {
  const body = {
    from: byId("from").value.trim(),
    to: byId("to").value.split(",").map((address) => address.trim()).filter(Boolean),
    subject: byId("subject-field").value.trim(),
    text: byId("text").value,
    ...(answering && {
      in_reply_to: answering.message_id,
      references: [...answering.references, answering.message_id],
    }),
  };
  byId("send").disabled = true;
  byId("send").textContent = words.t("sending");
  try {
    const answer = await fetch("/mailbox/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const content = await answer.json();
    if (!answer.ok) return showProblem(content.error ?? String(answer.status));
    remember(LAST_FROM, body.from);
    remember(DRAFT, null, "sessionStorage");
    if (remembered(CUSTOMER)) remember(CUSTOMER, addressOf(body.from));
    closeComposer();
    showDone(words.t("sent", { answer: content.answer }));
    await load();
    drawReading();
  } catch (failure) {
    if (!(failure instanceof TypeError || failure instanceof SyntaxError)) throw failure;
    showProblem(words.t("unreachable"));
  } finally {
    byId("send").disabled = false;
    byId("send").textContent = words.t("send");
  }
}

function showProblem(reason) {
  byId("problem").hidden = false;
  byId("problem").textContent = words.t("not_sent", { reason });
}

function showDone(text) {
  byId("done").hidden = false;
  byId("done").textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => (byId("done").hidden = true), DONE_SHOWN);
}

function closeComposer() {
  byId("composer").hidden = true;
  answering = null;
}

byId("write").addEventListener("click", write);
byId("reply").addEventListener("click", reply);
byId("cancel").addEventListener("click", () => {
  closeComposer();
  drawReading();
});
byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
byId("composer").addEventListener("input", () => {
  if (answering) return;
  const draft = Object.fromEntries(["from", "to", "subject-field", "text"].map((id) => [id, byId(id).value]));
  remember(DRAFT, JSON.stringify(draft), "sessionStorage");
});
byId("customer").addEventListener("change", () => {
  remember(CUSTOMER, byId("customer").value || null);
  drawList();
});
for (const kind of ["text", "html"]) {
  byId(`view-${kind}`).addEventListener("click", () => {
    view = kind;
    drawReading();
  });
}
byId("language").addEventListener("click", () => {
  words.switch();
  drawWords();
  drawList();
  drawReading();
});
addEventListener("hashchange", turn);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && load());

drawWords();
drawList();
const config = await settings().catch(() => ({}));
care = config.CareAddress ?? "";
drawWords();
turn();
writeAs();
follow();
