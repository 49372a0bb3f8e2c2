import { decisionsCsv } from "../decision-columns";
import type { PageData } from "../page-data";
import { MARKS, type Mark, type Person } from "../person";
import { DECISION_WORDS, DECISIONS, type DecisionKind } from "../rules";
import { chart, reviewerBars, roleBars } from "./charts";
import { Decisions, type Wish } from "./decisions";
import { byId, make } from "./dom";
import { domainIn, EVERYBODY, isEverybody, NO_REVIEWER, NO_ROLE, type Shown, shownPeople } from "./filter";
import { DecisionForm } from "./form";
import { PeopleTable } from "./table";
import { draftWords, peopleWords } from "./words";

const data = JSON.parse(byId("data").textContent ?? "") as PageData;
const { people } = data;
const decisions = new Decisions(data);
const status = byId("status");
const you = byId<HTMLInputElement>("you");
let shown: Shown = EVERYBODY;
let current: readonly Person[] = people;

const form = new DecisionForm(decisions, (about, wish) => {
  tell(`${wordsOf(wish)}: ${peopleWords(about.length)}.`);
  refresh();
  table.focusNextOpen();
});
const table = new PeopleTable(decisions, {
  keep: (person) => {
    const wish: Wish = { kind: "keep", toRole: "", until: "", reason: "" };
    const why = decisions.whyNot(person, wish);
    if (why === "a reason is wanted") form.open([person], "keep", false);
    else if (why !== undefined) refuse(person, why);
    else {
      decisions.decide([person], wish);
      tell(`Keep: ${person.userName}.`);
      refresh();
      table.focusNextOpen();
    }
  },
  open: (person, kind) => form.open([person], kind, false),
  clear: (person) => {
    decisions.clear(person);
    refresh();
  },
});

function wordsOf(wish: Wish): string {
  return draftWords({ ...wish, reviewer: "", decidedAt: "" });
}

function tell(text: string): void {
  status.className = "";
  status.textContent = text;
}

function refuse(person: Person, why: string): void {
  status.className = "refusal";
  status.textContent = `Not decided about ${person.userName}: ${why}.`;
  if (decisions.reviewer === "") you.focus();
}

/** Shows everything as it is decided now. */
function refresh(): void {
  current = shownPeople(people, decisions.drafts, shown);
  table.show(current);
  byId("count").textContent =
    current.length === people.length
      ? peopleWords(people.length)
      : `${current.length.toLocaleString("en")} of ${peopleWords(people.length)}`;
  byId("nobody").hidden = current.length > 0;
  const decided = decisions.count();
  const progress = byId<HTMLProgressElement>("progress");
  progress.max = people.length;
  progress.value = decided;
  byId("progress-text").textContent =
    `${decided.toLocaleString("en")} of ${people.length.toLocaleString("en")} decided`;
  byId("figures").replaceChildren(
    ...figures().map(([name, count, kind]) =>
      make(
        "div",
        { class: `figure ${kind}` },
        make("dt", {}, name),
        make("dd", {}, count.toLocaleString("en")),
      ),
    ),
  );
  byId("by-reviewer").replaceChildren(chart(reviewerBars(people, decisions)));
  byId<HTMLButtonElement>("undo").disabled = !decisions.canUndo;
  byId<HTMLButtonElement>("bulk").disabled = current.length === 0;
  byId("bulk").textContent = `Decide about the ${peopleWords(current.length)} shown…`;
  byId<HTMLButtonElement>("export").disabled = decided === 0;
  byId("not-kept").hidden = decisions.notKept === undefined;
  byId("reset").hidden = isEverybody(shown);
}

function figures(): [name: string, count: number, kind: string][] {
  return [
    ["people", people.length, "all"],
    ["open", people.length - decisions.count(), "open"],
    ...DECISIONS.map((kind): [string, number, string] => [
      FIGURES[kind],
      decisions.count(kind),
      `is-${kind}`,
    ]),
  ];
}

const FIGURES: Record<DecisionKind, string> = {
  keep: "kept",
  lower: "lowered",
  remove: "removed",
  end: "to end",
};

function choose(change: Partial<Shown>): void {
  shown = { ...shown, ...change };
  refresh();
  tell(`${peopleWords(current.length)} shown.`);
}

/** A choice of everything that is met, the most frequent first. */
function fill(id: string, key: "role" | "group" | "domain" | "reviewer", values: string[]): void {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const select = byId<HTMLSelectElement>(id);
  for (const [value, count] of [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))) {
    select.append(
      make("option", { value }, `${value.replaceAll("_", key === "role" ? " " : "_")} (${count})`),
    );
  }
  select.addEventListener("change", () => choose({ [key]: select.value }));
}

function exportDecisions(): void {
  const text = decisionsCsv(data.population, people, decisions.drafts);
  const name = `decisions-${decisions.reviewer.replace(/[^a-z0-9.@_-]/g, "_")}.csv`;
  // The mark makes a spreadsheet read it as UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv" }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  const open = people.length - decisions.count();
  tell(
    `${name} has ${decisions.count()} decisions: put it into the folder of this review.${open > 0 ? ` ${peopleWords(open)} still open.` : ""}`,
  );
}

document.title = `Access review ${data.name}`;
byId("title").textContent = `Access review ${data.name}`;
byId("subtitle").textContent =
  `${data.workspace} · as it was on ${data.openedAt.slice(0, 16).replace("T", " ")} UTC`;
byId("digest").textContent = data.population;
byId("by-role").replaceChildren(chart(roleBars(people)));

const reviewers = [...new Set(people.flatMap(({ reviewer }) => reviewer ?? []))].sort();
byId("reviewers").append(...reviewers.map((reviewer) => make("option", { value: reviewer })));
you.value = decisions.reviewer;
you.addEventListener("change", () => {
  const email = you.value.trim();
  const isOne = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  byId("you-problem").textContent =
    email === "" || isOne ? "" : "Write an e-mail address, such as ada@example.com.";
  decisions.reviewer = isOne ? email : "";
  // Who has people of their own sees those first.
  const mine = reviewers.includes(decisions.reviewer) ? decisions.reviewer : "";
  byId<HTMLSelectElement>("reviewer").value = mine;
  choose({ reviewer: mine });
});

fill(
  "role",
  "role",
  people.map(({ role }) => role ?? NO_ROLE),
);
fill(
  "group",
  "group",
  people.flatMap(({ groups }) => groups),
);
fill("domain", "domain", people.map(domainIn));
fill(
  "reviewer",
  "reviewer",
  people.map(({ reviewer }) => reviewer ?? NO_REVIEWER),
);
const decision = byId<HTMLSelectElement>("decision");
decision.append(...DECISIONS.map((kind) => make("option", { value: kind }, DECISION_WORDS[kind])));
decision.addEventListener("change", () => choose({ decision: decision.value as Shown["decision"] }));
const search = byId<HTMLInputElement>("search");
search.addEventListener("input", () => choose({ text: search.value }));

for (const mark of MARKS) {
  const count = people.filter(({ marks }) => marks.includes(mark)).length;
  if (count === 0) continue;
  const button = make(
    "button",
    { type: "button", class: "toggle", "aria-pressed": "false" },
    `${mark} `,
    make("b", {}, String(count)),
  );
  button.addEventListener("click", () => {
    const marks = new Set<Mark>(shown.marks);
    if (!marks.delete(mark)) marks.add(mark);
    button.setAttribute("aria-pressed", String(marks.has(mark)));
    choose({ marks });
  });
  byId("marks").append(button);
}

byId("bulk").addEventListener("click", () => {
  if (decisions.reviewer === "") {
    status.className = "refusal";
    status.textContent = "Say first who decides.";
    you.focus();
  } else form.open(current, undefined, true);
});
byId("reset").addEventListener("click", () => {
  for (const id of ["role", "group", "domain", "reviewer", "decision"])
    byId<HTMLSelectElement>(id).value = "";
  search.value = "";
  for (const button of byId("marks").querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
  shown = EVERYBODY;
  refresh();
  tell("Everybody is shown.");
  search.focus();
});
byId("undo").addEventListener("click", () => {
  tell(`Taken back: ${peopleWords(decisions.undo())}.`);
  refresh();
});
byId("export").addEventListener("click", exportDecisions);
byId("print").addEventListener("click", () => print());
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (event.key !== "/" || isTyping || byId<HTMLDialogElement>("form").open) return;
  event.preventDefault();
  search.focus();
});
refresh();
