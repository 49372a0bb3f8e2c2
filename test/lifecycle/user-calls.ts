import type { dynamic } from "@pulumi/pulumi";
import type { Session } from "../../provider/lifecycle/session";
import * as user from "../../provider/lifecycle/user";
import { evaluateUser } from "../../provider/lifecycle/user-preview";
import type { Properties } from "../../provider/state/properties";
import type { UserInputs, UserOutputs } from "../../provider/state/user";
import { NOW } from "./run";

// A NotionUser as the engine calls it, where a test is not about the clock.

/** The day of such a run, which the state keeps with an e-mail that is new in it. */
export const TODAY = "2026-12-01";

export const { readUser, deleteUser } = user;

export function createUser(session: Session, inputs: UserInputs): Promise<dynamic.CreateResult<UserOutputs>> {
  return user.createUser(session, inputs, NOW);
}

export function updateUser(
  session: Session,
  id: string,
  olds: UserOutputs,
  inputs: UserInputs,
): Promise<dynamic.UpdateResult<UserOutputs>> {
  return user.updateUser(session, id, olds, inputs, NOW);
}

export function diffUser(olds: Properties, news: Properties): dynamic.DiffResult {
  return evaluateUser(olds, news, undefined, NOW).diff;
}

export function tellUser(olds: Properties, news: Properties): string[] {
  return evaluateUser(olds, news, undefined, NOW).lines;
}
