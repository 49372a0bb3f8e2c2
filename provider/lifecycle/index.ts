/**
 * What the stub in every resource's state names (`../resources/stub.ts`): the dynamic providers.
 * Old state goes on naming `pulumi-notion/lifecycle` and `user`, `role` and `guard`, so these names stay.
 */
// First: it ends the loading of all that follows.
import "./node-version";

import { act, actNow } from "./act";
import { forHost, printErrorsOnce } from "./errors";
import { providers } from "./providers";
import { configure, printLine, registry, runSettings } from "./session";

printErrorsOnce();

export const { user, role, guard, workspace } = providers({
  registry,
  configure,
  run: () => forHost(runSettings),
  act,
  actNow,
  tell: printLine,
});
