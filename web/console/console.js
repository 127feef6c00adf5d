// The local page: follows the running system by server-sent events while somebody looks.

import { Picture } from "./picture.js";
import { change, clock, current, milliseconds, short, span, t, words, zone } from "./words.js";

const TICKER_ROWS = 12;
const RECONNECT_MS = 2000;
const CASE_EVERY_MS = 1000;
const REPLAY = "make replay";
const STATUS_BADGE = {
  open: "warn", acknowledged: "active", in_progress: "active", waiting_for_customer: "active",
  resolved: "ok", closed: "done", reopened: "warn",
};
// The states a follow-up goes through when all is well, in order; others are shown when they happen.
const STOPS = ["Acknowledge", "AwaitWork", "AwaitCustomer", "Ask", "AwaitAnswer", "Settle"];
const ASIDE = "AwaitCustomer";
// Other steps, and whether somebody was late.
const DEEDS = {
  Warn: false, Escalate: true, Chase: true, Update: false, Nudge: false, Unpause: false, Remind: false,
};

const find = (id) => document.getElementById(id);
const picture = new Picture(find("picture"));
const panels = {};
const functionRows = new Map();
let about = null;
let feed = null;
let seen = null;
let opened = null;

// An element with text and children; nothing from the system is ever read as HTML.
function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);
const empty = (text) => h("p", { class: "empty" }, text);
const time = (at) => h("time", { datetime: new Date(at).toISOString() }, clock(at));

function table(heads, rows, options = {}) {
  const cells = heads.map((head) => (typeof head === "string" ? h("th", { scope: "col" }, head) : head));
  return h("table", { class: `list ${options.class ?? ""}` }, h("thead", {}, h("tr", {}, ...cells)), h("tbody", {}, ...rows));
}

const numberHead = (text) => h("th", { scope: "col", class: "num" }, text);

function caseLink(reference, text = reference) {
  return h("button", { type: "button", class: "link mono", onclick: () => openCase(reference) }, text);
}

// --- The parts of the page ------------------------------------------------------------------------------------------

const DRAW = {
  way(all) {
    // Invocations that only looked something up decided nothing; they are left out.
    const visits = all.filter((visit) => visit.decisions.length > 0 || visit.silent);
    const known = seen ?? new Set(visits.map((visit) => visit.request));
    const fresh = visits.filter((visit) => !known.has(visit.request));
    if (!seen) picture.remember(visits);
    seen = new Set(visits.map((visit) => visit.request));
    picture.show(fresh.map((visit) => ({ ...visit, channel: channelOf(visit) })));
    drawTicker(visits, new Set(fresh.map((visit) => visit.request)));
  },

  contacts(contacts) {
    find("contacts").replaceChildren(
      contacts.length === 0
        ? empty(t("contacts_empty"))
        : table(
            [t("time"), t("channel"), t("contact"), t("case")],
            contacts.map((contact) =>
              h("tr", {},
                h("td", {}, time(contact.started_at)),
                h("td", {}, [contact.channel, contact.outcome].filter(Boolean).map(words).join(", ")),
                h("td", { class: "mono", title: contact.contact_id }, short(contact.contact_id)),
                h("td", {}, contact.reference ? caseLink(contact.reference) : "–"))),
          ),
    );
  },

  cases(cases) {
    find("cases").replaceChildren(
      cases.length === 0
        ? empty(t("cases_empty"))
        : table(
            [t("reference"), t("kind"), t("status"), t("opened")],
            cases.map((item) =>
              h("tr", {},
                h("td", {}, caseLink(item.reference)),
                h("td", {}, words(item.kind), h("span", { class: "muted small under" }, words(item.category))),
                h("td", {}, badge(words(item.status), STATUS_BADGE[item.status]), h("span", { class: "muted small under" }, words(item.closed_as))),
                h("td", {}, time(item.opened_at), h("span", { class: "muted small under" }, words(item.channel))))),
          ),
    );
  },

  followups({ counts, executions }) {
    const running = counts.RUNNING ?? 0;
    const ended = Object.values(counts).reduce((sum, count) => sum + count, 0) - running;
    find("followups-note").textContent = t("n_running", { n: running, m: ended });
    find("followups").replaceChildren(
      ...(executions.length === 0 ? [empty(t("followups_empty"))] : executions.map(followup)),
    );
    const states = {};
    for (const execution of executions.filter((e) => e.status === "RUNNING")) {
      states[execution.state] = (states[execution.state] ?? 0) + 1;
    }
    picture.numbers({}, states);
    tick();
  },

  queues(queues) {
    const working = queues.filter((queue) => queue.kind === "work");
    find("queues").replaceChildren(
      working.length === 0
        ? empty(t("queues_empty"))
        : table(
            [t("queue"), numberHead(t("waiting")), numberHead(t("in_flight"))],
            working.map((queue) =>
              h("tr", {},
                h("td", {}, queue.name),
                h("td", { class: "num" }, String(queue.visible + queue.delayed)),
                h("td", { class: "num" }, String(queue.in_flight)))),
          ),
    );
    picture.numbers(Object.fromEntries(queues.map((queue) => [queue.name, queue.visible + queue.in_flight])));
    drawDead();
  },

  parked: drawDead,

  functions(functions) {
    if (functionRows.size !== functions.length) {
      functionRows.clear();
      for (const item of functions) functionRows.set(item.logical_id, functionRow(item));
      find("functions").replaceChildren(
        functions.length === 0
          ? empty(t("functions_empty"))
          : table(
              [t("function"), numberHead(t("process")), t("status"), numberHead(t("calls")), h("th", {}, h("span", { class: "visually-hidden" }, t("kill")))],
              [...functionRows.values()].map((row) => row.element),
              { class: "functions" },
            ),
      );
    }
    for (const item of functions) functionRows.get(item.logical_id)?.update(item);
  },

  metrics({ namespace, metrics }) {
    find("metrics").replaceChildren(
      metrics.length === 0
        ? empty(t("metrics_empty"))
        : h("div", { class: "tiles", "aria-label": namespace }, ...metrics.map(metricTile)),
    );
  },
};

// The channel by which the customer of a visit's first case is reached, as far as the page knows.
function channelOf(visit) {
  return panels.cases?.data?.find((item) => item.reference === visit.cases[0])?.channel;
}

function drawTicker(visits, fresh) {
  const rows = visits.slice(-TICKER_ROWS).reverse();
  find("ticker").hidden = rows.length === 0;
  find("ticker-empty").hidden = rows.length > 0;
  find("ticker").tBodies[0].replaceChildren(
    ...rows.map((visit) =>
      h("tr", { class: fresh.has(visit.request) ? "fresh" : null },
        h("td", {}, time(visit.at)),
        h("td", {}, visit.function),
        h("td", {}, decided(visit)),
        h("td", {}, ...subjects(visit)),
        h("td", { class: "num" }, ...duration(visit)))),
  );
}

function decided(visit) {
  const said = [...new Set(visit.decisions.map((decision) => decision.what))];
  const failed = visit.decisions.some((d) => d.level === "ERROR" || d.level === "CRITICAL");
  return h("span", { class: failed ? "error" : null }, said.join(", ") || "–");
}

function subjects(visit) {
  if (visit.cases.length) return visit.cases.flatMap((reference, place) => (place ? [" ", caseLink(reference)] : [caseLink(reference)]));
  return [h("span", { class: "mono muted", title: visit.contacts.join(" ") }, visit.contacts.map(short).join(" ") || "–")];
}

function duration(visit) {
  if (visit.milliseconds === null) return [h("span", { class: "error" }, t("no_report"))];
  const ms = milliseconds(visit.milliseconds);
  return visit.cold ? [h("span", { class: "muted small" }, `${t("cold")} `), ms] : [ms];
}

const times = (what, n) => (n > 1 ? `${what} ${n} ×` : what);

function followup(execution) {
  const counts = {};
  for (const stay of execution.states) counts[stay.state] = (counts[stay.state] ?? 0) + 1;
  const runs = execution.status === "RUNNING";
  const ending = STOPS.at(-1);
  const stops = STOPS.filter((stop) => stop !== ASIDE || counts[stop]).map((stop) => {
    const been = counts[stop];
    const here = runs && execution.state === stop;
    const ended = !runs && been && stop === ending;
    return h("li", { class: here ? "here" : ended ? "been last" : been ? "been" : null, "aria-current": here ? "step" : null }, words(stop));
  });
  const facts = [];
  for (const [step, late] of Object.entries(DEEDS)) {
    if (counts[step]) facts.push(badge(times(t(`did_${step}`), counts[step]), late ? "warn" : ""));
  }
  if (runs && execution.state && !STOPS.includes(execution.state) && !(execution.state in DEEDS)) {
    facts.push(badge(words(execution.state), "active"));
  }
  if (!runs) facts.push(badge(words(execution.status), execution.status === "SUCCEEDED" ? "done" : "danger"));
  const stay = execution.states.at(-1);
  if (runs && stay) {
    facts.push(h("span", { class: "small muted", "data-since": stay.entered }));
    if (execution.until) facts.push(h("span", { class: "small muted", "data-until": execution.until }));
  }
  return h("div", { class: "followup" },
    h("div", { class: "row" },
      execution.reference ? caseLink(execution.reference) : h("span", { class: "mono" }, execution.name),
      execution.cycle > 1 ? badge(t("cycle", { n: execution.cycle }), "warn") : null,
      execution.part > 1 ? badge(t("part", { n: execution.part })) : null, ...facts),
    h("ol", { class: "stops" }, ...stops));
}

function drawDead() {
  const queues = panels.queues?.data ?? [];
  const parked = panels.parked?.data ?? [];
  const dead = queues.filter((queue) => queue.kind === "dead_letter" && queue.visible + queue.in_flight > 0);
  if (dead.length === 0 && parked.length === 0) {
    find("dead").replaceChildren(h("p", { class: "muted" }, t("dead_none")));
    return;
  }
  const rows = dead.map((queue) => [queue.name, `${queue.visible + queue.in_flight} ${t("dead_letters")}`]);
  if (parked.length) rows.push(["fanout", `${parked.length} ${t("parked")}`]);
  find("dead").replaceChildren(
    ...rows.map(([where, what]) => h("div", { class: "dead" }, h("span", {}, where), badge(what, "danger"))),
    h("p", { class: "small" }, t("replay"), " ", h("code", {}, REPLAY)),
    ...parked.map((record) => h("p", { class: "small mono muted" }, `${clock(record.at)} ${record.key}`)),
  );
}

function functionRow(first) {
  const pid = h("td", { class: "num" });
  const state = h("td", {});
  const calls = h("td", { class: "num" });
  const button = h("button", { type: "button", class: "danger small-button", "aria-label": `${t("kill")} ${first.short}` }, t("kill"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const answer = await fetch(`functions/${encodeURIComponent(first.logical_id)}/kill`, { method: "POST" });
      state.replaceChildren(answer.ok ? badge(t("killed"), "danger") : h("span", { class: "error small" }, await answer.text()));
    } catch (error) {
      state.replaceChildren(h("span", { class: "error small" }, t("failed", { e: error.message })));
    }
  });
  return {
    element: h("tr", {}, h("td", { title: first.name }, first.short), pid, state, calls, h("td", { class: "num" }, button)),
    update(item) {
      pid.textContent = item.pid ?? "–";
      calls.textContent = String(item.invocations);
      const kind = { cold: "", idle: "ok", busy: "active" }[item.state];
      state.replaceChildren(badge(t(`state_${item.state}`) ?? item.state, kind));
      button.disabled = item.pid === null;
    },
  };
}

function metricTile({ name, dimensions, sum, minutes }) {
  const detail = Object.entries(dimensions).filter(([key]) => key !== "service" || Object.keys(dimensions).length === 1);
  return h("div", { class: "tile" },
    h("div", { class: "small" }, words(name), h("span", { class: "muted under" }, detail.map(([, value]) => words(value)).join(", "))),
    h("div", { class: "row tile-numbers" }, h("strong", { class: "num" }, String(Math.round(sum * 10) / 10)), spark(minutes)));
}

function spark(minutes) {
  const most = Math.max(1, ...minutes);
  const bars = h("div", { class: "spark", "aria-hidden": "true" });
  for (const value of minutes) {
    const bar = h("span", { class: value > 0 ? "some" : null });
    bar.style.height = `${value > 0 ? Math.max(12, (value / most) * 100) : 4}%`;
    bars.append(bar);
  }
  return bars;
}

// --- One case -------------------------------------------------------------------------------------------------------

async function openCase(reference) {
  opened = { reference, asked: 0, waiting: null, text: "" };
  find("case-title").replaceChildren(h("span", { class: "muted" }, `${t("case")} `), h("span", { class: "mono" }, reference));
  find("case-body").replaceChildren(h("p", { class: "waiting" }, t("loading")));
  if (!find("case").open) find("case").showModal();
  history.replaceState(null, "", `#case=${encodeURIComponent(reference)}`);
  await refreshCase();
}

async function refreshCase() {
  if (!opened || opened.waiting) return;
  const mine = opened;
  const pause = mine.asked + CASE_EVERY_MS - Date.now();
  if (pause > 0) {
    mine.waiting = setTimeout(() => {
      mine.waiting = null;
      refreshCase();
    }, pause);
    return;
  }
  mine.asked = Date.now();
  try {
    const answer = await fetch(`cases/${encodeURIComponent(mine.reference)}`);
    if (!answer.ok) throw new Error(await answer.text());
    const text = await answer.text();
    if (opened !== mine || text === mine.text) return;
    mine.text = text;
    drawCase(JSON.parse(text));
  } catch (error) {
    if (opened === mine) find("case-body").replaceChildren(h("p", { class: "notice danger" }, t("failed", { e: error.message })));
  }
}

function drawCase({ file, executions, way }) {
  const parts = [];
  if (file.error) {
    parts.push(h("p", { class: "notice danger" }, t("failed", { e: file.error })));
  } else {
    const { case: item } = file;
    parts.push(
      h("div", { class: "row facts" },
        badge(words(item.status), STATUS_BADGE[item.status]),
        h("span", {}, words(item.kind)), h("span", {}, words(item.category)),
        h("span", { class: "muted" }, `${words(item.channel)} · ${clock(item.opened_at)}`),
        item.customer ? h("span", { class: "muted mono" }, item.customer) : null,
        item.owner ? h("span", { class: "muted" }, item.owner) : null,
        item.closed_as ? h("strong", {}, words(item.closed_as)) : null,
        item.cycle > 1 ? badge(t("cycle", { n: item.cycle }), "warn") : null,
        item.attention ? badge(words(item.attention), "danger") : null));
    parts.push(h("div", { class: "sheet-columns" },
      h("section", {}, h("h3", {}, t("timeline")), timeline(file.timeline), h("h3", {}, t("messages")), messages(file.messages)),
      h("section", {}, h("h3", {}, t("its_way"), " ", h("span", { class: "muted small light" }, t("its_way_note"))), itsWay(way, executions))));
  }
  if (file.error) parts.push(h("h3", {}, t("its_way")), itsWay(way, executions));
  find("case-body").replaceChildren(...parts);
}

function timeline(entries) {
  if (entries.length === 0) return empty(t("timeline_empty"));
  return h("ol", { class: "timeline" }, ...entries.map((entry) =>
    h("li", {},
      h("div", { class: "row" }, h("span", { class: "muted small num" }, `${entry.number}`), h("strong", {}, words(entry.what)),
        h("span", { class: "muted small" }, [words(entry.by), words(entry.channel)].filter(Boolean).join(" · ")),
        h("span", { class: "grow" }), badge(words(entry.status), STATUS_BADGE[entry.status]), h("span", { class: "small" }, time(entry.at))),
      entry.text ? h("p", { class: "said" }, entry.text) : null)));
}

function messages(sent) {
  if (sent.length === 0) return empty("–");
  return h("ol", { class: "timeline" }, ...sent.map((message) =>
    h("li", {},
      h("div", { class: "row" }, h("strong", {}, words(message.channel)), badge(words(message.state), message.state === "failed" ? "danger" : message.state === "delivered" ? "ok" : "active"),
        h("span", { class: "muted small mono" }, message.key), h("span", { class: "grow" }), message.sent_at ? h("span", { class: "small" }, time(message.sent_at)) : null),
      h("p", { class: "said" }, message.text))));
}

function itsWay(way, executions) {
  const steps = way.map((visit) => ({
    at: visit.at, who: visit.function, what: decided(visit), ms: h("span", {}, ...duration(visit)),
  }));
  if (executions.error) steps.push({ at: Date.now(), who: t("machine"), what: h("span", { class: "error" }, t("failed", { e: executions.error })), ms: "" });
  else for (const execution of executions) {
    for (const stay of execution.states) {
      steps.push({
        at: stay.entered, who: t("machine"), machine: true, what: t("entered", { s: words(stay.state) }),
        ms: stay.left ? t("took", { t: span(stay.left - stay.entered) }) : "…",
      });
    }
  }
  if (steps.length === 0) return empty(t("its_way_empty"));
  steps.sort((one, other) => one.at - other.at);
  const first = steps[0].at;
  return table([numberHead("+"), t("function"), t("decided"), numberHead("ms")], steps.map((step) =>
    h("tr", { class: step.machine ? "machine" : null },
      h("td", { class: "num" }, after(step.at - first)),
      h("td", {}, step.who),
      h("td", {}, step.what),
      h("td", { class: "num" }, step.ms))), { class: "way" });
}

const after = (ms) => (ms < 1000 ? `${ms} ms` : ms < 60_000 ? `${(ms / 1000).toFixed(2)} s` : span(ms));

find("case").addEventListener("close", () => {
  clearTimeout(opened?.waiting);
  opened = null;
  history.replaceState(null, "", location.pathname);
});
find("case").addEventListener("click", (event) => {
  if (event.target === find("case")) find("case").close();
});
find("case-close").addEventListener("click", () => find("case").close());

// --- Doors, words, and staying in touch -----------------------------------------------------------------------------

function drawWords() {
  document.documentElement.lang = current();
  for (const place of document.querySelectorAll("[data-t]")) place.textContent = t(place.dataset.t);
  find("zone").textContent = t("zone", { zone: zone() });
  find("language").textContent = t("other_language");
  find("language").lang = current() === "en" ? "id" : "en";
  if (about) drawDoors();
  find("real").replaceChildren(...["real", "stands_in", "needs"].map((part) =>
    h("div", {}, h("h3", {}, t(part)), h("p", {}, t(`${part}_text`)))));
}

function drawDoors() {
  const { doors, number, care } = about;
  document.title = `${number} · ${t("here")}`;
  find("number").textContent = `${number} · ${about.operator}`;
  const card = (door, key) => {
    const address = doors[door];
    const text = [h("strong", {}, t(key, { number })), h("span", { class: "muted small" }, t(`${key}_text`, { care }))];
    return address
      ? h("a", { class: "card", href: address, target: "_blank", rel: "noopener" }, ...text)
      : h("div", { class: "card closed" }, ...text, badge(t("not_open")));
  };
  find("doors").replaceChildren(card("phone", "call"), card("mailbox", "write"), card("chat", "chat"), card("desk", "agent"));
  const addresses = { ...doors, status_page: doors.status };
  const link = (door) => (addresses[door] ? h("a", { href: addresses[door], target: "_blank", rel: "noopener" }, t(door)) : t(door));
  const marks = { "\u0001": "sms", "\u0002": "mailbox", "\u0003": "status_page", "\u0004": "operator_system" };
  const marked = Object.fromEntries(Object.entries(marks).map(([mark, door]) => [door, mark]));
  find("doors-note").replaceChildren(...t("doors_note", marked).split(/([\u0001-\u0004])/).map((part) =>
    part in marks ? link(marks[part]) : part));
}

function showState(state, kind) {
  find("state").className = `badge ${kind}`;
  find("state").textContent = t(state);
  find("stopped").hidden = state !== "stopped";
  find("stopped").textContent = state === "stopped" ? t("stopped_text") : "";
  document.body.classList.toggle("stale", state === "stopped");
}

function take(message) {
  const { panel, error } = message;
  panels[panel] = message;
  const place = document.querySelector(`[data-error="${panel}"]`);
  if (place) {
    place.hidden = !error;
    place.textContent = error ? t("failed", { e: error }) : "";
  }
  if (!error) DRAW[panel]?.(message.data);
  if (opened && ["way", "cases", "followups"].includes(panel)) refreshCase();
}

async function follow() {
  if (feed || document.hidden) return;
  try {
    const answer = await fetch("about.json");
    if (!answer.ok) throw new Error(String(answer.status));
    about = await answer.json();
    drawDoors();
  } catch {
    stop();
    return;
  }
  feed = new EventSource("live");
  feed.onopen = () => showState("running", "ok");
  feed.onmessage = (event) => take(JSON.parse(event.data));
  feed.onerror = stop;
  feed.addEventListener("stopped", stop);
}

function stop() {
  feed?.close();
  feed = null;
  seen = null;
  showState("stopped", "danger");
  setTimeout(follow, RECONNECT_MS);
}

// A page nobody looks at asks for nothing.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    feed?.close();
    feed = null;
  } else {
    follow();
  }
});

find("language").addEventListener("click", () => {
  change();
  functionRows.clear();
  drawWords();
  picture.draw();
  for (const message of Object.values(panels)) take(message);
  showState(feed ? "running" : "stopped", feed ? "ok" : "danger");
  if (opened) {
    opened.text = "";
    refreshCase();
  }
});

function tick() {
  const now = Date.now();
  for (const place of document.querySelectorAll("[data-since]")) place.textContent = t("since", { t: span(now - place.dataset.since) });
  for (const place of document.querySelectorAll("[data-until]")) place.textContent = t("until", { t: span(place.dataset.until - now) });
}

setInterval(tick, 1000);
showState("connecting", "");
drawWords();
follow();
const wanted = new URLSearchParams(location.hash.slice(1)).get("case");
if (wanted) openCase(wanted);
