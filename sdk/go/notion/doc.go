// Notion workspace members and roles as code, over Notion's SCIM 2.0 API.
package notion
