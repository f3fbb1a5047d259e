// The panel's live state and its buttons.

const PAUSE = 1000; // milliseconds between two questions
const DONE = {
  leak: "Every slot is taken. New connections are refused.",
  lock: "The orders are locked. Payments wait behind the lock.",
  stop: "The database is stopped.",
  start: "The database runs again.",
  heal: "Every fault is gone. Payments go through again.",
};

const part = (id) => document.getElementById(id);
const buttons = [...document.querySelectorAll("button[data-deed]")];
const button = (deed) => buttons.find((found) => found.dataset.deed === deed);
let busy = false;
let last = null;

function show(id, health, words) {
  part(id).className = `row ${health}`;
  part(id).querySelector(".say").textContent = words;
}

function apiWords(state) {
  if (state.api === 200) return "Ready.";
  return `${state.api === null ? "Down" : `Not ready (${state.api})`}: ${state.reason}`;
}

function databaseWords(state) {
  if (state.database === "stopped") return "Stopped.";
  if (state.database === "lost") return "Started, and does not answer.";
  const waiting = state.waiting ? ` ${state.waiting} wait for a lock.` : "";
  return `Running. ${state.used} of ${state.usable} usable slots taken.${waiting}`;
}

function draw(state) {
  last = state;
  const full = state.used !== null && state.used >= state.usable;
  show("api", state.api === 200 ? "good" : "bad", apiWords(state));
  show("database", state.database !== "running" || full ? "bad" : state.waiting ? "fair" : "good", databaseWords(state));
  show("payments", state.failed ? "bad" : state.taken ? "good" : "fair",
    `${state.taken} taken and ${state.failed} failed in the last ${state.seconds} seconds.`);
  const share = (count) => `${Math.min(100, (100 * count) / state.usable)}%`;
  part("leaked").style.width = share(state.used === null ? 0 : state.leaked);
  part("others").style.width = share(Math.max(0, (state.used ?? 0) - state.leaked));
  button("leak").classList.toggle("on", state.leaked > 0);
  button("lock").classList.toggle("on", state.locked);
  button("stop").classList.toggle("on", state.database === "stopped");
  allow();
}

function allow() {
  const stopped = last?.database === "stopped";
  for (const found of buttons) found.disabled = busy;
  if (busy || last === null) return;
  button("leak").disabled = stopped || last.leaked > 0;
  button("lock").disabled = stopped || last.locked;
  button("stop").disabled = stopped;
  button("start").disabled = last.database === "running";
}

async function perform(deed) {
  busy = true;
  allow();
  button(deed).setAttribute("aria-busy", "true");
  part("said").textContent = "Working on it.";
  try {
    const answer = await fetch(`/fault/${deed}`, { method: "POST" });
    const body = await answer.json();
    part("said").textContent = answer.ok ? DONE[deed] : body.error;
    if (answer.ok) last = body;
  } catch {
    part("said").textContent = "The demo does not answer. Start it again with make demo.";
  }
  button(deed).removeAttribute("aria-busy");
  busy = false;
  if (last) draw(last);
}

async function watch() {
  for (;;) {
    try {
      draw(await (await fetch("/state")).json());
    } catch {
      for (const id of ["api", "database", "payments"]) show(id, "", "The demo does not answer.");
      last = null;
    }
    await new Promise((resolve) => { setTimeout(resolve, document.hidden ? PAUSE * 5 : PAUSE); });
  }
}

for (const found of buttons) found.addEventListener("click", () => perform(found.dataset.deed));
watch();
