import type { DeclaredResource } from "./declaration";
import { type Properties, plainProperties } from "./value";
import { readWorkspace, type Workspace } from "./workspace";

/**
 * Reads the resources of a run once for all rules. @pulumi/policy hands the same resource to one policy after another, each
 * time as a new copy. A policy at or before the place of the last one begins another request.
 */
export class Reading {
  readonly #declared = new Map<string, Properties>();
  /** The last request about one resource, by its URN, and the last one about the stack. */
  readonly #last = new Map<string, { place: number; workspace: Workspace }>();

  /**
   * A resource before it is written.
   * @param place the policy's place in the pack, which is the order of the calls
   */
  resource(place: number, resource: DeclaredResource): Workspace {
    return this.#once(place, resource.urn, () => {
      const declared = plainProperties(resource.props);
      // The end of the run shows only the result, so keep the declaration.
      this.#declared.set(resource.urn, declared);
      return readWorkspace([{ ...resource, props: declared }], false);
    });
  }

  /** The whole stack at the end of a run. */
  stack(place: number, resources: readonly DeclaredResource[]): Workspace {
    return this.#once(place, "", () =>
      readWorkspace(
        // The engine hands resources over in any order. A fixed order makes two runs comparable.
        [...resources]
          .sort((a, b) => (a.urn < b.urn ? -1 : 1))
          .map(({ type, urn, name, props, opts }) => ({
            type,
            urn,
            name,
            props,
            opts,
            declared: this.#declared.get(urn),
          })),
      ),
    );
  }

  #once(place: number, key: string, read: () => Workspace): Workspace {
    const last = this.#last.get(key);
    if (last !== undefined && place > last.place) {
      last.place = place;
      return last.workspace;
    }
    const workspace = read();
    // The engine asks about one resource at a time, except those that it handles side by side.
    if (this.#last.size > MOST_KEPT) this.#last.clear();
    this.#last.set(key, { place, workspace });
    return workspace;
  }
}

const MOST_KEPT = 64;
