import type { dynamic } from "@pulumi/pulumi";
import type { ProviderProcess } from "../../lifecycle/process";
import type { ResourceLifecycle } from "../../lifecycle/resource-lifecycle";
import { UserError } from "../../scim/errors";
import { omitProvider, type Properties, providerIn } from "../../state/properties";
import { HostError } from "./host-error";

/**
 * A resource as Pulumi's host of dynamic providers calls it: with the text that names this package among the properties,
 * which has to stay in the state.
 */
export function dynamicProvider(
  lifecycle: ResourceLifecycle,
  process: Pick<ProviderProcess, "configure">,
): Required<dynamic.ResourceProvider> {
  return {
    configure: async ({ config }) => process.configure({ config: (key) => config.get(key) }),
    check: (olds, news) => forHost(() => lifecycle.check(omitProvider(olds), omitProvider(news))),
    diff: (id, olds, news) =>
      forHost(async () => {
        const { changes, replaces } = await lifecycle.diff(id, omitProvider(olds), omitProvider(news));
        // A state that the native plugin wrote lacks the text by which this host would read and delete.
        return { changes: changes || (hasText(news) && !hasText(olds)), replaces };
      }),
    create: (inputs) => forHost(() => lifecycle.create(omitProvider(inputs)), inputs),
    // A `get` is handed no properties.
    read: (id, props = {}) => forHost(() => lifecycle.read(id, omitProvider(props))),
    update: (id, olds, news) =>
      forHost(() => lifecycle.update(id, omitProvider(olds), omitProvider(news)), news),
    delete: (id, props) => forHost(() => lifecycle.delete(id, omitProvider(props))),
  };
}

/**
 * A workspace for this host. It reads without properties for a `get` alone, while the lifecycle imports a workspace then: a
 * `get` of one is refused.
 */
export function withoutImport(workspace: ResourceLifecycle): ResourceLifecycle {
  return {
    ...workspace,
    read: async (id, props) => {
      if (Object.keys(props).length > 0) return workspace.read(id, props);
      throw new UserError(
        "A NotionWorkspace is not found by an id. Declare its people: `up` adopts existing members.",
      );
    },
  };
}

const hasText = (properties: Properties) => Object.keys(providerIn(properties)).length > 0;

/** @param inputs those that are kept of a resource which is there and not as declared */
async function forHost<T>(call: () => Promise<T>, inputs: Properties = {}): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof Error ? new HostError(error, providerIn(inputs)) : error;
  }
}
