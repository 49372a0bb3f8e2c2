import { type CustomResourceOptions, type Input, ProviderResource } from "@pulumi/pulumi";

/** Settings of one workspace. A setting of this resource comes before the environment and the stack's configuration. */
export interface ProviderArgs {
  /**
   * The SCIM token. It is always encrypted in the state. Prefer `scimTokenEnv`: a token in the state is the one of the last
   * `up`, also after you have rotated it. Default: the environment variable NOTION_SCIM_TOKEN.
   */
  scimToken?: Input<string>;
  /**
   * The name of an environment variable that holds the SCIM token, such as `TOKEN_OF_ACME`. Nothing secret is in the state,
   * and every command uses the token of today. Default: none.
   */
  scimTokenEnv?: Input<string>;
  /** The address of the SCIM API. Default: `https://api.notion.com/scim/v2`. */
  baseUrl?: Input<string>;
  /** Whether existing members are adopted where the resource does not say. Default true. */
  adopt?: Input<boolean>;
  /** Requests started per second at most. Default: what Notion allows. */
  requestsPerSecond?: Input<number>;
  /** People whom one run may remove or demote: a number such as `40`, or a share such as `25%`. Default 25%. */
  maxRemovals?: Input<string>;
  /**
   * The only form of a request that takes people out of groups: `filter` (RFC 7644) or `value` (Entra). Set it if an error
   * names it. Default: the form that works.
   */
  groupRemoval?: Input<"filter" | "value">;
  /** The e-mail of the token's owner, who is neither removed nor demoted; `unknown` if nobody knows it. */
  tokenOwner?: Input<string>;
  /** How many days before it happens a preview begins to tell of an expiration. Default 7. */
  noticeDays?: Input<number>;
}

/** A workspace of Notion: the token and the settings that its resources use. */
export class Provider extends ProviderResource {
  /** @param name the resource's name in the program; errors about the token name it */
  constructor(name: string, args: ProviderArgs = {}, opts?: CustomResourceOptions) {
    super("notion", name, { ...args }, opts);
  }
}
