import { type Check, runCheck } from "../check.mts";
import type { Line, Question } from "../finding.mts";
import { ADD, LIFE, type Life, type Role, withRole } from "./life.mts";
import { left, observe, type Person, repair, type Standing } from "./person.mts";

const TURNS = 3;

/** What is left to say of the person in the end. */
export interface End {
  lines: Line[];
  /** How they are left; begins with "NOT" where that is not as they were met. */
  left: string;
}

const RESTORE: Question = {
  id: "life.left",
  asked: "how they are left",
  expected: "as met before: not there, or there in the same role",
  source: "Notion",
};

/**
 * The life of one person, from how they were met and back to it; whatever happens between, the way back is tried.
 * @param stop asks to end after the step that is under way
 */
export async function live(life: Life, stop: AbortSignal, told: (line: Line) => void): Promise<End> {
  const lines: Line[] = [];
  const step = async (check: Check<Life>): Promise<Line> => {
    const line = await runCheck(check, life);
    lines.push(line);
    told(line);
    return line;
  };
  if (life.before === undefined) await step(ADD);
  // Without somebody to ask about there is nothing to ask.
  if (life.id !== "") for (const check of LIFE) if (!stop.aborted) await step(check);

  const { met, outcome, fine } = await restore(life);
  const line: Line = { ...RESTORE, met, package: outcome, verdict: fine ? "expected" : "fails" };
  lines.push(line);
  told(line);
  return { lines, left: met };
}

async function restore(life: Life): Promise<{ met: string; outcome: string; fine: boolean }> {
  const { before } = life;
  try {
    const found = await observe(life.writer, life.email);
    const needed = repair(before, found);
    let end = found;
    // More than once where a server has let in the same address twice.
    for (let turn = 0; turn < TURNS && repair(before, end) !== "nothing"; turn += 1) {
      await carryOut(life, end);
      end = await observe(life.writer, life.email);
    }
    const outcome = {
      nothing: "had nothing to put right",
      remove: "removed them",
      add: "added them",
      change: "put role and title back",
    };
    return { met: left(before, end), outcome: outcome[needed], fine: repair(before, end) === "nothing" };
  } catch (error) {
    const name = error instanceof Error ? error.name : "an unknown error";
    return {
      met: "NOT known: look at this person in Notion's settings",
      outcome: `stops: ${name}`,
      fine: false,
    };
  }
}

async function carryOut({ writer, wire, email, before }: Life, found: Standing): Promise<void> {
  switch (repair(before, found)) {
    case "nothing":
      return;
    case "remove":
      await writer.deleteUser((found as Person).id, "the person of this check");
      return;
    case "add": {
      const { role, title } = before as Person;
      await writer.createUser({
        userName: email.toLowerCase(),
        ...withRole(role as Role),
        ...(title === undefined ? {} : { title }),
      });
      return;
    }
    case "change": {
      const { role, title } = before as Person;
      const { id } = found as Person;
      if (found?.role !== role) await writer.patchUser(id, withRole(role as Role), "put a role back");
      if (found?.title === title) return;
      if (title !== undefined) await writer.patchUser(id, { title }, "put a title back");
      else {
        const schemas = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"];
        const body = { schemas, Operations: [{ op: "remove", path: "title" }] };
        await wire.ask({ method: "PATCH", path: `/Users/${encodeURIComponent(id)}`, body });
      }
    }
  }
}
