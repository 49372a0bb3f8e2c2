import { emailOf } from "../model/email";
import { roleOf } from "../model/record";
import { type Elsewhere, NOBODY_ELSEWHERE } from "../plan/elsewhere";
import type { Check, Step } from "../plan/step";
import { unmanagedMemberOf } from "../state/world";
import { AppliedPeople, type World } from "./applied-people";
import type { Application, ApplyContext, Holding } from "./context";
import { depart, unlessConflict } from "./depart";
import { DeclarationError } from "./errors";
import { type Adoption, join } from "./join";
import { activate, asShown, changeProfile, changeRole, record } from "./write-member";

/** How a resource applies a plan, where it is not a NotionWorkspace. */
export interface ApplyOptions {
  /** What the rest of the program declares. Default: nobody. */
  elsewhere?: () => Elsewhere;
  /** As in {@link Application}. Default `NotionWorkspace`. */
  holder?: Holding["kind"] | null;
  /** As in {@link Application}. Default true. */
  looksFirst?: boolean;
}

/** Applies the steps of a plan, one person at a time. What the state keeps of them is in `result`. */
export class PlanApplier {
  readonly result: AppliedPeople;
  /** By declared e-mail. */
  readonly adoptions = new Map<string, Adoption>();
  readonly #application: Application;

  constructor(
    context: ApplyContext,
    world: World,
    { elsewhere = () => NOBODY_ELSEWHERE, holder = "NotionWorkspace", looksFirst = true }: ApplyOptions = {},
  ) {
    this.result = new AppliedPeople(world);
    this.#application = { ...context, ...world, people: this.result, elsewhere, holder, looksFirst };
  }

  /**
   * @returns whether the person is as declared then: one who is adopted under another e-mail is not yet
   * @throws what went wrong for this one person
   */
  async apply(step: Step): Promise<boolean> {
    try {
      await this.#apply(step);
      return this.adoptions.get(step.email)?.keepsEmail === undefined;
    } catch (error) {
      // What we refuse ourselves was not sent.
      if (!(error instanceof DeclarationError)) this.result.doubt(step, error);
      throw error;
    }
  }

  async #apply(step: Step): Promise<void> {
    switch (step.kind) {
      case "check":
        return this.#lookUp(step);
      case "join": {
        const adoption = await join(this.#application, step);
        if (adoption !== undefined) this.adoptions.set(step.email, adoption);
        return;
      }
      case "changeRole":
        return changeRole(this.#application, step);
      case "updateProfile":
        return changeProfile(this.#application, step);
      case "activate":
        return activate(this.#application, step.email);
      case "remove":
      case "demote":
      case "retain":
      case "managedElsewhere":
        return depart(this.#application, step);
      case "stateOnly":
        this.result.recordSettings(step.email);
    }
  }

  /** Looks for what a write without an answer has done. */
  async #lookUp({ email, of }: Check): Promise<void> {
    const { directory, log } = this.#application;
    const people = this.result;
    if (of === "move") return this.#lookUpMoved(email);
    if (of === "addition") {
      const user = await directory.find(email, "write").catch(unlessConflict);
      people.maybeAdded.delete(email);
      if (user === undefined || people.keyWithId(user.id) !== undefined) return;
      people.reinvited[email] = { ...unmanagedMemberOf(user), maybeAdded: true };
      log(
        `${email} is in the workspace${roleOf(user) ? ` as ${roleOf(user)}` : ""}: a failed run added them. ` +
          "The program does not manage them. Declare them, or remove them in Notion.",
      );
      return;
    }
    const id = people.ids[people.keyOf(email)];
    const user = id === undefined ? undefined : await directory.member(id, "write");
    if (user !== undefined)
      return record(this.#application, email, await asShown(this.#application, email, user));
    people.forgetAccount(email);
    log(`${email} was removed by a failed run: added again.`);
    const { id: declared, role } = people.personOf(email);
    const again = { kind: "join" as const, email, role, wasRemoved: false, held: undefined };
    await this.#apply(declared === undefined ? again : { ...again, id: declared });
  }

  /** Looks up a person that another resource was to have. */
  async #lookUpMoved(email: string): Promise<void> {
    const { directory, registry, log } = this.#application;
    const { leftTo } = this.result;
    const id = leftTo[email];
    const user = id === undefined ? undefined : await directory.member(id, "write");
    if (id === undefined || user === undefined || registry.stateIds.has(id)) {
      delete leftTo[email];
      return;
    }
    log(
      `${emailOf(user)} is in the workspace${roleOf(user) ? ` as ${roleOf(user)}` : ""}, and nothing declares them any more: another resource of this program should have managed them and never did. ` +
        `To remove them, declare ${emailOf(user)} here and remove the row in the next run, or remove them in Notion.`,
    );
  }
}
