import type { Answer } from "./exchange.mts";
import { CORE_GROUP_URN, CORE_USER_URN } from "./person.mts";

/** Answers without authentication, so a 200 proves nothing about a token (notion-scim.md, discovery). */
export function serviceProviderConfig(maxResults: number): Answer {
  return {
    status: 200,
    body: {
      schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
      documentationUri: "https://www.notion.com/help/provision-users-and-groups-with-scim",
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: false },
      authenticationSchemes: [
        { type: "oauthbearertoken", name: "OAuth Bearer Token", description: "SCIM token of an owner" },
      ],
    },
  };
}

/** A bare array where RFC 7644 section 4 asks for a ListResponse. */
export function resourceTypes(): Answer {
  const schemas = ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"];
  return {
    status: 200,
    body: [
      { schemas, id: "User", name: "User", endpoint: "/Users", schema: CORE_USER_URN },
      { schemas, id: "Group", name: "Group", endpoint: "/Groups", schema: CORE_GROUP_URN },
    ],
  };
}
