import { Words, copy, element, grouped, remember, remembered, settings } from "/page.js";
import { Agents, lasting, spaced } from "./agents.js";
import { Speaker, ring, tone } from "./sound.js";
import { TEXTS } from "./words.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const CALLERS = ["+6281200000001", "+6281900000002", "+6287700000003"];
const CALLER = "phone.caller";
const SOUND = "phone.sound";
const TICK_MS = 200;
const LOOK_MS = 1000;
const PAUSE_MS = 2000;
const BUSY = ["calling", "playing", "waiting", "thinking", "queued", "talking"];

const words = new Words(TEXTS);
const $ = (id) => document.getElementById(id);
const speaker = new Speaker(() => notice("blocked", "warn", soundOn));
const agents = new Agents(words, lookedAt);

/** idle, calling, playing, waiting, thinking, queued, talking, ended, transferred or lost. */
let state = "idle";
let number = "";
let call = null;
/** Of this page, the last one first: a call-back that rings may be for any of them. */
let dialled = [];
let keyed = "";
let playing = null;
let unheard = [];
/** A key is on its way though an earlier block still plays. */
let sending = false;
let ahead = [];
let deadline = null;
let span = 0;
/** When the queue's flow goes on by itself. */
let interruptAt = null;
let ringing = null;
let requests = Promise.resolve();

/** One request after the other: each answer brings what was heard since the one before. */
function request(path, body) {
  const one = requests.then(() => ask(path, body));
  requests = one.catch(() => {});
  return one;
}

async function ask(path, body) {
  const answer = await fetch(`/phone/calls${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    cache: "no-store",
    body: body && JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error ?? `${answer.status}.`);
  return said;
}

// --- the call ---------------------------------------------------------------------------------------------

async function dial() {
  const caller = chosenCaller();
  if (caller === undefined) return;
  clear(caller);
  become("calling");
  await move(() => request("", { from: caller }));
  if (call) dialled.unshift(call.call_id);
}

function clear(caller) {
  $("log").replaceChildren();
  $("notices").replaceChildren();
  $("reference").hidden = true;
  call = null;
  ahead = [];
  keyed = "";
  if (caller) $("sms").href = `/sms/#${encodeURIComponent(caller)}`;
  $("sms").hidden = !caller;
}

/** Keys at the block that listens. */
async function send(keys) {
  const id = call.call_id;
  deadline = null;
  keyed = "";
  hush();
  addPressed(keys);
  become("thinking");
  await move(() => request(`/${id}/keys`, { keys }));
}

/** A key that counts though an earlier block still plays: what stops at a key is not heard on, the rest is. */
async function sendEarly(key, during) {
  const before = call;
  addPressed(key);
  sending = true;
  unheard.splice(0, unheard.length, ...unheard.filter((item) => !item.stops_at_key));
  if (playing?.stops_at_key) speaker.stop();
  let said;
  try {
    said = await request(`/${before.call_id}/keys`, { keys: key, during });
  } catch (problem) {
    sending = false;
    if (call === before) move(() => Promise.reject(problem));
    return;
  }
  sending = false;
  if (call !== before) return;
  if (said.heard.length || said.state !== before.state || !said.waits_for) {
    drop();
    await take(said);
    return;
  }
  const in_all = before.waits_for.in_all ?? before.waits_for.max_digits;
  before.waits_for = { ...said.waits_for, in_all };
  if (state === "waiting") listen();
  useAhead();
}

async function hangUp() {
  const id = call?.call_id;
  leave("ended");
  if (id) await request(`/${id}/hangup`, {}).catch(() => {});
}

function leave(how) {
  drop();
  call = null;
  ahead = [];
  end(how);
}

/** Make one request, then play what it brought. */
async function move(ask) {
  let said;
  try {
    said = await ask();
  } catch (problem) {
    if (!BUSY.includes(state)) return;
    call = null;
    const unreached = problem instanceof TypeError;
    notice(unreached ? "lost" : "failed", "danger", null, { reason: problem.message });
    end("lost");
    return;
  }
  if (!BUSY.includes(state)) {
    request(`/${said.call_id}/hangup`, {}).catch(() => {});
    return;
  }
  await take(said);
}

/** Go on with what the call has become. */
async function take(said) {
  tellPeople(said);
  call = said;
  deadline = null;
  interruptAt = said.interrupts_after === null ? null : performance.now() + said.interrupts_after * 1000;
  showReference();
  agents.mine = said.call_id;
  await play(said.heard);
  if (call !== said || !BUSY.includes(state)) return;
  if (said.waits_for) {
    if (state === "playing") listen();
  } else if (said.state === "queued") {
    become("queued");
    await repeat(said);
  } else if (said.state === "talking") {
    become("talking");
  } else {
    call = null;
    end(said.state);
  }
}

/** What only shows in how the call changed: an agent came, with a whisper, or went. */
function tellPeople(said) {
  const before = call?.call_id === said.call_id ? call : null;
  const had = before?.whispered.length ?? 0;
  const came = said.agent && !before?.agent;
  if (came) addNote(words.t("connected", { agent: said.agent }));
  for (const text of said.whispered.slice(had)) add(element("li", { class: "whisper" }, words.t("whispered", { text })));
  if (said.state !== "talking" && (came || before?.state === "talking")) addNote(words.t("left_by_agent"));
}

async function play(heard) {
  become("playing");
  const mine = (unheard = [...heard]);
  useAhead();
  while (mine === unheard && mine.length) {
    playing = mine.shift();
    const entry = addHeard(playing);
    entry.classList.add("now");
    await speaker.play(playing);
    entry.classList.remove("now");
  }
  if (mine === unheard) playing = null;
}

/** In a queue the messages come again and again, until somebody or something interrupts them. */
async function repeat(said) {
  while (call === said && state === "queued" && said.heard.length) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    for (const item of said.heard) if (call === said && state === "queued") await speaker.play(item);
  }
}

/** A key cuts the voice short; what it was about to say is still shown. */
function hush() {
  speaker.stop();
  playing = null;
  for (const item of unheard.splice(0)) addHeard(item);
}

/** What somebody else cuts short was not heard. */
function drop() {
  unheard = [];
  playing = null;
  speaker.stop();
}

function listen() {
  become("waiting");
  wait(keyed ? call.waits_for.interdigit_seconds : call.waits_for.seconds);
}

function wait(seconds) {
  span = seconds * 1000;
  deadline = performance.now() + span;
  showWaiting();
}

function press(key) {
  if (!BUSY.includes(state)) return;
  flash(key);
  if (!speaker.muted) tone(key);
  if (!sending && state !== "thinking" && state !== "calling") keyAt(key);
  else if (call?.buffers) ahead.push(key);
  else addLost(key);
}

/** Keys pressed while the centre was working count as soon as it listens, when it buffers them. */
function useAhead() {
  while (ahead.length && !sending && (state === "playing" || state === "waiting")) keyAt(ahead.shift());
}

/** A key counts at the block that listens, and while what plays takes keys; else it is lost, as in Amazon Connect. */
function keyAt(key) {
  const waits = call?.waits_for;
  const asked = playing ? unheard.length === 0 && playing.stops_at_key : unheard.length <= 1;
  const listening = state === "waiting" || (waits && (asked || keyed));
  if (!listening) {
    const item = playing ?? unheard[0];
    if (waits && item?.takes_keys) sendEarly(key, item.block);
    else addLost(key);
    return;
  }
  if (waits.max_digits === 1) {
    send(key);
    return;
  }
  hush();
  keyed += key;
  // After a star all begins anew, what was keyed early too.
  const digits = keyed.split("*");
  const most = digits.length > 1 ? (waits.in_all ?? waits.max_digits) : waits.max_digits;
  if (key === waits.terminator || digits.at(-1).length >= most) {
    send(keyed);
    return;
  }
  become("waiting");
  wait(keyed ? waits.interdigit_seconds : waits.seconds);
}

setInterval(() => {
  const now = performance.now();
  if (deadline !== null) {
    if (now >= deadline) send(keyed);
    else showWaiting();
  } else if (interruptAt !== null && now >= interruptAt && (state === "queued" || state === "playing")) {
    interruptAt = null;
    drop();
    const id = call.call_id;
    become("thinking");
    move(() => request(`/${id}/interrupt`, {}));
  } else if (state === "queued" || state === "talking") {
    showWaiting();
  }
}, TICK_MS);

/** While people are about to come or go, the call changes without a key. */
setInterval(async () => {
  const looked = call;
  if (!looked || !["queued", "talking"].includes(looked.state) || state === "thinking") return;
  let said;
  try {
    said = await request(`/${looked.call_id}`);
  } catch (problem) {
    if (call === looked) move(() => Promise.reject(problem));
    return;
  }
  if (call !== looked) return;
  if (said.state === looked.state && said.heard.length === 0) {
    Object.assign(looked, { position: said.position, seconds: said.seconds });
    return;
  }
  drop();
  keyed = "";
  await take(said);
}, LOOK_MS);

// --- call-backs -------------------------------------------------------------------------------------------

/** What the agents do, at each look: a call-back that rings is shown to whom it is for. */
function lookedAt(contacts) {
  const mine = $("caller").value === "other" ? $("number").value : $("caller").value;
  const found = contacts.find((one) => one.state === "ringing" && (one.number === mine || dialled.includes(one.after)));
  if (found?.contact_id === ringing?.contact_id) {
    if (ringing && !BUSY.includes(state) && !speaker.muted) ring();
    return;
  }
  ringing = found ?? null;
  $("ring").hidden = !ringing;
  if (!ringing) return;
  showRinging();
  if (!BUSY.includes(state) && !speaker.muted) ring();
}

function showRinging() {
  if (ringing) $("ring-text").textContent = words.t("ringing", { from: number, number: spaced(ringing.number) });
}

async function pickUp() {
  const { contact_id, number: caller } = ringing;
  if (BUSY.includes(state)) await hangUp();
  $("ring").hidden = true;
  clear(caller);
  dialled.unshift(contact_id);
  become("calling");
  await move(() => request(`/${contact_id}/answer`, {}));
}

async function letRing() {
  const { contact_id } = ringing;
  $("ring").hidden = true;
  await request(`/${contact_id}/hangup`, {}).catch(() => {});
  await agents.look();
}

// --- what is seen -----------------------------------------------------------------------------------------

const BADGES = {
  calling: "active",
  playing: "active",
  waiting: "warn",
  thinking: "active",
  queued: "warn",
  talking: "ok",
  transferred: "ok",
  lost: "danger",
  ended: "done",
};

function become(next) {
  state = next;
  const busy = BUSY.includes(next);
  $("state").className = `badge ${BADGES[next] ?? ""}`;
  $("state").textContent = words.t(`state_${next}`);
  document.body.classList.toggle("live", busy);
  $("agent-hangup").hidden = next !== "talking";
  $("log").scrollTop = $("log").scrollHeight;
  $("setup").inert = busy;
  $("idle").hidden = next !== "idle";
  $("log").hidden = next === "idle";
  const again = ["ended", "transferred", "lost"].includes(next);
  $("call").className = busy ? "danger" : "primary";
  $("call").textContent = words.t(busy ? "hang_up" : again ? "call_again" : "call", { number });
  for (const key of $("keypad").children) key.disabled = !busy;
  showWaiting();
}

function end(how) {
  deadline = null;
  interruptAt = null;
  keyed = "";
  agents.mine = null;
  become(how);
  if (how !== "lost") addNote(words.t(how));
}

function showWaiting() {
  const waits = call?.waits_for;
  const listening = waits && (state === "playing" || state === "waiting");
  const left = deadline === null ? null : Math.max(0, deadline - performance.now());
  const asked = !listening ? "" : waits.max_digits === 1 ? words.t("waits_one") : words.t("waits_many", { most: waits.max_digits });
  const parts = [people(), keyed ? words.t("keyed", { keys: keyed }) : asked];
  if (left !== null) parts.push(words.t("seconds", { seconds: Math.ceil(left / 1000) }));
  $("waits").textContent = parts.filter(Boolean).join(" · ");
  $("remaining").firstElementChild.style.width = left === null ? "0" : `${(left / span) * 100}%`;
}

/** Who the caller waits for or talks with, and for how long. */
function people() {
  if (!call || !BUSY.includes(state)) return "";
  const time = lasting(call.seconds ?? 0, words);
  if (call.state === "talking") return words.t("talking_with", { agent: call.agent ?? "", time });
  return call.position ? words.t("queued_at", { position: call.position, time }) : "";
}

function add(entry) {
  const log = $("log");
  log.append(entry);
  log.scrollTop = log.scrollHeight;
  return entry;
}

/** One thing heard. A piece goes on with the one before it, unless a sentence ends or begins. */
function addHeard({ prompt, text, block }) {
  const last = $("log").lastElementChild;
  const ends = /[.?!:…]["”']?\s*$/.test(last?.lastElementChild?.textContent ?? "");
  const goesOn = last?.matches(".heard") && !ends && !/^\p{Lu}\S*\s/u.test(text);
  const line = goesOn ? last : add(element("li", { class: "heard" }));
  const said = element("span", { title: `${block}${prompt ? ` · ${prompt}` : ""}` }, text);
  if (line.childElementCount) line.append(" ");
  line.append(said);
  $("log").scrollTop = $("log").scrollHeight;
  return said;
}

function addNote(text) {
  add(element("li", { class: "note" }, text));
}

function addPressed(keys) {
  add(element("li", { class: "pressed" }, keys ? words.t("pressed", { keys }) : words.t("silent")));
}

function addLost(key) {
  addNote(words.t("key_lost", { keys: key }));
}

function showReference() {
  const reference = call.attributes.reference;
  if (!/^\d+$/.test(reference ?? "")) return;
  $("reference").hidden = false;
  $("reference-number").textContent = grouped(reference);
}

function notice(key, kind, act, values = {}) {
  const button = act && element("button", { type: "button", class: "small", onclick: act }, words.t("play_sound"));
  $("notices").replaceChildren(element("div", { class: `notice row ${kind}`, role: "alert" }, element("span", { class: "grow" }, words.t(key, values)), button));
}

function flash(key) {
  const button = $("keypad").children[KEYS.indexOf(key)];
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
}

// --- the caller, the sound, the language ------------------------------------------------------------------

function fillCallers(chosen) {
  const options = [
    ...CALLERS.map((caller) => element("option", { value: caller }, spaced(caller))),
    element("option", { value: "" }, words.t("withheld")),
    element("option", { value: "other" }, words.t("other")),
  ];
  $("caller").replaceChildren(...options);
  const known = [...CALLERS, ""].includes(chosen);
  $("caller").value = known ? chosen : "other";
  if (!known) $("number").value = chosen;
  $("other-caller").hidden = known;
}

/** The chosen number, null when it is withheld, undefined (and said so) when it is none. */
function chosenCaller() {
  const typed = $("caller").value === "other";
  const caller = typed ? $("number").value.replace(/[\s-]/g, "") : $("caller").value;
  const wrong = typed && !/^\+[1-9]\d{6,14}$/.test(caller);
  $("number").setAttribute("aria-invalid", wrong);
  $("number-hint").classList.toggle("error", wrong);
  $("number-hint").textContent = words.t(wrong ? "number_wrong" : "number_hint");
  if (wrong) {
    $("number").focus();
    return undefined;
  }
  remember(CALLER, caller);
  return caller || null;
}

function hear(on) {
  speaker.mute(!on);
  remember(SOUND, on ? "on" : "off");
  $("sound").setAttribute("aria-pressed", on);
  $("sound").textContent = words.t(on ? "sound_on" : "sound_off");
}

function soundOn() {
  $("notices").replaceChildren();
  hear(true);
  if (state === "playing") speaker.audio.play().catch(() => {});
}

function fillTries() {
  const tries = [
    ["try_complaint", ["1", "4", "3", "1"]],
    ["try_status", ["1", "6", words.t("reference_word")]],
    ["try_agent", ["2", "0"]],
  ];
  $("tries").replaceChildren(
    ...tries.flatMap(([key, keys]) => [
      element("dt", {}, words.t(key)),
      element("dd", {}, ...keys.map((pressed) => element("kbd", {}, pressed))),
    ]),
  );
}

function speak() {
  words.apply({ number });
  document.title = words.t("page_title", { number });
  $("display-number").textContent = number;
  fillTries();
  const chosen = $("caller").value === "other" ? $("number").value : $("caller").value;
  fillCallers(chosen);
  hear(!speaker.muted);
  showRinging();
  agents.show();
  become(state);
}

$("keypad").append(
  ...KEYS.map((key) => element("button", { type: "button", class: "num", onclick: () => press(key) }, key)),
);
$("call").addEventListener("click", () => {
  if (["idle", "ended", "transferred", "lost"].includes(state)) dial();
  else hangUp();
});
$("agent-hangup").addEventListener("click", () => agents.hangUp(call.call_id));
$("answer").addEventListener("click", pickUp);
$("ignore").addEventListener("click", letRing);
$("caller").addEventListener("change", () => {
  $("other-caller").hidden = $("caller").value !== "other";
  if ($("caller").value === "other") $("number").focus();
});
$("sound").addEventListener("click", () => hear(speaker.muted));
$("language").addEventListener("click", () => {
  words.switch();
  speak();
});
$("copy").addEventListener("click", async () => {
  const done = await copy(call?.attributes.reference ?? $("reference-number").textContent.replaceAll(" ", ""));
  $("copy").textContent = words.t(done ? "copied" : "copy_failed");
  setTimeout(() => ($("copy").textContent = words.t("copy")), 2000);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey;
  if (typing || event.repeat || !KEYS.includes(event.key)) return;
  event.preventDefault();
  press(event.key);
});
window.addEventListener("pagehide", () => {
  if (call) navigator.sendBeacon(`/phone/calls/${call.call_id}/hangup`);
});

fillCallers(new URLSearchParams(location.search).get("from") ?? remembered(CALLER) ?? CALLERS[0]);
speaker.mute(remembered(SOUND) === "off");
speak();
try {
  number = (await settings()).ShortNumber;
} catch {
  notice("no_settings", "danger");
}
speak();
agents.watch();
