// The page of a case: shows what its link, or reference and second factor, opens, and takes what its customer adds.
//
// Opening asks and changes nothing. What is sent keeps its id until the server has answered it, so that a second click,
// or a try after a lost answer, is the same.

import { TEXTS } from "./words.js";
import { Words, element, grouped, remembered, settings, uuid } from "../page.js";

const PATIENCE = 45_000; // a second-generation network is slow, not gone
const page = Object.fromEntries([...document.querySelectorAll("[id]")].map((node) => [node.id, node]));
const words = new Words(TEXTS, "id");
let config = null;
let token = location.hash.slice(1);
let view = null;
let refused = null; // why nothing is shown, or what was sent was not taken
let done = null; // the key of what is said of what was taken
let busy = false;
let sent = { body: "", id: "" };

for (const score of [1, 2, 3, 4, 5]) {
  const input = element("input", { type: "radio", name: "score", value: String(score) });
  page.numbers.append(element("label", { class: "num" }, input, String(score)));
}

class Refusal extends Error {
  /** `texts`: the server's own words in both languages; else `key` is ours. */
  constructor(key, texts = null) {
    super(key);
    this.key = key;
    this.texts = texts;
  }

  get text() {
    return this.texts?.[words.language] ?? t(this.key);
  }
}

function t(key, values = {}) {
  return words.t(key, { number: config?.ShortNumber ?? "817", ...values });
}

// Sent as plain text, a request needs no other before it (CORS), which would cost a slow network a second.
async function ask(what, body) {
  let answer;
  let told;
  try {
    config ??= await settings();
    answer = await fetch(`${config.StatusApiUrl}/status/${what}`, {
      method: "POST",
      body: JSON.stringify(body),
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    told = await answer.json();
  } catch {
    throw new Refusal("unreachable");
  }
  if (answer.ok) return told;
  throw told.error?.message ? new Refusal(told.error.code, told.error.message) : new Refusal("broken");
}

function draw() {
  words.apply({ number: config?.ShortNumber ?? "817" });
  document.title = t("page_title");
  page.operator.textContent = config ? `${config.OperatorName} ${config.ShortNumber}` : t("title");
  page.language.textContent = t("other_language");
  page.language.lang = words.language === "id" ? "en" : "id";
  page.loading.hidden = !busy || Boolean(view) || !page.find.hidden;
  page.case.hidden = !view;
  if (view) drawCase();
  drawProblem();
  page.done.hidden = !done;
  page.done.textContent = done ? t(done) : "";
  for (const button of [page.send, page["not-yet"], page["find-go"]]) button.disabled = busy;
  if (busy) (view ? page.send : page["find-go"]).textContent = t("sending");
}

// Beside what was to be sent, else above all.
function drawProblem() {
  const places = { add: page["add-problem"], find: page["find-problem"], top: page["problem-text"] };
  const place = view ? "add" : page.find.hidden ? "top" : "find";
  for (const [name, node] of Object.entries(places)) {
    node.textContent = refused && name === place ? refused.text : "";
    node.hidden = !node.textContent;
  }
  page.problem.hidden = page["problem-text"].hidden;
}

function drawCase() {
  const said = (texts) => texts?.[words.language] ?? "";
  page.reference.textContent = grouped(view.reference);
  page.state.textContent = said(view.state);
  page.next.textContent = said(view.next);
  page["due-line"].hidden = !view.due;
  page.due.textContent = said(view.due);
  page.said.replaceChildren(
    ...view.said.map((one) => element("li", {}, element("time", {}, said(one.at)), element("p", {}, one.text))),
  );
  page["said-nothing"].hidden = view.said.length > 0;
  const act = ["note", "answer", "reopen"].find((one) => view.may.includes(one));
  page.add.hidden = !act;
  if (!act) return;
  page["add-title"].textContent = t(`${act}_title`);
  page["text-label"].textContent = t(`${act}_label`);
  page.scores.hidden = act !== "answer";
  page.send.hidden = act === "reopen";
  page.send.textContent = act === "reopen" ? "" : t(`${act}_send`);
  page["not-yet"].hidden = !view.may.includes("reopen");
}

async function during(work) {
  if (busy) return;
  busy = true;
  refused = null;
  done = null;
  draw();
  try {
    await work();
  } catch (error) {
    refused = error instanceof Refusal ? error : new Refusal("broken");
  }
  busy = false;
  draw();
}

function take(told) {
  view = told;
  page.find.hidden = true;
  if (!remembered("care.language")) words.language = view.language;
}

// Where a link no longer opens anything, reference and second factor may.
function load() {
  return during(async () => {
    try {
      take(await ask("show", { token }));
    } catch (error) {
      page.find.hidden = error.key !== "not_found";
      throw error;
    }
  });
}

function send(what, said, key) {
  return during(async () => {
    const body = JSON.stringify([what, said]);
    if (sent.body !== body) sent = { body, id: uuid() };
    take(await ask(what, { token, id: sent.id, ...said }));
    sent = { body: "", id: "" };
    page.add.reset();
    done = key;
  }).then(() => done && page.state.focus());
}

function refuse(key) {
  refused = new Refusal(key);
  draw();
}

page.add.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = page.text.value.trim();
  if (page.send.hidden) return answerNotYet();
  if (page.scores.hidden) return text ? send("note", { text }, "done_note") : refuse("missing_text");
  const score = Number(new FormData(page.add).get("score"));
  if (!score) return refuse("missing_score");
  return send("answer", { score, text }, "done_answer");
});

function answerNotYet() {
  return send("answer", { score: null, text: page.text.value.trim() }, "done_reopen");
}

page["not-yet"].addEventListener("click", answerNotYet);

page.find.addEventListener("submit", (event) => {
  event.preventDefault();
  const [reference, contact] = [page["find-reference"].value.trim(), page["find-contact"].value.trim()];
  if (!reference || !contact) return refuse("missing_find");
  return during(async () => {
    const told = await ask("find", { reference, contact });
    token = told.token;
    history.replaceState(null, "", `#${token}`);
    take(told);
    page.find.reset();
  });
});

page.again.addEventListener("click", load);

page.other.addEventListener("click", () => {
  history.replaceState(null, "", location.pathname);
  [token, view, refused, done] = ["", null, null, null];
  page.find.hidden = false;
  draw();
  page["find-reference"].focus();
});

page.language.addEventListener("click", () => {
  words.switch();
  draw();
});

addEventListener("hashchange", () => {
  token = location.hash.slice(1);
  view = null;
  start();
});

function start() {
  page.find.hidden = Boolean(token);
  if (token) return load();
  draw();
  return settings().then(
    (found) => {
      config = found;
      draw();
    },
    () => null, // asked for again with what is sent
  );
}

start();
