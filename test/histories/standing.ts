import type { WorkspaceOutputs } from "../../provider/state/workspace";
import { type Happened, Violation } from "./changes";
import { OTHER_ROLE } from "./hands";
import { isPresent, PLACES, type Row, wantedRole } from "./roster";
import type { Account, World } from "./world";

/** What has to hold after a run, beside what it did: it counts the runs that met neither trouble nor edits. */
export class Standing {
  readonly #world: World;
  /** Runs that read first and carried everything out, one after another, with nothing done by hand or to the file between. */
  #clean = 0;
  /** Runs that carried out what they could with the same file, by whom they should have ended. */
  #due = new Map<string, number>();
  /** Human beings who were in by the last run that could write. */
  readonly #in = new Set<string>();
  /**
   * Accounts of those whose row is gone or over, which they had by the program, or under an address of it, when that was so
   * first, each with how many prints there were before.
   */
  readonly #dismissed = new Map<string, number>();
  #handsBefore = 0;
  #nowBefore = 0;
  #fileBefore = "";
  #handsWhenAccepted = 0;
  /** Whether a run that met trouble wrote of another file since: then the accepted one is an old one. */
  #isAcceptedOld = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** @param refused a preview stopped it, or a check */
  afterRun(happened: Happened, refused: boolean): void {
    const world = this.#world;
    const { told, trouble, refreshed, isUp } = happened;
    const file = JSON.stringify(world.file);
    // Time that passes may begin or end something: that takes runs of its own.
    const isLater = world.now !== this.#nowBefore;
    const untouched = file === this.#fileBefore && world.hands === this.#handsBefore && !isLater;
    const isClean = isUp && told.errors.length === 0 && trouble === undefined;
    this.#dismiss(happened);
    if (refused) this.#checkHeldUp(happened);
    if (isUp && trouble === undefined) this.#checkDue(happened, file === this.#fileBefore);
    if (isUp && !trouble?.startsWith("killed")) this.#checkAnswers(happened);
    this.#clean = isClean && refreshed ? (untouched ? this.#clean + 1 : 1) : 0;
    if (this.#clean >= 1) this.#checkState();
    if (this.#clean >= 2) this.#checkNamed(happened);
    if (this.#clean >= 2) this.#checkConverged(happened);
    if (isClean) {
      world.accepted = structuredClone(world.file);
      this.#handsWhenAccepted = world.hands;
      this.#isAcceptedOld = false;
    } else if (happened.writes.length > 0 && JSON.stringify(world.accepted) !== file)
      this.#isAcceptedOld = true;
    if (isUp) this.#noteRows(isClean);
    this.#fileBefore = JSON.stringify(world.file);
    this.#handsBefore = world.hands;
    this.#nowBefore = world.now;
  }

  /** @param isClean whether all that the rows say was carried out, else some of it may have been */
  #noteRows(isClean: boolean): void {
    const world = this.#world;
    for (const [userName, id] of world.stateIds()) {
      const row = world.file.rows.find((each) => each.userName === userName);
      if (row === undefined) continue;
      const before = isClean ? [] : (world.lastRows.get(id) ?? []);
      world.lastRows.set(id, [...before, structuredClone(row)]);
    }
  }

  #isIn(human: string | undefined, { readings }: Happened): boolean {
    return readings.some(
      ({ row, humans }) => human !== undefined && humans.includes(human) && isPresent(row, this.#world.now),
    );
  }

  #dismiss(happened: Happened): void {
    const world = this.#world;
    for (const human of this.#in) {
      // A row that could mean two means one of them by now.
      const isIn = happened.readings.some(({ row }) => row.human === human && isPresent(row, world.now));
      if (isIn) continue;
      this.#in.delete(human);
      const theirs = [...world.owners].flatMap(([id, owner]) => (owner === human ? [id] : []));
      const addresses = theirs.flatMap((id) => world.managedAs.get(id) ?? []);
      for (const id of theirs) {
        const was = happened.before.get(id);
        if (was?.member && (world.managedAs.has(id) || addresses.includes(was.userName)))
          this.#dismissed.set(id, world.prints.length - 1);
      }
    }
    for (const id of this.#dismissed.keys())
      if (!happened.after.get(id)?.member || this.#isIn(world.owners.get(id), happened))
        this.#dismissed.delete(id);
    const { told, writes } = happened;
    const isRefused = writes.length === 0 && told.errors.length > 0;
    if (!happened.isUp || happened.trouble?.startsWith("killed") || isRefused) return;
    for (const { row, certain } of happened.readings)
      if (certain && isPresent(row, world.now)) this.#in.add(row.human);
  }

  /** What taking them out may do: several things where the file says otherwise than a run that may have written it. */
  #fatesOf(human: string, id: string): Set<Row["onRemove"]> {
    const now = this.#world.rowOf(human);
    const rows = [...(this.#world.lastRows.get(id) ?? []), ...(now === undefined ? [] : [now])];
    const fates = rows.map(({ onRemove = "remove" }) => onRemove);
    return new Set(fates.length === 0 ? ["remove"] : fates);
  }

  /** A file that ran once keeps nobody in: what one row says of its end holds nobody else up. */
  #checkHeldUp({ told, stateBefore, after, trouble }: Happened): void {
    const world = this.#world;
    if (trouble !== undefined || JSON.stringify(world.accepted) !== JSON.stringify(world.file)) return;
    if (world.hands !== this.#handsWhenAccepted || this.#isAcceptedOld) return;
    for (const row of world.file.rows) {
      const account = after.get(stateBefore.get(row.userName) ?? "");
      if (account === undefined || !account.member || account.role === "owner") continue;
      if (world.owners.get(account.id) !== row.human || row.protect || world.file.protect) continue;
      const ended = row.until !== undefined && Date.parse(row.until) <= world.now;
      if (ended && (row.onRemove ?? "remove") === "remove" && !names(told.errors, row.userName))
        throw new Violation(
          "an end held up by somebody else's row",
          `${row.userName} keeps access, whose time is over, since all is refused: ${told.errors.join(" ")}`,
        );
    }
  }

  /** Whose time is over is gone after three runs, also where somebody gave them more meanwhile. */
  #checkDue({ stateBefore, after, told }: Happened, sameFile: boolean): void {
    const world = this.#world;
    const due = new Map<string, number>();
    const accountOf = ({ userName }: Row) => after.get(stateBefore.get(userName) ?? "");
    const owners = world.file.rows.filter(
      (row) => isPresent(row, world.now) && accountOf(row)?.member && accountOf(row)?.role === "owner",
    );
    for (const row of world.file.rows) {
      const account = accountOf(row);
      const ended = row.until !== undefined && Date.parse(row.until) <= world.now;
      // One of the last two owners stays until another one is there, and each run says so.
      if (account?.role === "owner" && owners.length < 2 && names(told.errors, row.userName)) continue;
      if (!ended || account?.member !== true || world.owners.get(account.id) !== row.human) continue;
      if ((row.onRemove ?? "remove") !== "remove" || row.protect || world.file.protect) continue;
      const count = (sameFile ? (this.#due.get(account.id) ?? 0) : 0) + 1;
      if (count >= 3)
        throw new Violation(
          "access after its end in every run",
          `${row.userName} is ${account.role}, and three runs left them in`,
        );
      due.set(account.id, count);
    }
    this.#due = due;
  }

  /** What the answer to a write showed stands in the state, whether it was what was asked for or not. */
  #checkAnswers({ writes, after, trouble }: Happened): void {
    const lie = trouble?.startsWith(OTHER_ROLE) ? trouble.slice(OTHER_ROLE.length) : undefined;
    const changes = writes.filter(({ method }) => method === "PATCH");
    for (const path of new Set(changes.map((each) => each.path))) {
      const id = path.split("/").at(-1) ?? "";
      const [held, other] = this.#recordsOf(id);
      const account = after.get(id);
      const isAnswered = changes.every((each) => each.path !== path || each.status === 200);
      if (!isAnswered || other !== undefined || held?.role === undefined || !account?.member) continue;
      // A read may have put the answer right.
      if (held.role !== account.role && held.role !== lie)
        throw new Violation(
          "the state is not what the answer showed",
          `${account.userName} is ${account.role}, and the state has ${held.role}`,
        );
    }
  }

  #outsOf(name: string): WorkspaceOutputs | undefined {
    return this.#world.stack.state.get(`workspace ${name}`)?.outs as WorkspaceOutputs | undefined;
  }

  /** What the state has of an account; in two places, while somebody moves from one to the other. */
  #recordsOf(id: string) {
    return PLACES.flatMap((name) => {
      const outs = this.#outsOf(name);
      return Object.entries(outs?.ids ?? {}).flatMap(([userName, each]) =>
        each === id ? [outs?.people[userName]] : [],
      );
    });
  }

  /** The state has just those who are declared, with what Notion has of them. */
  #checkState(): void {
    const world = this.#world;
    const accounts = world.accounts();
    for (const [place, name] of PLACES.slice(0, world.places).entries()) {
      const outs = this.#outsOf(name);
      const rows = world.file.rows.filter((row) => row.place === place && isPresent(row, world.now));
      const [has, should] = [Object.keys(outs?.ids ?? {}), rows.map(({ userName }) => userName)];
      if ([...has].sort().join() !== [...should].sort().join())
        throw new Violation("the state has others than declared", `it has ${has}, declared are ${should}`);
      for (const { userName, human } of rows) {
        const account = accounts.get(outs?.ids[userName] ?? "");
        const held = outs?.people[userName];
        if (account?.member !== true || world.owners.get(account.id) !== human)
          throw new Violation(
            "the state takes somebody for somebody else",
            `${userName} means ${human}, and the state has the account of ${account && world.owners.get(account.id)}`,
          );
        if (held?.role !== undefined && held.role !== account.role)
          throw new Violation("the state is not true", `${userName} is ${account.role}, not ${held.role}`);
        if (held?.title !== undefined && held.title !== (account.title ?? ""))
          throw new Violation("the state is not true", `${userName} is ${account.title}, not ${held.title}`);
      }
    }
  }

  /** Whoever is in the workspace and not declared is named where the program asks for it. */
  #checkNamed(happened: Happened): void {
    const { file, owners } = this.#world;
    if (file.undeclared === "ignore") return;
    for (const { id, member, userName, role } of happened.after.values()) {
      if (!member || this.#isIn(owners.get(id), happened) || file.except.includes(userName)) continue;
      if (file.undeclared === "restrict" && role === "restricted_member") continue;
      if (!names([...happened.told.words, ...happened.told.lines], userName))
        throw new Violation("in the workspace, and not named", `${userName} is ${role} and not declared`);
    }
  }

  /** After two clean runs everybody is as declared, and nobody is left whose row is gone. */
  #checkConverged(happened: Happened): void {
    const world = this.#world;
    const texts = [...happened.told.words, ...happened.told.lines];
    for (const { row } of happened.readings) {
      if (!isPresent(row, world.now)) continue;
      const theirs = world.membersOf(row.human);
      const role = wantedRole(row, world.now);
      const isAsDeclared = (account: Account) =>
        account.userName === row.userName &&
        (role === undefined || account.role === role) &&
        (row.title === undefined || account.title === row.title) &&
        account.active;
      if (!theirs.some(isAsDeclared))
        throw new Violation(
          "not as declared after two clean runs",
          `${row.userName} should be ${role}, and ${row.human} has ${JSON.stringify(theirs)}`,
        );
    }
    for (const [id, since] of this.#dismissed) {
      const account = happened.after.get(id);
      const human = world.owners.get(id) ?? "";
      const fates = this.#fatesOf(human, id);
      if (account === undefined || fates.has("retain")) continue;
      if (fates.has("restrict") && account.role === "restricted_member") continue;
      // Whom the program excepts it leaves alone, and has said so once.
      if (world.file.except.includes(account.userName) && world.heard(account.userName, since)) continue;
      if (!names(texts, account.userName))
        throw new Violation(
          "in the workspace after two clean runs, and not named",
          `${account.userName} is ${account.role}, and the row of ${human} is gone or over`,
        );
    }
  }
}

const names = (texts: readonly string[], userName: string) => texts.some((text) => text.includes(userName));
