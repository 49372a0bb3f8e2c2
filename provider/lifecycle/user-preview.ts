import { UNKNOWN } from "../model/unknown";
import { type OnePerson, planOne } from "../plan/one-person";
import type { Step } from "../plan/step";
import { lineOf } from "../plan/step-words";
import type { AppliedMember } from "../state/person";
import type { Properties } from "../state/properties";
import { isUnsettled, settingsDiffer, toApplied, toDeclared, type UserInputs } from "../state/user";
import { refuseUser } from "./email-refusals";
import type { Evaluation } from "./evaluation";

/** What a NotionUser plans. @param isNew whether the initial role is still to be given */
export function userOfOne(id: string, applied: AppliedMember, inputs: UserInputs, isNew: boolean): OnePerson {
  return { id, applied, declared: { email: inputs.userName, person: toDeclared(inputs, isNew) } };
}

/**
 * Pure: what a change of a NotionUser comes to. Nothing ever replaces a person: only an account that is gone gives way to
 * the one that has its e-mail by now. What is used at creation alone makes no difference later.
 * @param id of the account that the state has
 */
export function evaluateUser(
  olds: Properties,
  news: Properties,
  id: string | undefined,
  now: number,
): Evaluation {
  const { reinvited, userName, initialRolePending } = olds;
  const one = userOfOne("", toApplied(olds), news as unknown as UserInputs, initialRolePending === true);
  const { steps } = planOne(one, now);
  const changes = steps.length > 0 || settingsDiffer(olds, news) || isUnsettled(olds);
  return {
    diff: reinvited === undefined ? { changes, replaces: [] } : { changes: true, replaces: ["userName"] },
    refusal: refuseUser(olds, news, id),
    lines: [
      ...linesOfUser(olds, steps),
      ...(reinvited === undefined
        ? []
        : [
            `~ ${news.userName ?? userName}: the account of this stack is gone; \`up\` adopts the account ${reinvited}, which has the e-mail now`,
          ]),
    ],
  };
}

/** A change of e-mail with both addresses, and what the engine shows no difference of, since the inputs are the same. */
function linesOfUser({ userName, redacted }: Properties, steps: readonly Step[]): string[] {
  // A preview names them by the e-mail that the state has.
  const email = String(userName);
  const secret = Array.isArray(redacted) ? { [email]: redacted.map(String) } : {};
  return steps.flatMap(untold).map((step) => lineOf({ ...step, email }, secret));
}

/** The part of a step that the engine does not show. */
function untold(step: Step): Step[] {
  if (step.kind === "changeRole" || step.kind === "activate") return [step];
  if (step.kind !== "updateProfile") return [];
  const changes = step.changes.filter(({ field, to, drifted, unanswered }) =>
    field === "userName" ? to !== UNKNOWN : drifted || unanswered,
  );
  return changes.length === 0 ? [] : [{ ...step, changes }];
}

/** Pure: what a preview has to say of a resource that is not in the state yet. */
export function announceUser({ userName, formerUserName, userId }: Properties): string[] {
  return [
    ...(formerUserName === undefined || userId !== undefined || formerUserName === userName
      ? []
      : [
          `? ${userName} is a new resource with formerUserName ${formerUserName}. A new resource adopts nobody by a former e-mail. ` +
            `\`up\` refuses it if ${formerUserName} is a member and ${userName} is not. If they are the same person, give it an alias to the resource that has them.`,
        ]),
    ...(userId === undefined || userId === UNKNOWN
      ? []
      : [`+ the account ${userId} is adopted as ${userName}; if it has another e-mail, \`up\` changes it`]),
  ];
}
