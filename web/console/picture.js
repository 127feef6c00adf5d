// The architecture as a picture, drawn wide or tall, in which the way of each event lights up.

import { milliseconds, short, t, words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

// What stands under a node's name, where it is not a number read from the system.
const FUNCTIONS = [
  "voice", "email", "chat", "sms", "status", "desk", "fanout", "followup", "step", "repair", "notify", "provisioning",
  "delivery", "sms-gateway", "calls",
];
const DOORS = ["voice", "email", "chat", "sms", "status", "desk"];

// x, y, width, height of each node.
const WIDE = {
  size: [1200, 508],
  nodes: {
    "door-voice": [8, 20, 96, 44], "door-email": [8, 97, 96, 44], "door-chat": [8, 174, 96, 44],
    "door-sms": [8, 251, 96, 44], "door-status": [8, 328, 96, 44], "door-desk": [8, 405, 96, 44],
    voice: [156, 20, 100, 44], email: [156, 97, 100, 44], chat: [156, 174, 100, 44],
    sms: [156, 251, 100, 44], status: [156, 328, 100, 44], desk: [156, 405, 100, 44],
    table: [308, 16, 104, 433], stream: [458, 130, 84, 44], fanout: [588, 130, 96, 44],
    "q-followup": [732, 98, 112, 44], followup: [892, 98, 96, 44], step: [892, 20, 96, 44], repair: [588, 56, 96, 44],
    machine: [1036, 12, 136, 152],
    "q-notify": [732, 196, 112, 44], notify: [892, 196, 96, 44],
    "out-chat": [1036, 186, 136, 32], "out-email": [1036, 226, 136, 32], "out-sms": [1036, 266, 136, 32],
    "q-provisioning": [732, 318, 112, 44], provisioning: [884, 318, 112, 44], operator: [1036, 318, 136, 44],
    events: [1036, 392, 136, 44], "q-delivery": [732, 392, 112, 44], delivery: [588, 392, 96, 44],
    "sms-gateway": [1036, 456, 136, 44],
    "q-calls": [572, 244, 112, 44], calls: [444, 244, 96, 44],
  },
  edges: {
    "table>stream": "M412 152H458", "stream>fanout": "M542 152H588",
    "fanout>q-followup": "M684 144H708V120H732", "fanout>q-notify": "M684 154H708V218H732",
    "fanout>q-provisioning": "M684 164H696V340H732",
    "q-followup>followup": "M844 120H892", "followup>machine": "M988 120H1036",
    "machine>q-followup": "M1036 154H788V142", "machine>step": "M1036 42H988", "step>table": "M892 32H412",
    "repair>table": "M588 78H412", "repair>machine": "M684 78H1036",
    "q-notify>notify": "M844 218H892",
    "notify>out-chat": "M988 212H1012V202H1036", "notify>out-email": "M988 218H1012V242H1036",
    "notify>out-sms": "M988 224H1012V282H1036",
    "q-provisioning>provisioning": "M844 340H884", "provisioning>operator": "M996 340H1036",
    "provisioning>table": "M940 362V369H412",
    "out-email>events": "M1172 242H1194V420H1172", "out-sms>events": "M1172 282H1184V408H1172",
    "events>q-delivery": "M1036 414H844", "q-delivery>delivery": "M732 414H684", "delivery>table": "M588 414H412",
    "operator>sms-gateway": "M1060 362V377H1016V446H1104V456", "sms-gateway>q-delivery": "M1036 470H788V436",
    "sms-gateway>sms": "M1036 486H282V285H256",
    "q-calls>calls": "M572 266H540", "calls>table": "M444 266H412",
  },
};
const TALL = {
  size: [344, 972],
  nodes: {
    "door-voice": [3, 8, 53, 40], "door-email": [60, 8, 53, 40], "door-chat": [117, 8, 53, 40],
    "door-sms": [174, 8, 53, 40], "door-status": [231, 8, 53, 40], "door-desk": [288, 8, 53, 40],
    voice: [3, 84, 53, 44], email: [60, 84, 53, 44], chat: [117, 84, 53, 44],
    sms: [174, 84, 53, 44], status: [231, 84, 53, 44], desk: [288, 84, 53, 44],
    table: [8, 168, 328, 44], stream: [122, 244, 100, 40], fanout: [122, 316, 100, 44],
    "q-followup": [22, 400, 130, 44], followup: [22, 480, 130, 44], machine: [22, 560, 130, 148],
    step: [22, 748, 61, 44], repair: [91, 748, 61, 44],
    "q-notify": [192, 400, 132, 44], notify: [192, 480, 132, 44],
    "out-chat": [192, 560, 40, 36], "out-email": [238, 560, 40, 36], "out-sms": [284, 560, 40, 36],
    events: [192, 624, 132, 36], "q-delivery": [192, 686, 132, 44], delivery: [192, 748, 132, 44],
    "q-provisioning": [112, 840, 120, 44], provisioning: [112, 920, 120, 44], operator: [252, 920, 84, 44],
    "sms-gateway": [236, 806, 102, 44],
    calls: [18, 824, 76, 44], "q-calls": [18, 890, 76, 44],
  },
  edges: {
    "table>stream": "M172 212V244", "stream>fanout": "M172 284V316",
    "fanout>q-followup": "M150 360V380H87V400", "fanout>q-notify": "M194 360V380H258V400",
    "fanout>q-provisioning": "M178 360V840",
    "q-followup>followup": "M87 444V480", "followup>machine": "M87 524V560",
    "machine>q-followup": "M152 600H164V422H152", "machine>step": "M52 708V748", "step>table": "M22 770H14V228H26V212",
    "repair>table": "M121 792V804H9.5V224H20V212", "repair>machine": "M121 748V708",
    "q-notify>notify": "M258 444V480",
    "notify>out-chat": "M220 524V542H212V560", "notify>out-email": "M258 524V560",
    "notify>out-sms": "M296 524V542H304V560",
    "out-email>events": "M258 596V624", "out-sms>events": "M304 596V624", "events>q-delivery": "M258 660V686",
    "q-delivery>delivery": "M258 730V748", "delivery>table": "M324 770H338V220H330V212",
    "q-provisioning>provisioning": "M172 884V920", "provisioning>operator": "M232 942H252",
    "provisioning>table": "M112 942H5V220H14V212",
    "operator>sms-gateway": "M294 920V850", "sms-gateway>q-delivery": "M331 806V708H324",
    "q-calls>calls": "M56 890V868", "calls>table": "M18 846H9.5V224H20V212",
  },
};
for (const name of DOORS) {
  for (const layout of [WIDE, TALL]) {
    const [dx, dy, dw, dh] = layout.nodes[`door-${name}`];
    const [x, y, w, h] = layout.nodes[name];
    const [tx, ty] = layout.nodes.table;
    if (layout === WIDE) {
      layout.edges[`door-${name}>${name}`] = `M${dx + dw} ${dy + dh / 2}H${x}`;
      layout.edges[`${name}>table`] = `M${x + w} ${y + h / 2}H${tx}`;
    } else {
      layout.edges[`door-${name}>${name}`] = `M${dx + dw / 2} ${dy + dh}V${y}`;
      layout.edges[`${name}>table`] = `M${x + w / 2} ${y + h}V${ty}`;
    }
  }
}

// The edges an invocation of each function went along.
const ALONG = {
  voice: ["door-voice>voice", "voice>table"],
  email: ["door-email>email", "email>table"],
  chat: ["door-chat>chat", "chat>table"],
  sms: ["door-sms>sms", "sms>table"],
  status: ["door-status>status", "status>table"],
  desk: ["door-desk>desk", "desk>table"],
  fanout: ["table>stream", "stream>fanout"],
  followup: ["fanout>q-followup", "q-followup>followup", "followup>machine"],
  step: ["machine>step", "step>table"],
  repair: ["repair>table", "repair>machine"],
  notify: ["fanout>q-notify", "q-notify>notify"],
  provisioning: ["fanout>q-provisioning", "q-provisioning>provisioning", "provisioning>operator", "provisioning>table"],
  delivery: ["events>q-delivery", "q-delivery>delivery", "delivery>table"],
  "sms-gateway": ["operator>sms-gateway"],
  calls: ["q-calls>calls", "calls>table"],
};
// Where what the operator's gateway told went, by what was logged of it.
const QUEUED = { "webhook queued for delivery": "sms-gateway>q-delivery", "webhook queued for sms": "sms-gateway>sms" };
// A customer who called is written to by SMS.
const SENDER = { email: "email", chat: "chat", sms: "sms", voice: "sms" };
// The states in which an execution waits.
const STATES = ["AwaitWork", "AwaitCustomer", "AwaitAnswer"];
const LIT_MS = 3500;

export class Picture {
  constructor(place) {
    this.place = place;
    this.tall = null;
    this.last = {};
    this.queue = [];
    this.running = false;
    this.counts = {};
    this.states = {};
    new ResizeObserver(() => this.fit()).observe(place);
    this.fit();
  }

  fit() {
    const tall = this.place.clientWidth < 720;
    if (tall !== this.tall) {
      this.tall = tall;
      this.draw();
    }
  }

  draw() {
    const layout = this.tall ? TALL : WIDE;
    const svg = element("svg", { viewBox: `0 0 ${layout.size.join(" ")}`, role: "img", class: this.tall ? "tall" : "wide" });
    svg.append(element("title", {}, t("picture")));
    this.edges = {};
    for (const [name, d] of Object.entries(layout.edges)) {
      svg.append(element("path", { d, class: "edge" }));
      svg.append(arrow(d));
      this.edges[name] = element("path", { d, class: "trace", pathLength: 1 });
      svg.append(this.edges[name]);
    }
    this.nodes = {};
    for (const [name, box] of Object.entries(layout.nodes)) {
      this.nodes[name] = this.node(name, box);
      svg.append(this.nodes[name].group);
    }
    for (const { tag } of Object.values(this.nodes)) svg.append(tag);
    this.place.replaceChildren(svg);
    this.showNumbers();
  }

  node(name, [x, y, width, height]) {
    const kind = name.startsWith("door-") ? "door" : name.startsWith("q-") ? "queue" : FUNCTIONS.includes(name) ? "function" : "service";
    const group = element("g", { class: `node ${kind}` });
    group.append(element("rect", { x, y, width, height, rx: kind === "queue" ? 22 : 8 }));
    const middle = x + width / 2;
    const room = 43;
    const shown = Math.min(Math.max(middle, room), (this.tall ? TALL : WIDE).size[0] - room);
    const tag = element("text", { class: "tag", x: shown, y: y - 8 });
    const lines = {};
    const put = (key, text, at, cls = "") => {
      lines[key] = element("text", { x: middle, y: at, class: cls }, text);
      group.append(lines[key]);
    };
    if (name === "machine") {
      put("name", t("n_machine"), y + 24, "name");
      put("sub", "Step Functions", y + 42, "sub");
      STATES.forEach((state, place) => {
        const top = y + 54 + place * 32;
        group.append(element("rect", { x: x + 8, y: top, width: width - 16, height: 27, rx: 6, class: "state" }));
        lines[`${state}-box`] = group.lastChild;
        put(`${state}-name`, words(state), top + 18, "sub");
        put(state, "0", top + 18, "count");
        lines[`${state}-name`].setAttribute("x", x + 13);
        lines[state].setAttribute("x", x + width - 13);
      });
    } else if (name === "table") {
      const rows = t("t_table");
      if (this.tall) {
        put("name", `${t("n_table")} · DynamoDB`, y + 18, "name");
        put("sub", rows.join(", "), y + 35, "sub");
      } else {
        put("name", t("n_table"), y + 34, "name");
        put("sub", "DynamoDB", y + 52, "sub");
        rows.forEach((row, place) => put(`row-${place}`, row, y + 152 + place * 24, "sub"));
      }
    } else if (name === "operator") {
      put("name", t("n_operator"), y + height / 2 - 2, "name");
      put("sub", t("t_operator"), y + height / 2 + 15, "sub");
    } else {
      const title = { stream: t("n_stream"), events: t("n_events"), "out-email": "SES", "out-sms": "SMS", "out-chat": "Chat" }[name]
        ?? (kind === "door" ? t(`n_${name.slice(5)}`) : name.replace(/^q-/, ""));
      const single = height < 40 || kind === "door" || name === "stream" || name === "events";
      put("name", title, y + height / 2 + (single ? 5 : -2), "name");
      if (!single) put("sub", kind === "queue" ? "SQS" : "λ", y + height / 2 + 15, "sub");
    }
    return { group, lines, tag };
  }

  // Queues' counts and how many executions stand in each waiting state.
  numbers(counts, states) {
    Object.assign(this.counts, counts);
    if (states) this.states = states;
    this.showNumbers();
  }

  showNumbers() {
    for (const name of ["followup", "notify", "provisioning", "delivery", "calls"]) {
      const count = this.counts[name];
      const line = this.nodes[`q-${name}`].lines.sub;
      if (count !== undefined) line.textContent = t("q_waiting", { n: count });
      line.classList.toggle("some", count > 0);
    }
    for (const state of STATES) {
      const count = this.states[state] ?? 0;
      const { lines } = this.nodes.machine;
      lines[state].textContent = String(count);
      lines[`${state}-box`].classList.toggle("some", count > 0);
    }
    for (const [name, ms] of Object.entries(this.last)) {
      this.nodes[name].lines.sub.textContent = ms;
    }
  }

  // Writes how long each function took last, without lighting anything.
  remember(visits) {
    for (const visit of visits) this.keep(visit);
    this.showNumbers();
  }

  keep({ function: name, milliseconds: ms }) {
    if (name in ALONG) this.last[name] = ms === null ? "λ" : `${milliseconds(ms)} ms`;
  }

  // Lights what these invocations went through, one after the other.
  show(visits) {
    this.queue.push(...visits.filter((visit) => visit.function in ALONG));
    if (this.queue.length > 24) this.queue.splice(0, this.queue.length - 24);
    if (!this.running) this.next();
  }

  next() {
    const visit = this.queue.shift();
    this.running = visit !== undefined;
    if (!this.running) return;
    const edges = [...ALONG[visit.function]];
    if (visit.channel in SENDER) {
      if (visit.function === "notify") edges.push(`notify>out-${SENDER[visit.channel]}`);
      if (visit.function === "delivery") edges.push(`out-${SENDER[visit.channel]}>events`);
    }
    for (const { what } of visit.decisions) if (what in QUEUED) edges.push(QUEUED[what]);
    this.keep(visit);
    this.light(visit, edges);
    const pace = this.queue.length > 8 ? 140 : 420;
    setTimeout(() => this.next(), pace);
  }

  light(visit, edges) {
    const failed = visit.silent || visit.decisions.some((d) => d.level === "ERROR" || d.level === "CRITICAL");
    const ids = visit.cases.length ? visit.cases : visit.contacts;
    const { tag, lines } = this.nodes[visit.function];
    lines.sub.textContent = this.last[visit.function];
    tag.textContent = ids.length > 1 ? `${short(ids[0])} +${ids.length - 1}` : short(ids[0] ?? "");
    const touched = new Set([visit.function]);
    for (const name of edges) {
      if (!(name in this.edges)) continue;
      restart(this.edges[name], "lit", failed);
      for (const end of name.split(">")) if (end in this.nodes) touched.add(end);
    }
    for (const name of touched) restart(this.nodes[name].group, "lit", failed);
    restart(tag, "lit", failed);
  }
}

function restart(target, name, failed) {
  clearTimeout(target.fading);
  target.classList.remove(name);
  target.getBoundingClientRect();
  target.classList.add(name);
  target.classList.toggle("failed", failed);
  target.fading = setTimeout(() => target.classList.remove(name, "failed"), LIT_MS);
}

// A small head at the end of a path of horizontal and vertical lines.
function arrow(d) {
  const parts = d.match(/[MHV][\d. ]+/g);
  let [x, y] = parts[0].slice(1).trim().split(" ").map(Number);
  let direction = [0, 0];
  for (const part of parts.slice(1)) {
    const to = Number(part.slice(1));
    if (part[0] === "H") {
      direction = [Math.sign(to - x), 0];
      x = to;
    } else {
      direction = [0, Math.sign(to - y)];
      y = to;
    }
  }
  const [dx, dy] = direction;
  const points = [[x, y], [x - dx * 7 - dy * 4, y - dy * 7 - dx * 4], [x - dx * 7 + dy * 4, y - dy * 7 + dx * 4]];
  return element("polygon", { points: points.map((p) => p.join(",")).join(" "), class: "arrow" });
}

function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
