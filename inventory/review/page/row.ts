import type { Draft } from "../page-data";
import type { Mark, Person } from "../person";
import { make } from "./dom";
import { NO_REVIEWER } from "./filter";
import { dayOf, formatDraft, formatRole } from "./format";

const GRAVE: readonly Mark[] = ["left the company", "suspended", "in no list", "expired"];
/** More of somebody's groups are counted, not named; the form names all. */
const MOST_GROUPS = 2;

/** What of a person is not theirs but the moment's. */
interface Now {
  draft: Draft | undefined;
  /** Why the reviewer cannot decide about them; undefined where they can. */
  why: string | undefined;
  /** Whether there is an earlier list, so that a column tells what changed since. */
  hasChanged: boolean;
}

/** The row of somebody. */
export function rowOf(person: Person, index: number, { draft, why, hasChanged }: Now): HTMLTableRowElement {
  const more = person.groups.length - MOST_GROUPS;
  const cell = (kind: string, title: string, ...children: (Node | string)[]) =>
    make("td", { role: "cell", class: kind, title: title || undefined }, ...children);
  const row = make(
    "tr",
    {
      role: "row",
      "aria-rowindex": index + 2,
      "data-index": index,
      class: draft === undefined ? "open" : "decided",
    },
    make(
      "th",
      { scope: "row", role: "rowheader" },
      make("span", { class: "name" }, person.name || person.userName),
      make("span", { class: "email" }, ...inParts(person.userName)),
    ),
    cell("role", "", make("span", { class: `role-${person.role ?? "none"}` }, formatRole(person))),
    cell(
      "groups",
      person.groups.join("\n"),
      person.groups.slice(0, MOST_GROUPS).join(", "),
      ...(more > 0 ? [make("small", {}, ` and ${more} more`)] : []),
    ),
    cell(
      "marks",
      "",
      ...person.marks.map((mark) =>
        make("span", { class: GRAVE.includes(mark) ? "mark grave" : "mark" }, mark),
      ),
      ...(person.ends === null ? [] : [make("small", {}, person.ends)]),
    ),
    cell("since", person.sinceKnownBy, dayOf(person.since)),
    ...(hasChanged ? [cell("changed", "", person.changed ?? "")] : []),
    cell("reviewer", "", ...inParts(person.reviewer ?? NO_REVIEWER)),
    cell("decision", "", ...(draft === undefined ? openButtons(why) : decidedButtons(draft))),
  );
  row.tabIndex = -1;
  return row;
}

/** An address that may go on in the next line before its `@` rather than anywhere. */
function inParts(email: string): (Node | string)[] {
  const at = email.lastIndexOf("@");
  return at < 0 ? [email] : [email.slice(0, at), make("wbr"), email.slice(at)];
}

/** @param why why the reviewer cannot decide; they can look, though */
function openButtons(why: string | undefined): HTMLElement[] {
  const button = { type: "button", tabindex: -1 };
  if (why !== undefined) return [make("button", { ...button, class: "other", title: why }, "View…")];
  return [
    make("button", { ...button, class: "keep" }, "Keep"),
    make("button", { ...button, class: "other" }, "Other…"),
  ];
}

function decidedButtons(draft: Draft): HTMLElement[] {
  const { kind, reason } = draft;
  const attributes = { type: "button", tabindex: -1, class: `other is-${kind}`, title: reason };
  return [make("button", attributes, formatDraft(draft)), make("small", { title: reason }, reason)];
}
