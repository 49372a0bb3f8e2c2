/**
 * What the stub in every resource's state names (`stub.ts`): the dynamic providers. The package exports this module as
 * `pulumi-notion/lifecycle`. Old state goes on naming that, and `user`, `role` and `guard`, so these names stay.
 */
// First: it ends the loading of all that follows.
import "./node-version";

import { endWithEngine } from "../../engine-watch";
import { ProviderProcess } from "../../lifecycle/process";
import { providers } from "../../lifecycle/providers";
import { sanitizeText } from "../../scim/sanitize";
import { onCancel } from "./cancellation";
import { dynamicProvider, withoutImport } from "./dynamic-provider";
import { printErrorsOnce } from "./host-error";

printErrorsOnce();

/** What the provider prints becomes a message of the run, at the stack. */
const process = new ProviderProcess({
  tell: (line) => console.log(sanitizeText(line)),
  beforeRequests: endWithEngine,
});
onCancel(() => process.cancel());
// Until the first resource tells how many the program declares.
process.registry.arrivals.expect("uncounted");

const all = providers(process);
export const user = dynamicProvider(all.user, process);
export const role = dynamicProvider(all.role, process);
export const guard = dynamicProvider(all.guard, process);
export const group = dynamicProvider(all.group, process);
export const membership = dynamicProvider(all.membership, process);
export const workspace = dynamicProvider(withoutImport(all.workspace), process);
