import { ROLES } from "../../../provider/model/role";
import type { Person } from "../person";
import { DECISION_LABELS, DECISIONS, type DecisionKind, lowerRoles } from "../rules";
import type { Decisions, Wish } from "./decisions";
import { byId, make, show } from "./dom";
import { formatPeople, formatRole } from "./format";

/** The form in which one decision is made, about one person or about all that are shown. */
export class DecisionForm {
  readonly #dialog = byId<HTMLDialogElement>("form");
  readonly #about = byId("form-about");
  readonly #problem = byId("form-problem");
  readonly #toRole = byId<HTMLSelectElement>("form-role");
  readonly #until = byId<HTMLInputElement>("form-until");
  readonly #groups = byId("form-groups");
  readonly #reason = byId<HTMLTextAreaElement>("form-reason");
  readonly #onlyOpen = byId<HTMLInputElement>("form-only-open");
  readonly #save = byId<HTMLButtonElement>("form-save");
  readonly #decisions: Decisions;
  readonly #onDecided: (people: Person[], wish: Wish) => void;
  #people: readonly Person[] = [];
  #isBulk = false;

  constructor(decisions: Decisions, onDecided: (people: Person[], wish: Wish) => void) {
    this.#decisions = decisions;
    this.#onDecided = onDecided;
    byId("form-kinds").append(
      ...DECISIONS.map((kind) =>
        make(
          "label",
          { class: `kind is-${kind}` },
          make("input", { type: "radio", name: "kind", value: kind }),
          DECISION_LABELS[kind],
        ),
      ),
    );
    this.#dialog.addEventListener("input", () => this.#update());
    this.#dialog.addEventListener("submit", (event) => this.#submit(event));
    byId("form-cancel").addEventListener("click", () => this.#dialog.close());
    this.#reason.addEventListener("keydown", (event) => {
      // One line is enough for most reasons, and Enter is how a hurried reviewer saves.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#save.click();
    });
  }

  /** @param kind the choice that is made already */
  open(people: readonly Person[], kind: DecisionKind | undefined, isBulk: boolean): void {
    this.#people = people;
    this.#isBulk = isBulk;
    const [person] = people;
    const draft = isBulk || person === undefined ? undefined : this.#decisions.drafts.get(person.id);
    show(
      "form-title",
      isBulk
        ? `Decide about the ${formatPeople(people.length)} shown`
        : person?.name || person?.userName || "",
    );
    this.#about.replaceChildren(...(isBulk || person === undefined ? [] : factsOf(person)));
    this.#radio(kind ?? draft?.kind ?? "keep").checked = true;
    this.#roles(people);
    this.#showGroups(people, new Set(draft?.groups));
    this.#toRole.value = draft?.toRole ?? "";
    this.#until.value = draft?.until ?? "";
    this.#until.min = new Date().toISOString().slice(0, 10);
    this.#reason.value = draft?.reason ?? "";
    this.#onlyOpen.checked = true;
    byId("form-only-open-line").hidden = !isBulk;
    this.#dialog.showModal();
    this.#update();
    this.#fieldOf(kind).focus();
  }

  /** What is to be filled in first for a choice that is made already. */
  #fieldOf(kind: DecisionKind | undefined): HTMLElement {
    if (kind === undefined) return this.#radio(this.#kind());
    if (kind === "end") return this.#until;
    if (kind === "groups") return this.#groups.querySelector("input") ?? this.#reason;
    return kind === "remove" ? this.#reason : this.#toRole;
  }

  #radio(kind: DecisionKind): HTMLInputElement {
    return this.#dialog.querySelector(`input[name=kind][value=${kind}]`) as HTMLInputElement;
  }

  #kind(): DecisionKind {
    return DECISIONS.find((kind) => this.#radio(kind).checked) ?? "keep";
  }

  /** The roles that are less than what one of them has. */
  #roles(people: readonly Person[]): void {
    const held = new Set(people.map(({ role }) => role));
    const lower = ROLES.filter((role) => [...held].some((each) => lowerRoles(each).includes(role)));
    this.#toRole.replaceChildren(
      make("option", { value: "" }, ""),
      ...lower.map((role) => make("option", { value: role }, role.replaceAll("_", " "))),
    );
    this.#radio("lower").disabled = lower.length === 0;
  }

  /** The groups that one of them is in; a single one is chosen already. */
  #showGroups(people: readonly Person[], chosen: ReadonlySet<string>): void {
    const names = [...new Set(people.flatMap(({ groups }) => groups))].sort();
    this.#groups.replaceChildren(
      ...names.map((name) =>
        make(
          "label",
          { class: "check" },
          make("input", {
            type: "checkbox",
            value: name,
            checked: chosen.has(name) || names.length === 1,
          }),
          name,
        ),
      ),
    );
    this.#radio("groups").disabled = names.length === 0;
  }

  #wish(): Wish {
    const kind = this.#kind();
    return {
      kind,
      toRole: kind === "lower" || kind === "end" ? this.#toRole.value : "",
      until: kind === "end" ? this.#until.value : "",
      groups:
        kind === "groups"
          ? [...this.#groups.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value)
          : [],
      reason: this.#reason.value,
    };
  }

  #meant(): Person[] {
    if (!this.#isBulk || !this.#onlyOpen.checked) return [...this.#people];
    return this.#people.filter(({ id }) => !this.#decisions.drafts.has(id));
  }

  /** Shows what belongs to the choice, and the people that it cannot be made for. */
  #update(): void {
    const wish = this.#wish();
    const { kind } = wish;
    byId("form-role-line").hidden = kind !== "lower" && kind !== "end";
    byId("form-until-line").hidden = kind !== "end";
    byId("form-groups-line").hidden = kind !== "groups";
    byId("form-role-label").textContent = kind === "end" ? "Then" : "To the role";
    const [first] = this.#toRole.options;
    if (first !== undefined)
      first.textContent = kind === "end" ? "they leave the workspace" : "choose a role";
    const meant = this.#meant();
    const leftOut = new Map<string, number>();
    for (const person of meant) {
      const why = this.#decisions.whyNot(person, wish, this.#isBulk);
      if (why !== undefined) leftOut.set(why, (leftOut.get(why) ?? 0) + 1);
    }
    const can = meant.length - [...leftOut.values()].reduce((sum, count) => sum + count, 0);
    this.#save.textContent = this.#isBulk ? `Decide about ${formatPeople(can)}` : "Decide";
    const told = [...leftOut].map(([why, count]) => (this.#isBulk ? `${count}: ${why}` : why));
    this.#problem.textContent =
      told.length === 0 ? "" : `${this.#isBulk ? "Left out: " : "Not yet: "}${told.join("; ")}.`;
    const [person] = this.#people;
    // What the person at the form can still put right is said when they save.
    this.#save.disabled = this.#isBulk
      ? can === 0
      : person === undefined || this.#decisions.whyNot(person) !== undefined;
  }

  /** What is missing, of the form or of the one person. */
  #missing(wish: Wish): string | undefined {
    if (this.#isBulk && wish.kind === "lower" && wish.toRole === "")
      return "choose the role that they are to have";
    if (this.#isBulk && wish.kind === "groups" && wish.groups.length === 0) return "choose the groups";
    if (wish.kind === "end" && wish.until !== "" && wish.until < this.#until.min) return "that day is over";
    const [person] = this.#people;
    return this.#isBulk || person === undefined ? undefined : this.#decisions.whyNot(person, wish);
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const wish = this.#wish();
    const missing = this.#missing(wish);
    if (missing !== undefined) {
      this.#problem.textContent = `Not yet: ${missing}.`;
      const field = missing.includes("role")
        ? this.#toRole
        : missing.includes("day")
          ? this.#until
          : missing.includes("group")
            ? this.#fieldOf("groups")
            : this.#reason;
      field.focus();
      return;
    }
    const people = this.#decisions.decide(this.#meant(), wish, this.#isBulk);
    this.#dialog.close();
    this.#onDecided(people, wish);
  }
}

/** Everything that is known of somebody. */
function factsOf(person: Person): HTMLElement[] {
  const facts: [string, string][] = [
    ["E-mail", person.userName],
    ["Also", person.otherAddresses.join(", ")],
    ["Role", formatRole(person)],
    ["Since", `${person.since?.slice(0, 10) ?? "not known"} – ${person.sinceKnownBy}`],
    ["Changed", person.changed ?? ""],
    ["Groups", person.groups.join(", ")],
    ["Declared", person.declared ?? "nowhere"],
    [
      "Reason",
      [person.reason ?? "", person.approvedBy === null ? "" : `approved by ${person.approvedBy}`]
        .filter(Boolean)
        .join(", "),
    ],
    ["Ends", person.ends ?? ""],
    ["At the sources", person.atSources.join("; ")],
    ["Department", person.department ?? ""],
    ["Manager", person.manager ?? ""],
    ["Look at", person.marks.join(", ")],
    ["Reviewer", person.reviewer ?? "anybody but themself"],
    ["Notion's id", person.id],
  ];
  return facts
    .filter(([, value]) => value !== "")
    .flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}
