// The words of the page in both languages, and how numbers, times and ids are written.

const EN = {
  skip: "To the content",
  here: "on this machine",
  zone: "times in {zone}",
  running: "running",
  connecting: "connecting",
  stopped: "stopped",
  stopped_text: "The call centre has stopped, or this page cannot reach it. What is shown is the last that was seen. Start it with “make run”; this page then goes on by itself.",
  other_language: "Bahasa Indonesia",
  doors_title: "Four things to do",
  call: "Call {number}",
  call_text: "Hear the prompts, press keys, complain, keep the reference.",
  write: "Write an e-mail",
  write_text: "To {care}. The acknowledgement comes to the mailbox.",
  chat: "Chat",
  chat_text: "Ask, complain, see the quota, change the package.",
  agent: "Be the agent",
  agent_text: "Sign in at the desk, take a case, reply, resolve it.",
  sms: "the customer's SMS",
  mailbox: "their mailbox",
  status_page: "a case’s page",
  operator_system: "invented subscribers",
  doors_note: "Be one of the {operator_system}. What comes back is read and answered in {sms}, {mailbox} and on {status_page}. Nothing leaves this machine.",
  not_open: "not open",
  way_title: "The way of each event",
  way_note: "slowed down for the eye; ids and milliseconds are as logged",
  way_empty: "Nothing has come in yet. Call, write or chat, and watch it go through here.",
  time: "Time",
  function: "Function",
  decided: "What it decided",
  about: "About",
  cold: "cold",
  no_report: "did not end",
  cases: "Cases",
  cases_note: "choose one for its timeline and its way",
  cases_empty: "No case yet.",
  contacts: "Contacts",
  contacts_note: "today, newest first",
  contacts_empty: "No contact yet.",
  reference: "Reference",
  kind: "Kind",
  status: "Status",
  opened: "Opened",
  due: "Due",
  channel: "Channel",
  contact: "Contact",
  case: "Case",
  followups: "Follow-ups",
  followups_empty: "No follow-up yet. Each case that waits for a person gets one.",
  n_running: "{n} running, {m} ended",
  since: "for {t}",
  until: "at most {t} more",
  did_Warn: "warned", did_Escalate: "escalated", did_Chase: "promise broken", did_Update: "told where it stands",
  did_Nudge: "nudged", did_Unpause: "goes on without the customer", did_Remind: "reminded",
  cycle: "cycle {n}",
  part: "part {n}",
  queues: "Queues",
  queue: "Queue",
  waiting: "Waiting",
  in_flight: "In flight",
  queues_empty: "No queue.",
  dead: "Dead letters and parked records",
  dead_none: "None. What a function fails on again and again would wait here whole.",
  dead_letters: "dead letters",
  parked: "stream records parked in S3",
  replay: "Mend the cause, then put them through again:",
  functions: "Functions",
  functions_note: "end one in the middle: nothing is lost",
  functions_empty: "No function.",
  process: "Process",
  calls: "Calls",
  kill: "Kill",
  killed: "killed",
  state_cold: "cold",
  state_idle: "idle",
  state_busy: "busy",
  metrics: "Metrics",
  metrics_note: "CloudWatch, last 30 minutes",
  metrics_empty: "None yet.",
  metric: "Metric",
  sum: "Sum",
  by_minute: "Each minute",
  real_title: "What is real here",
  real: "Real",
  real_text: "The functions' code, each in a process under AWS's runtime client; the template; the state machine's definition; the contact flow that deploys to Amazon Connect; SMTP, WebSocket and HTTP with signed tokens; every DynamoDB, SQS, S3 and Step Functions request.",
  stands_in: "Stands in",
  stands_in_text: "ministack answers as DynamoDB, SQS, SNS, S3 and CloudWatch; moto runs the Step Functions machine; a page plays Amazon Connect, another the customer's phone for SMS; SES, API Gateway and Cognito are small local servers; a readable file of invented subscribers answers as the operator’s system.",
  needs: "Only on AWS and with a carrier",
  needs_text: "A call over the telephone network, mail and SMS to real people, a sign-in with real accounts. Time runs faster here than the policy says, and all state ends with Ctrl-C.",
  close: "Close",
  timeline: "Timeline",
  timeline_empty: "Nothing yet.",
  messages: "Messages",
  its_way: "Its way",
  its_way_note: "from the first event on",
  its_way_empty: "The logs hold nothing of it.",
  machine: "follow-up",
  entered: "entered {s}",
  took: "stayed {t}",
  loading: "Reading…",
  failed: "Cannot be read: {e}",
  n_voice: "Phone", n_email: "E-mail", n_chat: "Chat", n_sms: "SMS", n_status: "Status",
  n_desk: "Agent",
  n_table: "Table", n_stream: "Stream", n_machine: "Follow-up", n_events: "Events",
  n_operator: "Operator", t_operator: "its system",
  t_table: ["contacts", "cases", "timelines", "outbox"],
  q_waiting: "{n} waiting",
  picture: "Picture of the architecture: doors, channel functions, table, stream, fan-out, queues, follow-up, messages out, and package orders to the operator’s system",
};

const ID = {
  skip: "Ke isi halaman",
  here: "di mesin ini",
  zone: "waktu {zone}",
  running: "berjalan",
  connecting: "menyambung",
  stopped: "berhenti",
  stopped_text: "Pusat layanan sudah berhenti, atau halaman ini tidak dapat menjangkaunya. Yang tampak adalah keadaan terakhir. Jalankan dengan “make run”; halaman ini lalu berlanjut sendiri.",
  other_language: "English",
  doors_title: "Empat hal yang dapat dilakukan",
  call: "Telepon {number}",
  call_text: "Dengarkan, tekan tombol, sampaikan keluhan, simpan nomor referensinya.",
  write: "Tulis e-mail",
  write_text: "Ke {care}. Balasannya masuk ke kotak surat.",
  chat: "Chat",
  chat_text: "Bertanya, mengeluh, melihat kuota, mengganti paket.",
  agent: "Jadi petugas",
  agent_text: "Masuk ke meja petugas, ambil kasus, balas, selesaikan.",
  sms: "SMS pelanggan",
  mailbox: "kotak surat pelanggan",
  status_page: "halaman kasus",
  operator_system: "pelanggan rekaan",
  doors_note: "Jadilah salah satu {operator_system}. Yang dikirim kembali dibaca dan dijawab di {sms}, {mailbox}, dan {status_page}. Tidak ada yang keluar dari mesin ini.",
  not_open: "belum dibuka",
  way_title: "Jalan setiap peristiwa",
  way_note: "diperlambat agar terlihat; id dan milidetik seperti tercatat",
  way_empty: "Belum ada yang masuk. Telepon, tulis, atau chat, lalu lihat jalannya di sini.",
  time: "Waktu",
  function: "Fungsi",
  decided: "Yang diputuskan",
  about: "Tentang",
  cold: "baru mulai",
  no_report: "tidak selesai",
  cases: "Kasus",
  cases_note: "pilih satu untuk riwayat dan jalannya",
  cases_empty: "Belum ada kasus.",
  contacts: "Kontak",
  contacts_note: "hari ini, terbaru di atas",
  contacts_empty: "Belum ada kontak.",
  reference: "Referensi",
  kind: "Jenis",
  status: "Status",
  opened: "Dibuka",
  due: "Tenggat",
  channel: "Saluran",
  contact: "Kontak",
  case: "Kasus",
  followups: "Tindak lanjut",
  followups_empty: "Belum ada tindak lanjut. Setiap kasus yang menunggu petugas mendapat satu.",
  n_running: "{n} berjalan, {m} selesai",
  since: "selama {t}",
  until: "paling lama {t} lagi",
  did_Warn: "diperingatkan", did_Escalate: "dinaikkan", did_Chase: "janji tidak ditepati", did_Update: "dikabari",
  did_Nudge: "diminta lagi", did_Unpause: "lanjut tanpa pelanggan", did_Remind: "diingatkan",
  cycle: "putaran {n}",
  part: "bagian {n}",
  queues: "Antrean",
  queue: "Antrean",
  waiting: "Menunggu",
  in_flight: "Diproses",
  queues_empty: "Tidak ada antrean.",
  dead: "Pesan gagal dan catatan terparkir",
  dead_none: "Tidak ada. Yang berulang kali gagal akan menunggu di sini, utuh.",
  dead_letters: "pesan gagal",
  parked: "catatan stream terparkir di S3",
  replay: "Perbaiki sebabnya, lalu jalankan lagi:",
  functions: "Fungsi",
  functions_note: "matikan di tengah jalan: tidak ada yang hilang",
  functions_empty: "Tidak ada fungsi.",
  process: "Proses",
  calls: "Panggilan",
  kill: "Matikan",
  killed: "dimatikan",
  state_cold: "dingin",
  state_idle: "siap",
  state_busy: "bekerja",
  metrics: "Metrik",
  metrics_note: "CloudWatch, 30 menit terakhir",
  metrics_empty: "Belum ada.",
  metric: "Metrik",
  sum: "Jumlah",
  by_minute: "Tiap menit",
  real_title: "Apa yang nyata di sini",
  real: "Nyata",
  real_text: "Kode fungsi, masing-masing dalam proses di bawah klien runtime AWS; templat; definisi mesin tindak lanjut; alur telepon yang dipasang ke Amazon Connect; SMTP, WebSocket, dan HTTP dengan token bertanda tangan; setiap permintaan ke DynamoDB, SQS, S3, dan Step Functions.",
  stands_in: "Tiruan",
  stands_in_text: "ministack menjawab sebagai DynamoDB, SQS, SNS, S3, dan CloudWatch; moto menjalankan mesin Step Functions; satu halaman berperan sebagai Amazon Connect, satu lagi sebagai ponsel pelanggan untuk SMS; SES, API Gateway, dan Cognito adalah server lokal kecil; berkas berisi pelanggan rekaan menjawab sebagai sistem operator.",
  needs: "Hanya di AWS dan dengan operator",
  needs_text: "Panggilan lewat jaringan telepon, e-mail dan SMS kepada orang sungguhan, masuk dengan akun sungguhan. Waktu di sini berjalan lebih cepat daripada kebijakan, dan semua keadaan berakhir dengan Ctrl-C.",
  close: "Tutup",
  timeline: "Riwayat",
  timeline_empty: "Belum ada.",
  messages: "Pesan",
  its_way: "Jalannya",
  its_way_note: "sejak peristiwa pertama",
  its_way_empty: "Tidak ada catatan tentangnya.",
  machine: "tindak lanjut",
  entered: "masuk {s}",
  took: "selama {t}",
  loading: "Membaca…",
  failed: "Tidak dapat dibaca: {e}",
  n_voice: "Telepon", n_email: "E-mail", n_chat: "Chat", n_sms: "SMS", n_status: "Status",
  n_desk: "Petugas",
  n_table: "Tabel", n_stream: "Stream", n_machine: "Tindak lanjut", n_events: "Peristiwa",
  n_operator: "Operator", t_operator: "sistemnya",
  t_table: ["kontak", "kasus", "riwayat", "kotak keluar"],
  q_waiting: "{n} menunggu",
  picture: "Gambar arsitektur: pintu, fungsi saluran, tabel, stream, fan-out, antrean, tindak lanjut, pesan keluar, dan pesanan paket ke sistem operator",
};

const LANGUAGES = { en: EN, id: ID };
const KEPT_AS = "console-language";
let language = localStorage.getItem(KEPT_AS) === "id" ? "id" : "en";

export const current = () => language;

export function change() {
  language = language === "en" ? "id" : "en";
  localStorage.setItem(KEPT_AS, language);
}

export function t(key, values = {}) {
  const text = LANGUAGES[language][key];
  if (typeof text !== "string") return text;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(language === "id" ? "id-ID" : "en-GB");
}

// The zone of the times shown: the browser's own.
export function zone() {
  const parts = new Intl.DateTimeFormat("id-ID", { timeZoneName: "short" }).formatToParts(new Date());
  return parts.find((part) => part.type === "timeZoneName").value;
}

// 0.4 s, 12 s, 3 min 5 s, 2 h 10 min
export function span(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

export function milliseconds(value) {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

export function short(id) {
  return id.length > 12 ? `…${id.slice(-6)}` : id;
}

// snake_case or CamelCase names of the system, as words.
export function words(name) {
  return String(name ?? "")
    .replace(/_/g, " ")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
}
