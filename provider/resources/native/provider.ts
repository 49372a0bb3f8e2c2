import { type CustomResourceOptions, type Input, ProviderResource } from "@pulumi/pulumi";

/** Settings of one workspace. A setting of this resource comes before the environment and the stack's configuration. */
export interface ProviderArgs {
  /**
   * The SCIM token. It is always encrypted in the state. Prefer `scimTokenEnv`: the state keeps the token of the last
   * `up`, even after you rotate it. Default: the environment variable NOTION_SCIM_TOKEN.
   */
  scimToken?: Input<string>;
  /**
   * The name of an environment variable that holds the SCIM token, such as `TOKEN_OF_ACME`. The state then holds no
   * secret, and every command uses the present token. Default: none.
   */
  scimTokenEnv?: Input<string>;
  /** The address of the SCIM API. Default: `https://api.notion.com/scim/v2`. */
  baseUrl?: Input<string>;
  /** Whether to adopt existing members if the resource does not say. Default true. */
  adopt?: Input<boolean>;
  /** The most requests per second, above 0 and at most 1000. Default: no limit; the provider waits when Notion asks it to. */
  requestsPerSecond?: Input<number>;
  /** People that one run may remove or demote: a number such as `40`, or a share such as `25%`. Default `25%`. */
  maxRemovals?: Input<string>;
  /**
   * The only form of a request that takes people out of groups: `filter` (RFC 7644) or `value` (Entra). Set it if an error
   * names it. Default: the form that works.
   */
  groupRemoval?: Input<"filter" | "value">;
  /** The e-mail address of the token's owner. No run removes or demotes them. `unknown` if nobody knows it. Default: not known. */
  tokenOwner?: Input<string>;
  /** Previews name an expiration this many days before it comes. Default 7. */
  noticeDays?: Input<number>;
}

/** A workspace of Notion: the token and the settings that its resources use. */
export class Provider extends ProviderResource {
  /** @param name the resource's name in the program; errors about the token name it */
  constructor(name: string, args: ProviderArgs = {}, opts?: CustomResourceOptions) {
    super("notion", name, { ...args }, opts);
  }
}
