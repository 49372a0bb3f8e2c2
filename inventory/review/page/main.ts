import { isEmail } from "../../../provider/model/email";
import type { PageData } from "../page-data";
import type { Person } from "../person";
import { chart, roleBars } from "./charts";
import { decisionsIn, download } from "./decision-files";
import { Decisions, REASON_WANTED, type Wish } from "./decisions";
import { byId, make, show } from "./dom";
import { EVERYBODY, isEverybody, type Shown, shownPeople } from "./filter";
import { clearFilters, setUpFilters } from "./filter-controls";
import { DecisionForm } from "./form";
import { formatDecisions, formatDraft, formatPeople } from "./format";
import { showOutstanding, showOverview, showWho } from "./overview";
import { PeopleTable } from "./table";

const data = JSON.parse(byId("data").textContent ?? "") as PageData;
const { people } = data;
const decisions = new Decisions(data);
const status = byId("status");
const you = byId<HTMLInputElement>("you");
let shown: Shown = EVERYBODY;
let current: readonly Person[] = people;

const form = new DecisionForm(decisions, (about, wish) => {
  tell(`${wordsOf(wish)}: ${formatPeople(about.length)}.`);
  refresh();
  table.focusNextOpen();
});
const table = new PeopleTable(
  decisions,
  {
    keep: (person) => {
      const wish: Wish = { kind: "keep", toRole: "", until: "", groups: [], reason: "" };
      const why = decisions.whyNot(person, wish);
      if (why === REASON_WANTED) form.open([person], "keep", false);
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
  },
  data.changedSince !== null,
);

function wordsOf(wish: Wish): string {
  return formatDraft({ ...wish, reviewer: "", decidedAt: "" });
}

function tell(text: string): void {
  status.className = "";
  show("status", text);
}

function tellProblem(text: string): void {
  status.className = "refusal";
  show("status", text);
}

/** `ada@example.com: why; bob@example.com: why`, or how many more. */
function refusedWords(refused: readonly [Person, string][]): string {
  const named = refused.slice(0, 5).map(([{ userName }, why]) => `${userName}: ${why}`);
  const more = refused.length - named.length;
  return `${named.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

function refuse(person: Person, why: string): void {
  tellProblem(`Not decided about ${person.userName}: ${why}.`);
  if (decisions.reviewer === "") you.focus();
}

/** Shows everything as it is decided now. */
function refresh(): void {
  current = shownPeople(people, decisions.drafts, shown);
  table.show(current);
  byId("count").textContent =
    current.length === people.length
      ? formatPeople(people.length)
      : `${current.length.toLocaleString("en")} of ${formatPeople(people.length)}`;
  byId("nobody").hidden = current.length > 0;
  showOverview(people, decisions);
  showOutstanding(people, decisions);
  showWho(decisions);
  byId<HTMLButtonElement>("undo").disabled = !decisions.canUndo;
  byId<HTMLButtonElement>("bulk").disabled = current.length === 0;
  byId("bulk").textContent = `Decide about the ${formatPeople(current.length)} shown…`;
  byId<HTMLButtonElement>("export").disabled = decisions.count() === 0;
  byId("not-kept").hidden = decisions.notKept === undefined;
  byId("reset").hidden = isEverybody(shown);
}

function choose(change: Partial<Shown>): void {
  shown = { ...shown, ...change };
  refresh();
  tell(`${formatPeople(current.length)} shown.`);
}

function exportDecisions(): void {
  // What the review would refuse is open again, and so in no file.
  const refused = decisions.refused();
  decisions.clear(...refused.map(([person]) => person));
  refresh();
  const left = refused.length === 0 ? "" : ` Not in it, and open again: ${refusedWords(refused)}.`;
  if (decisions.count() === 0) {
    tellProblem(`Nothing was exported.${left}`);
    return;
  }
  const name = download(data, decisions);
  const open = people.length - decisions.count();
  const rest = open > 0 ? ` ${formatPeople(open)} still open.` : "";
  tell(
    `${name} has ${formatDecisions(decisions.count())}: put it into the folder of this review.${rest}${left}`,
  );
}

async function loadDecisions(files: readonly File[]): Promise<void> {
  for (const file of files) {
    const read = await decisionsIn(file, data);
    if ("problem" in read) {
      tellProblem(`${file.name} ${read.problem}`);
      return;
    }
    const { taken, refused } = decisions.load(read.found);
    refresh();
    const left = refused.length === 0 ? "" : ` Left out: ${refusedWords(refused)}.`;
    tell(`${file.name}: ${formatDecisions(taken)} loaded, which replace those that were here.${left}`);
  }
}

show("title", `Access review ${data.name}`);
document.title = byId("title").textContent ?? "";
show("subtitle", `${data.workspace} · as it was on ${data.openedAt.slice(0, 16).replace("T", " ")} UTC`);
show("digest", data.review);
if (data.changedSince !== null) show("changed-since", `Changed since ${data.changedSince}`);
byId("by-role").replaceChildren(chart(roleBars(people)));

const reviewers = [...new Set(people.flatMap(({ reviewer }) => reviewer ?? []))].sort();
byId("reviewers").append(...reviewers.map((reviewer) => make("option", { value: reviewer })));
you.value = decisions.reviewer;
you.addEventListener("change", () => {
  const email = you.value.trim();
  const isOne = isEmail(email);
  byId("you-problem").textContent =
    email === "" || isOne ? "" : "Write an e-mail address, such as ada@example.com.";
  decisions.reviewer = isOne ? email : "";
  // Who has people of their own sees those first.
  const mine = reviewers.includes(decisions.reviewer) ? decisions.reviewer : "";
  byId<HTMLSelectElement>("reviewer").value = mine;
  choose({ reviewer: mine });
});

const search = byId<HTMLInputElement>("search");
setUpFilters(people, choose);
byId("bulk").addEventListener("click", () => {
  if (decisions.reviewer === "") {
    tellProblem("Say first who decides.");
    you.focus();
  } else form.open(current, undefined, true);
});
byId("reset").addEventListener("click", () => {
  clearFilters();
  shown = EVERYBODY;
  refresh();
  tell("Everybody is shown.");
  search.focus();
});
byId("undo").addEventListener("click", () => {
  tell(`Taken back: ${formatPeople(decisions.undo())}.`);
  refresh();
});
byId("export").addEventListener("click", exportDecisions);
const files = byId<HTMLInputElement>("load-files");
byId("load").addEventListener("click", () => files.click());
files.addEventListener("change", () => {
  const chosen = [...(files.files ?? [])];
  files.value = "";
  void loadDecisions(chosen);
});
byId("who-now").addEventListener("click", () => {
  you.focus();
  you.select();
});
byId("print").addEventListener("click", () => print());
addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
  if (event.key !== "/" || isTyping || byId<HTMLDialogElement>("form").open) return;
  event.preventDefault();
  search.focus();
});
refresh();
const outdated = decisions.refused();
if (outdated.length > 0) tellProblem(`Decide again: ${refusedWords(outdated)}.`);
