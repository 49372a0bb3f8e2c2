export { type PackConfig, PolicyConfigurationError } from "./config";
export { notionPolicies, notionPolicyPack } from "./policy-pack";
export type { Rule, Violation } from "./rule";
export { rules } from "./rules";
export { type DeclaredResource, readWorkspace, type Workspace } from "./workspace";
