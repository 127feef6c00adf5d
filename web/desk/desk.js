// The desk: signing in, the list and the case side by side (or one after the other), kept fresh.

import { Words, clock, element, remember, remembered, settings } from "../page.js";
import { Api } from "./api.js";
import { CaseView } from "./case.js";
import { CaseList } from "./list.js";
import { SignIn, SignInError } from "./sign_in.js";
import { TEAMS } from "./state.js";
import { TEXTS } from "./words.js";

const EVERY = 3_000;
const LONGEST = 30_000;
const TEAM = "care.desk.team";
const LISTS = ["open", "attention", "resolved", "held"];
const COUNT_EVERY = 15_000;

const byId = (id) => document.getElementById(id);
const words = new Words(TEXTS);
let config = {};
let signIn = null;
let api = null;
let list = null;
let view = null;
let which = "open"; // the list that is shown
let pages = 1; // how much of it
let toLook = { count: "", at: 0 }; // what waits in the list that nobody may be looking at
let seen = { list: null, case: null }; // when each was last read
let failures = 0;
let timer = null;
let round = 0;

function drawWords() {
  const number = config.ShortNumber ?? "";
  words.apply({ number });
  document.title = words.t("page_title", { number });
  byId("number").textContent = number;
  byId("language").textContent = words.t("other_language");
  byId("language").lang = words.language === "id" ? "en" : "id";
  const team = byId("team");
  const chosen = team.value || remembered(TEAM);
  team.replaceChildren(...["all", ...TEAMS].map((name) => element("option", { value: name }, words.t(`team_${name}`))));
  team.value = TEAMS.includes(chosen) ? chosen : "all";
  drawLists();
  const keys = [["j", "key_down"], ["k", "key_up"], ["Enter", "key_open"], ["t", "key_take"], ["r", "key_reply"],
    ["u", "key_back"], ["?", "key_help"]];
  byId("keys-list").replaceChildren(...keys.map(([key, what]) =>
    element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key)), element("td", {}, words.t(what)))));
}

function drawLists() {
  for (const name of LISTS) {
    const id = `list-${name}`;
    const button = byId(id) ?? byId("lists").appendChild(element("button", { id, type: "button", class: "quiet small",
      onclick: () => chooseList(name) }));
    button.setAttribute("aria-pressed", String(name === which));
    button.replaceChildren(words.t(`list_${name}`),
      ...(name === "attention" && toLook.count ? [" ", element("span", { class: "badge warn num" }, toLook.count)] : []));
  }
}

/** Another list, or the same of another team, from its beginning. */
function chooseList(name) {
  which = name;
  pages = 1;
  toLook = { count: "", at: 0 };
  drawLists();
  list.show(null, which);
  refresh();
}

/** So many pages of a list, one after the other: each says where the next begins. */
async function readList(team, name, most) {
  const cases = [];
  let next = "";
  for (let page = 0; page < most; page += 1) {
    const answer = await api.cases(team, name, next);
    cases.push(...answer.cases);
    next = answer.next;
    if (!next) break;
  }
  return { cases, more: Boolean(next) };
}

/** How many cases ask for a look, now and then; the list itself tells it when it is the one that is shown. */
async function countToLook(team, shown) {
  if (which !== "attention" && Date.now() - toLook.at < COUNT_EVERY) return;
  const { cases, more } = which === "attention" ? shown : await readList(team, "attention", 1);
  toLook = { count: cases.length ? `${cases.length}${more ? "+" : ""}` : "", at: Date.now() };
  drawLists();
}

function drawSignIn(problem = "", ended = false) {
  clearTimeout(timer);
  byId("sign-in").hidden = false;
  byId("desk").hidden = true;
  for (const id of ["keys", "sign-out", "connection"]) byId(id).hidden = true;
  byId("agent").textContent = "";
  byId("sign-in-text").dataset.t = ended ? "signed_out_text" : "sign_in_text";
  byId("sign-in-text").textContent = words.t(byId("sign-in-text").dataset.t);
  byId("sign-in-problem").hidden = !problem;
  byId("sign-in-problem").textContent = problem;
  byId("sign-in-go").hidden = !signIn;
  byId("sign-in-go").focus();
}

function startDesk() {
  const agent = signIn.agent;
  byId("sign-in").hidden = true;
  byId("desk").hidden = false;
  for (const id of ["keys", "sign-out"]) byId(id).hidden = false;
  byId("agent").textContent = agent.name;
  if (!remembered(TEAM)) {
    const own = agent.groups.filter((group) => TEAMS.includes(group));
    if (own.length === 1) byId("team").value = own[0];
  }
  api = new Api(config.DeskApiUrl, signIn);
  list = new CaseList(words, agent.id);
  view = new CaseView(words, api, agent.id);
  view.addEventListener("changed", () => refresh());
  view.addEventListener("signedout", () => drawSignIn("", true));
  list.draw();
  view.draw();
  turn();
}

/** The address says which case is open: #4172201935. */
function turn() {
  if (!view) return;
  const reference = location.hash.slice(1) || null;
  byId("desk").classList.toggle("has-case", Boolean(reference));
  view.open(reference);
  list.choose(reference);
  seen.case = null;
  if (reference && matchMedia("(max-width: 899px)").matches) byId("case-pane").focus({ preventScroll: true });
  window.scrollTo(0, 0);
  byId("case-pane").scrollTop = 0;
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  const mine = ++round;
  const reference = view.reference;
  const team = byId("team").value;
  const [cases, file] = await Promise.allSettled([readList(team, which, pages), reference ? api.file(reference, view.look) : null]);
  if (mine !== round) return;
  const refusals = [cases, file].filter((one) => one.status === "rejected").map((one) => one.reason);
  const broken = refusals.find((refusal) => refusal.code === undefined);
  if (broken) throw broken;
  if (refusals.some((refusal) => refusal.code === "signed_out")) return drawSignIn("", true);
  if (cases.status === "fulfilled") {
    seen.list = new Date();
    list.show(cases.value.cases, which, cases.value.more);
    // That it cannot be counted now is told by the list, which is asked as well.
    countToLook(team, cases.value).catch((refusal) => { if (refusal.code === undefined) throw refusal; });
  }
  if (file.status === "rejected") view.fail(file.reason.code);
  else if (file.value && !view.busy && view.accepts(file.value)) {
    seen.case = new Date();
    view.show(file.value);
  }
  drawConnection(refusals.some((refusal) => refusal.code === "unreachable"), cases.reason);
  failures = refusals.length > 0 ? failures + 1 : 0;
  const wait = Math.min(LONGEST, EVERY * 2 ** failures);
  timer = setTimeout(refresh, document.visibilityState === "visible" ? wait : LONGEST);
}

function drawConnection(isBroken, refusal) {
  byId("connection").hidden = !isBroken;
  byId("connection").className = "badge danger";
  byId("connection").textContent = words.t("unreachable_state");
  const problem = byId("list-problem");
  problem.hidden = !refusal;
  if (!refusal) return;
  problem.textContent = seen.list
    ? words.t("list_stale", { time: clock(seen.list, words.locale()) })
    : words.t("failed", { reason: words.has(`error_${refusal.code}`) ? words.t(`error_${refusal.code}`) : refusal.message });
  byId("list-empty").hidden = true;
}

function onKey(event) {
  if (!view || byId("desk").hidden || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const act = {
    j: () => list.step(1),
    k: () => list.step(-1),
    t: () => !byId("take").hidden && view.file && byId("take").click(),
    r: () => view.file && !byId("composer").hidden && byId("text").focus(),
    u: () => (location.hash = ""),
    Escape: () => (location.hash = ""),
    "?": () => byId("keys-dialog").showModal(),
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

byId("sign-in-go").addEventListener("click", () => signIn.go());
byId("sign-out").addEventListener("click", () => signIn.out());
byId("keys").addEventListener("click", () => byId("keys-dialog").showModal());
byId("language").addEventListener("click", () => {
  words.switch();
  drawWords();
  list?.draw();
  view?.draw();
});
byId("team").addEventListener("change", () => {
  remember(TEAM, byId("team").value);
  chooseList(which);
});
byId("more").addEventListener("click", () => {
  pages += 1;
  refresh();
});
addEventListener("hashchange", turn);
addEventListener("keydown", onKey);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && view && refresh());

drawWords();
try {
  config = await settings();
  signIn = new SignIn(config.SignInUrl, config.SignInClientId);
  drawWords();
  try {
    await signIn.finish();
    if (signIn.agent) startDesk();
    else drawSignIn();
  } catch (failure) {
    if (!(failure instanceof SignInError || failure instanceof TypeError)) throw failure;
    drawSignIn(words.t("sign_in_failed", { reason: failure.message }));
  }
} catch (failure) {
  drawSignIn(words.t("no_settings"));
  throw failure;
}
